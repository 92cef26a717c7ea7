"""The messages of a live connection: what a client sends, read and checked, and what it gets."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from struct import Struct, error
from types import MappingProxyType
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.inputs.movement_options import Option
from kinemotion_backend.live.errors import FrameTooLarge, MalformedMessage
from kinemotion_backend.live.stream_analyzer import Codec, StreamEvent, StreamFrame

VERSION = 1
HEADER = Struct("<BBHIq")
"""Version, codec, zero, sequence number, capture time in microseconds."""
MEBIBYTE = 1024 * 1024
MAX_MESSAGE_BYTES = 2 * MEBIBYTE
MAX_FRAME_BYTES: Mapping[Codec, int] = MappingProxyType(
    {
        Codec.JPEG: MEBIBYTE,
        Codec.H264: MEBIBYTE,
        Codec.RGB: MAX_MESSAGE_BYTES,
        Codec.LANDMARKS: 16 * 1024,
    }
)
"""Engineering limit: bytes of a frame. Landmarks of three people have 1.3 kB."""
MAX_OPENING_CHARACTERS = 8 * 1024
"""Engineering limit: an opening has some fifty names and numbers. Its check finds a fault in each that is wrong."""
ATHLETE_OPTIONS: Mapping[str, str] = MappingProxyType(
    {"mass_kg": "mass_kg", "height_m": "athlete_height_m", "sex": "sex", "speed_m_s": "speed_m_s"}
)
"""What a client says about the athlete, and the option that it is."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A stream that a client wants, or one that it had."""

    movement: str | None = None
    quality: str = "balanced"
    options: Mapping[str, Option] = field(default_factory=dict[str, Option])
    resume_token: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The client asks for the result."""


@dataclass(frozen=True, slots=True)
class UntimedPicture:
    """A picture whose client gave no time stamp: it counts as filmed when it arrived."""

    payload: bytes


ClientMessage = Opening | Closing | StreamFrame | UntimedPicture


class _Open(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str
    movement: str | None = Field(None, min_length=1, max_length=64)
    quality: str = Field("balanced", max_length=20)
    options: dict[str, bool | float | str] = Field(default_factory=dict[str, bool | float | str], max_length=50)
    athlete: dict[str, float | str | None] = Field(default_factory=dict[str, float | str | None], max_length=10)
    resume_token: str | None = Field(None, max_length=100)


class _Picture(BaseModel):
    frame: str
    timestamp_ms: float | None = Field(None, allow_inf_nan=False, ge=-(2**52), le=2**52)


def read_binary(message: bytes) -> StreamFrame:
    """Read a binary message: a header of 16 bytes, then the frame.

    Raises
    ------
    MalformedMessage, FrameTooLarge
        If it is no frame, or one that is too large.
    """
    try:
        version, codec, reserved, _, time_us = HEADER.unpack_from(message)
        kind = Codec(codec)
    except (error, ValueError):
        raise MalformedMessage("A binary message does not begin with the header of a frame.") from None
    if version != VERSION or reserved:
        raise MalformedMessage("A binary message has another version of the header.")
    payload = message[HEADER.size :]
    _check_size(kind, len(payload))
    return StreamFrame(kind, time_us, payload)


def read_text(message: str) -> ClientMessage:
    """Read a text message: JSON of the type `open`, `frame` or `close`.

    Raises
    ------
    MalformedMessage, FrameTooLarge
        If it is none of them, or a frame that is too large.
    """
    try:
        content = json.loads(message)
    except (ValueError, RecursionError):
        raise MalformedMessage("A text message is no JSON.") from None
    if not isinstance(content, dict):
        raise MalformedMessage("A text message is no JSON object.")
    fields = cast("dict[str, Any]", content)
    kind = fields.get("type", "frame")
    try:
        if kind == "open":
            if len(message) > MAX_OPENING_CHARACTERS:
                raise MalformedMessage(f"An opening may have {MAX_OPENING_CHARACTERS} characters.")
            return _read_opening(_Open.model_validate(fields))
        if kind == "frame":
            return _read_picture(_Picture.model_validate(fields))
    except ValidationError as problem:
        wrong = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in problem.errors()}))
        raise MalformedMessage(f"Fields are not valid: {wrong}.") from None
    if kind == "close":
        return Closing()
    raise MalformedMessage("A text message has a type that is not known.")


def _read_opening(asked: _Open) -> Opening:
    """Return the opening with the athlete's facts among the options, by the service's names."""
    unknown = asked.athlete.keys() - ATHLETE_OPTIONS.keys() - {"name"}
    if unknown:
        raise MalformedMessage(f"Fields are not valid: {', '.join(f'athlete.{name}' for name in sorted(unknown))}.")
    athlete = {
        ATHLETE_OPTIONS[name]: value
        for name, value in asked.athlete.items()
        if name in ATHLETE_OPTIONS and value is not None
    }
    return Opening(asked.movement, asked.quality, {**athlete, **asked.options}, asked.resume_token)


def _read_picture(asked: _Picture) -> StreamFrame | UntimedPicture:
    _check_size(Codec.JPEG, len(asked.frame) * 3 // 4)
    try:
        payload = base64.b64decode(asked.frame.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise MalformedMessage("The frame is no base64.") from None
    if asked.timestamp_ms is None:
        return UntimedPicture(payload)
    return StreamFrame(Codec.JPEG, round(asked.timestamp_ms * 1000), payload)


def _check_size(codec: Codec, size: int) -> None:
    if size > MAX_FRAME_BYTES[codec]:
        raise FrameTooLarge(f"A frame of the kind {codec.name.lower()} may have {MAX_FRAME_BYTES[codec]} bytes.")


def encode_message(message: Mapping[str, Any]) -> bytes:
    """Return a message as it is sent."""
    return json.dumps(message, separators=(",", ":")).encode()


def describe_state(event: StreamEvent) -> dict[str, Any]:
    """Return the message of a state."""
    return _describe("state", event)


def describe_trial(event: StreamEvent) -> dict[str, Any]:
    """Return the message of a trial, provisional or final."""
    return _describe("metric_update", event)


def describe_error(problem: ServiceError) -> dict[str, Any]:
    """Return the message of an error."""
    message = {
        "type": "error",
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "retryable": problem.retryable,
    }
    return message if problem.retry_after_s is None else {**message, "retry_after_s": problem.retry_after_s}


def _describe(kind: str, event: StreamEvent) -> dict[str, Any]:
    content = {name: value for name, value in event.data.items() if name != "time_us"}
    return {"type": kind, "timestamp_ms": None if event.time_us is None else event.time_us / 1000, **content}
