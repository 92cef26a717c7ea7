"""What the routes of analyses take and give, with examples."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from kinemotion_backend.inputs.languages import Language
from kinemotion_backend.records.base import AnalysisQuery, AnalysisRecord, Page, Status, StoredArtefact
from kinemotion_backend.video_analyzer import ArtefactKind, QualityPreset

EXAMPLE_ID = "ana_5f2b7c0d9e8a4f6fb1d2c3a4b5e6f708"
EXAMPLE: dict[str, Any] = {
    "analysis_id": EXAMPLE_ID,
    "status": "completed",
    "sport_type": "cmj",
    "quality": "balanced",
    "config": {"mass_kg": 72},
    "language": "en",
    "athlete_id": None,
    "session_id": None,
    "recorded_on": "2026-11-20",
    "created_at": "2026-11-20T17:03:11.250000Z",
    "started_at": "2026-11-20T17:03:11.310000Z",
    "finished_at": "2026-11-20T17:03:14.902000Z",
    "engine_version": "0.1.0",
    "attempt": 1,
    "progress": {"done": 238, "total": 238},
    "result": {
        "data": {"jump_height_m": 0.312, "flight_time_ms": 504.4},
        "intervals": {"jump_height_m": [0.301, 0.323], "flight_time_ms": [495.6, 513.2]},
        "quality": {"score": 100, "confidence": "high", "warnings": []},
    },
    "error": None,
    "files": [{"name": "result.json", "media_type": "application/json", "size_bytes": 18211, "sha256": "ab" * 32}],
    "webhook_secret": None,
    "rtc_url": None,
}


class Input(BaseModel):
    """Where the video is: an upload, the video of an earlier analysis, or a live stream."""

    model_config = ConfigDict(extra="forbid")

    upload_id: str | None = Field(None, max_length=64, description="Id of a complete upload.")
    analysis_id: str | None = Field(None, max_length=64, description="Id of an analysis whose video is still stored.")

    streaming: bool = Field(default=False, description="Frames follow over a WebSocket: see `rtc_url` of the answer.")

    @model_validator(mode="after")
    def _check_one(self) -> "Input":
        if (self.upload_id is not None) + (self.analysis_id is not None) + self.streaming != 1:
            raise ValueError("name an upload_id or an analysis_id, or set streaming")
        return self


class AnalysisSettings(BaseModel):
    """What is to be done with the video."""

    model_config = ConfigDict(extra="forbid")

    sport_type: str = Field(
        min_length=1, max_length=64, description="Movement, by name or common spelling.", examples=["cmj"]
    )
    quality: QualityPreset = Field("balanced", description="Larger pose models are slower and more precise.")
    config: dict[str, bool | float | str] = Field(
        default_factory=dict[str, bool | float | str],
        max_length=50,
        description="Options of the movement, as GET /api/v1/sports lists them.",
        examples=[{"mass_kg": 72}],
    )
    outputs: list[ArtefactKind] = Field(
        default_factory=list[ArtefactKind],
        max_length=10,
        description="Files to make beside the result. Where the engine refuses the video, `report` and `overlay` show "
        "what was seen and why there is no result.",
    )
    language: Language | None = Field(
        None, description="Language of the texts in these files; default: what `Accept-Language` prefers, else English."
    )
    webhook_url: str | None = Field(None, max_length=2000, description="Gets an event when the analysis has ended.")
    athlete_id: str | None = Field(None, max_length=64, description="Whose video it is.")
    session_id: str | None = Field(None, max_length=64, description="On which occasion it was filmed.")
    recorded_on: date | None = Field(None, description="Day of the recording; default: as the camera says.")
    priority: Literal["low", "normal"] = Field("normal", description="`low` waits until nothing else does.")


class AnalysisRequestBody(AnalysisSettings):
    """A request for an analysis of a stored video, or of a live stream."""

    input: Input

    @model_validator(mode="after")
    def _check_outputs(self) -> "AnalysisRequestBody":
        if self.input.streaming and self.outputs:
            raise ValueError("a live stream makes no files beside the result")
        return self


class AnalysisForm(AnalysisSettings):
    """A request for an analysis of the video in the same form. ``config`` and ``outputs`` are JSON texts."""


class AnalysisFilter(BaseModel):
    """Which analyses are wanted."""

    sport_type: str | None = Field(None, max_length=64)
    status: Status | None = None
    athlete_id: str | None = Field(None, max_length=64)
    session_id: str | None = Field(None, max_length=64)
    created_from: AwareDatetime | None = Field(None, description="Created at this time or later.")
    created_before: AwareDatetime | None = Field(None, description="Created before this time.")

    def as_query(self) -> AnalysisQuery:
        """Return the question to the records."""
        return AnalysisQuery(sport=self.sport_type, **self.model_dump(exclude={"sport_type"}))


class ProgressInfo(BaseModel):
    """How far an analysis is, in frames."""

    done: int
    total: int | None


class FileInfo(BaseModel):
    """A file of an analysis: GET …/{name}."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str


