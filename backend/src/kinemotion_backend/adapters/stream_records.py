"""The engine's live protocol: records that go to ``kinemotion stream``, and the lines that come back."""

import json
from collections.abc import Mapping
from struct import Struct
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from pydantic import Field

from kinemotion_backend.contract.documents import (
    Document,
    EngineError,
    Intervals,
    Metrics,
    Quality,
    Trial,
    TrialProblem,
)
from kinemotion_backend.contract.exact_json import read_json
from kinemotion_backend.live.stream_analyzer import StreamEvent

VERSION = 1
OPEN, CLOSE = 1, 6
"""Kinds of records beside those with a frame, whose kind is the number of their codec."""
MAX_TIME_US = 2**63 - 1
"""Largest time stamp of a record, either way."""
_HEADER = Struct("<BBHIqI")
_KINDS = get_args(Literal["state", "trial", "dropped", "error", "closed"])
_OWN_FIELDS = frozenset({"event", "session", "schema_version", "cpu_time_s", "type", "timestamp_ms"})
"""What a client does not get: the engine's own fields, and the names of fields that the service adds."""


class _TrialEvent(Document):
    trial: Trial


class _DroppedEvent(Document):
    frames: int = Field(ge=0)


class _ErrorEvent(Document):
    error: EngineError


class _Result(Document):
    headline_trial: int | None = None
    data: Metrics
    intervals: Intervals = Field(default_factory=dict)
    problem: TrialProblem | None = None


class _Frames(Document):
    """What is said of the frames of a stream; an engine may say nothing."""

    quality: Quality = Field(default_factory=Quality.model_construct)


class _ClosedEvent(Document):
    frames: int = Field(ge=0)
    result: _Result
    metadata: _Frames = Field(default_factory=_Frames.model_construct)


_CHECKS: Mapping[str, type[Document]] = MappingProxyType(
    {"trial": _TrialEvent, "dropped": _DroppedEvent, "error": _ErrorEvent, "closed": _ClosedEvent}
)
"""What each event must hold. A state is passed on and never read, and there is one for every frame."""


def write_record(kind: int, session: int, *, time_us: int = 0, payload: bytes = b"") -> bytes:
    """Return one record: a header of 20 bytes, then the payload."""
    return _HEADER.pack(kind, VERSION, 0, session, time_us, len(payload)) + payload


def write_opening(movement: str, quality: str, *, options: dict[str, Any], athlete: dict[str, Any]) -> bytes:
    """Return the payload of the record that opens a stream."""
    opening = {"movement": movement, "quality": quality, "options": options, "athlete": athlete}
    return json.dumps(opening).encode()


def read_line(line: bytes) -> tuple[int | None, dict[str, Any]] | None:
    """Return the session and the content of one line; None when the line is no event of the contract."""
    try:
        content = read_json(line)
        if not isinstance(content, dict):
            return None
        event = cast("dict[str, Any]", content)
        kind, time_us, session = event.get("event"), event.get("time_us", 0), event.get("session")
        if not isinstance(kind, str) or not isinstance(time_us, int) or abs(time_us) > MAX_TIME_US:
            return None
        if check := _CHECKS.get(kind):
            check.model_validate_json(line)
    except ValueError:  # pydantic's ValidationError too
        return None
    return (session if isinstance(session, int) else None), event


def as_event(content: dict[str, Any]) -> StreamEvent | None:
    """Convert the content of a line to an event; None when it is of a kind that nobody asks for."""
    kind = content["event"]
    if kind not in _KINDS:
        return None
    data = {name: value for name, value in content.items() if name not in _OWN_FIELDS}
    cost_s = content.get("cpu_time_s")
    return StreamEvent(
        kind,
        data,
        content.get("time_us"),
        float(cost_s) if isinstance(cost_s, int | float) and cost_s >= 0 else None,
    )
