"""The engine's live protocol: records that go to ``kinemotion stream``, and the lines that come back."""

import json
from struct import Struct
from typing import Any, Literal, cast, get_args

from kinemotion_backend.contract import refuse_constant
from kinemotion_backend.live.stream_analyzer import StreamEvent

VERSION = 1
OPEN, CLOSE = 1, 6
"""Kinds of records beside those with a frame, whose kind is the number of their codec."""
MAX_PAYLOAD_BYTES = 2 * 1024 * 1024
"""What the engine takes as the payload of one record."""
_HEADER = Struct("<BBHIqI")
_KINDS = get_args(Literal["state", "trial", "dropped", "error", "closed"])
_OWN_FIELDS = frozenset({"event", "session", "schema_version", "cpu_time_s"})


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
        content = json.loads(line, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not isinstance(cast("dict[str, Any]", content).get("event"), str):
        return None
    event = cast("dict[str, Any]", content)
    session = event.get("session")
    return (session if isinstance(session, int) else None), event


def as_event(content: dict[str, Any]) -> StreamEvent | None:
    """Convert the content of a line to an event; None when it is of a kind that nobody asks for."""
    kind = content["event"]
    if kind not in _KINDS:
        return None
    time_us = content.get("time_us")
    data = {name: value for name, value in content.items() if name not in _OWN_FIELDS}
    cost_s = content.get("cpu_time_s")
    return StreamEvent(
        kind,
        data,
        time_us if isinstance(time_us, int) else None,
        float(cost_s) if isinstance(cost_s, int | float) else None,
    )