class AnalysisInfo(BaseModel):
    """One analysis."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    analysis_id: str
    status: Status
    sport_type: str
    quality: str
    config: dict[str, Any]
    language: str = Field(description="Language of the texts in the files.")
    athlete_id: str | None
    session_id: str | None
    recorded_on: date | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    engine_version: str
    attempt: int = Field(description="How often it was started.")
    progress: ProgressInfo | None
    result: dict[str, Any] | None = Field(
        description="`data`, `intervals` and `quality` of the best plausible trial; GET …/result.json has everything."
    )
    error: dict[str, Any] | None = Field(
        description="`code`, `message`, `hint` and `retryable` of a failure. Where the engine refuses the video, also "
        "`reason` and `advice`: message and hint with their codes and values, for programs that translate them."
    )
    files: list[FileInfo] = Field(
        description="The result and what was asked for beside it; of a refused video, what shows why it was refused."
    )
    webhook_secret: str | None = Field(
        None, description="Secret that signs what is sent to `webhook_url`; shown once, by the request that brought it."
    )
    rtc_url: str | None = Field(None, description="Where the frames of a live stream go; shown by the first answer.")


class AnalysisPage(BaseModel):
    """Some analyses, the newest first."""

    items: list[AnalysisInfo]
    next_cursor: str | None = Field(description="Give it as `cursor` to get the next page; null on the last one.")


class Erased(BaseModel):
    """What was deleted."""

    analysis_id: str
    deleted: list[str] = Field(default=["video", "results", "events", "record"])


def describe(
    analysis: AnalysisRecord,
    *,
    files: Sequence[StoredArtefact] = (),
    webhook_secret: str | None = None,
    rtc_url: str | None = None,
) -> AnalysisInfo:
    """Return the analysis as clients see it."""
    progress = None
    if analysis.progress_done is not None:
        progress = ProgressInfo(done=analysis.progress_done, total=analysis.progress_total)
    return AnalysisInfo(
        analysis_id=analysis.id,
        status=analysis.status,
        sport_type=analysis.sport,
        quality=analysis.quality,
        config=dict(analysis.options),
        language=analysis.language,
        athlete_id=analysis.athlete_id,
        session_id=analysis.session_id,
        recorded_on=analysis.recorded_on,
        created_at=analysis.created_at,
        started_at=analysis.started_at,
        finished_at=analysis.finished_at,
        engine_version=analysis.engine_version,
        attempt=analysis.attempt,
        progress=progress,
        result=None if analysis.summary is None else dict(analysis.summary),
        error=None if analysis.error is None else dict(analysis.error),
        files=describe_files(files),
        webhook_secret=webhook_secret,
        rtc_url=rtc_url,
    )


def describe_files(files: Iterable[StoredArtefact]) -> list[FileInfo]:
    """Return the files as clients see them."""
    return [
        FileInfo(name=file.name, media_type=file.media_type, size_bytes=file.size_bytes, sha256=file.sha256)
        for file in files
    ]


def describe_page(page: Page[AnalysisRecord]) -> AnalysisPage:
    """Return the page as clients see it; its analyses name no files."""
    return AnalysisPage(items=[describe(analysis) for analysis in page.items], next_cursor=page.next_cursor)
