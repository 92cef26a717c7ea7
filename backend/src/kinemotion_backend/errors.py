"""Every way a request can fail, each with a code, an HTTP status, a hint and whether trying again may help.

::

    ServiceError
    ├── EngineUnusable          503   the kinemotion command is missing or speaks a foreign contract (a RuntimeError)
    ├── EngineCrashed           500   the engine ended without a word
    ├── AnalysisTimeout         504   the engine took too long and was stopped
    ├── AnalysisFailed      by code   the engine's own refusal: nobody visible, no such movement, slow motion ...
    ├── UnknownMovement         422   no movement of that name is offered
    ├── InvalidOption           422   the movement has no such option
    ├── Saturated               503   all places are taken, or the disk is full
    ├── Ending                  503   the service is asked to end
    ├── TooManyAtOnce           429   the client has its share of the places already
    └── UploadProblem
        ├── MalformedUpload     400   not a form with one video
        ├── UploadTooSlow       408   the sender paused for too long
        ├── UploadTooLarge      413   beyond the size limit
        └── UnsupportedMedia    415   not a video file
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from kinemotion_backend.contract import EngineError

_USAGE = 2
_STATUS_OF_EXIT: Mapping[int, int] = MappingProxyType({_USAGE: 422, 3: 422, 4: 422, 5: 422, 6: 503, 130: 503})
"""HTTP status of each exit status that is not our own failure: the contract's table of exit statuses."""
_OUR_FAILURE = "Report it with the request id, if it happens again."


class ServiceError(Exception):
    """A failure told to the client: what happened, and what to do next. Never a path, a trace or a secret."""

    code: str = "internal_error"
    status: int = 500
    retryable: bool = False
    hint: str = ""
    retry_after_s: int | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class EngineUnusable(ServiceError, RuntimeError):
    """The engine is missing, broken or speaks a contract this service does not read."""

    code = "engine_unusable"
    status = 503
    retryable = True
    hint = "Install a fitting engine beside the service; `kinemotion-backend doctor` says what is wrong."
    retry_after_s = 60


class EngineCrashed(ServiceError):
    """The engine ended without a result and without an error document."""

    code = "engine_crashed"
    retryable = True
    hint = f"Try again. {_OUR_FAILURE}"


class AnalysisTimeout(ServiceError):
    """The engine took longer than it may and was stopped."""

    code = "analysis_timeout"
    status = 504
    hint = "Cut the clip to the movement, or choose a faster quality."


class AnalysisFailed(ServiceError):
    """The engine's own refusal, in its own words; those about this machine stay here, as they may name its paths."""

    def __init__(self, error: EngineError, *, exit_status: int) -> None:
        status = 413 if error.code == "video_too_large" else _STATUS_OF_EXIT.get(exit_status, 500)
        ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        super().__init__("The engine could not finish its work." if ours else error.message)
        self.code = error.code
        self.status = status
        self.retryable = error.retryable
        self.hint = _OUR_FAILURE if ours else InvalidOption.hint if exit_status == _USAGE else error.hint
        self.retry_after_s = EngineUnusable.retry_after_s if status == EngineUnusable.status else None


class UnknownMovement(ServiceError):
    """No movement of that name is offered."""

    code = "unknown_movement"
    status = 422
    hint = "GET /api/v1/sports lists the movements."


class InvalidOption(ServiceError):
    """The movement has no such option."""

    code = "invalid_option"
    status = 422
    hint = "GET /api/v1/sports lists each movement's options."


class Saturated(ServiceError):
    """All places are taken, or the disk is full."""

    code = "saturated"
    status = 503
    retryable = True
    hint = "Try again after the time given in Retry-After."
    retry_after_s = 5


class Ending(ServiceError):
    """The service was asked to end before the request was answered."""

    code = "ending"
    status = 503
    retryable = True
    hint = Saturated.hint
    retry_after_s = 5


class TooManyAtOnce(ServiceError):
    """The client has its share of the places already."""

    code = "too_many_at_once"
    status = 429
    retryable = True
    hint = "Wait for the answer to an earlier video, or for the time given in Retry-After."
    retry_after_s = 5


class UploadProblem(ServiceError):
    """The upload itself cannot be used."""


class MalformedUpload(UploadProblem):
    """The body is not a form with exactly one video."""

    code = "malformed_upload"
    status = 400
    hint = "Send multipart/form-data with one file named video."


class UploadTooSlow(UploadProblem):
    """The sender paused for too long, or took too long in all."""

    code = "upload_too_slow"
    status = 408
    retryable = True
    hint = "Send the video without long pauses."


class UploadTooLarge(UploadProblem):
    """The upload is beyond the size limit."""

    code = "upload_too_large"
    status = 413
    hint = "Cut the clip to the movement, or film at a lower resolution."


class UnsupportedMedia(UploadProblem):
    """The file is not a video."""

    code = "unsupported_media"
    status = 415
    hint = "Send a video file straight from the camera (MP4, MOV, MKV, WebM, AVI or MPEG-TS)."
