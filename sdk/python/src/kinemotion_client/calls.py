"""What is sent, as data: a call can be made several times."""

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypedDict, cast
from uuid import uuid4

from pydantic import BaseModel, TypeAdapter

from kinemotion_client.videos import Progress, ReportingReader, Video, guess_type, name_video, open_video

Quality = Literal["fast", "balanced", "accurate"]
Output = Literal["report", "overlay", "trajectories"]
EventType = Literal["analysis.completed", "analysis.failed", "analysis.cancelled"]
Status = Literal["queued", "running", "completed", "failed", "cancelled"]
FileName = Literal["result.json", "report.html", "overlay.mp4", "trajectories.csv", "video"]


class StoredVideo(TypedDict, total=False):
    """A video that the service has, of an upload or of an earlier analysis, or a live stream that follows."""

    upload_id: str
    analysis_id: str
    streaming: bool
    """Frames follow over a WebSocket: see ``rtc_url`` of the answer."""


class AnalysisSettings(TypedDict, total=False):
    """What may be asked of an analysis."""

    quality: Quality
    config: Mapping[str, bool | float | str]
    """Options of the movement, as ``sports()`` lists them, such as ``mass_kg``."""
    outputs: Iterable[Output]
    """Files to make beside the result."""
    language: Literal["en", "es", "fr"]
    """Language of the words in these files; English unless told."""
    webhook_url: str
    """Told when the analysis has ended."""
    athlete_id: str
    session_id: str
    recorded_on: date
    priority: Literal["low", "normal"]


class AnalysisFilter(TypedDict, total=False):
    """Which analyses are wanted."""

    sport_type: str
    status: Status
    athlete_id: str
    session_id: str
    created_from: datetime
    created_before: datetime


@dataclass(frozen=True, slots=True)
class VideoForm:
    """A form with a video; the fields come first, so that a wrong one is refused before the video is sent."""

    fields: Mapping[str, str]
    video: Video
    on_progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object = None
    """Sent as JSON."""
    content: bytes | None = None
    form: VideoForm | None = None
    is_idempotent: bool = True
    """Whether it may be sent again after a failure that leaves open whether it was done."""

    @contextmanager
    def prepare(self) -> Generator[dict[str, Any]]:
        """Yield the arguments of one attempt."""
        given: dict[str, Any] = {
            "method": self.method,
            "url": self.path,
            "params": _encode_query(self.query),
            "headers": dict(self.headers),
        }
        if self.form is not None:
            with open_video(self.form.video) as file:
                name = name_video(self.form.video)
                reader = ReportingReader(file, self.form.on_progress).as_file()
                yield given | {"data": dict(self.form.fields), "files": {"video": (name, reader, guess_type(name))}}
        elif self.content is not None:
            yield given | {"content": self.content}
        else:
            yield given if self.body is None else given | {"json": _to_json(self.body)}


def _encode_query(query: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return what is asked for, without what is None; several values of one name stay several."""
    return {
        name: [_to_text(item) for item in cast("tuple[object, ...]", value)]
        if isinstance(value, tuple)
        else _to_text(value)
        for name, value in query.items()
        if value is not None
    }


def _to_json(value: object) -> Any:  # noqa: ANN401  (JSON)
    """Return a value as JSON has it: a model without the fields that are not set."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    return TypeAdapter(Any).dump_python(value, mode="json")


def _to_text(value: object) -> str:
    """Return a value as a query or a form has it."""
    found = _to_json(value)
    return found if isinstance(found, str) else json.dumps(found)


def make_analysis_call(
    video: Video | StoredVideo,
    settings: Mapping[str, Any],
    *,
    on_progress: Progress,
    idempotency_key: str | None,
) -> Call:
    """Return the request for an analysis, with a key by which the service knows it again."""
    headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
    if isinstance(video, dict):
        body = {**settings, "input": video}
        return Call(method="POST", path="/api/v1/analyses", headers=headers, body=body)
    form = VideoForm({name: _to_text(value) for name, value in settings.items()}, video, on_progress)
    return Call(method="POST", path="/api/v1/analyses", headers=headers, form=form)
