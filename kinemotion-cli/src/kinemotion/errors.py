"""Every way an analysis can fail, each with a code, a message, a hint and an exit status.

::

    KinemotionError
    ├── UsageProblem              2   the call cannot be carried out as written
    │   ├── UnknownMovement
    │   └── ResultUnreadable          a file that should hold a result
    │       └── ForeignResult
    ├── VideoUnreadable           3   the file is missing, no video, damaged or beyond the limits
    │   ├── VideoNotFound
    │   └── VideoTooLarge
    ├── NobodyVisible             4   no person, or not enough of one
    ├── MovementNotFound          5   a person, but not this movement
    │   ├── PhasesNotFound            a trial whose phases cannot be told apart
    │   └── SlowMotion                a time base that is not real time
    ├── ModelProblem              6   a pose model or its runtime is missing or broken
    ├── OutputProblem             7   a result cannot be written where it was asked for
    ├── InternalProblem          70   our bug
    └── Interrupted             130   stopped by the user
"""

from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """What the process ends with; listed in the documentation and tested."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    VIDEO_UNREADABLE = 3
    NOBODY_VISIBLE = 4
    MOVEMENT_NOT_FOUND = 5
    MODEL_PROBLEM = 6
    OUTPUT_NOT_WRITABLE = 7
    INTERNAL = 70
    INTERRUPTED = 130


class KinemotionError(Exception):
    """A failure told to the user: what happened, and what to do next.

    Parameters
    ----------
    message
        One sentence for people, without paths of the machine beyond the one the user gave.
    hint
        What to do next; the class's own hint where not given.
    """

    code: ClassVar[str] = "internal_error"
    exit_status: ClassVar[ExitStatus] = ExitStatus.INTERNAL
    retryable: ClassVar[bool] = False
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint


class UsageProblem(KinemotionError):
    """The call cannot be carried out as written."""

    code = "usage"
    exit_status = ExitStatus.USAGE
    default_hint = "See --help."


class UnknownMovement(UsageProblem):
    """No movement of that name is installed."""

    code = "unknown_movement"
    default_hint = "See `kinemotion movements`."


class ResultUnreadable(UsageProblem):
    """A file that should hold a result holds none."""

    code = "result_unreadable"
    default_hint = "Give files that an analysis wrote with --json or --json-dir."


class ForeignResult(ResultUnreadable):
    """A result is written in another major version of the contract."""

    code = "foreign_result"
    default_hint = "Analyse the video again with this version."


class VideoUnreadable(KinemotionError):
    """The file cannot be decoded as a video."""

    code = "video_unreadable"
    exit_status = ExitStatus.VIDEO_UNREADABLE
    default_hint = "Give a video file straight from the camera (MP4, MOV, MKV, WebM, AVI or MPEG-TS)."


class VideoNotFound(VideoUnreadable):
    """There is no file at that path."""

    code = "video_not_found"
    default_hint = "Check the path."


class VideoTooLarge(VideoUnreadable):
    """The picture or the clip is beyond the limits that are decoded."""

    code = "video_too_large"
    default_hint = "Film in 4K or less, or cut the clip to the movement."


class NobodyVisible(KinemotionError):
    """No person, or not enough of one, is in view."""

    code = "nobody_visible"
    exit_status = ExitStatus.NOBODY_VISIBLE
    default_hint = "Film the whole athlete, head to feet, in even light, and nearer than about eight metres."


class MovementNotFound(KinemotionError):
    """A person is visible, but not this movement."""

    code = "movement_not_found"
    exit_status = ExitStatus.MOVEMENT_NOT_FOUND
    default_hint = "Check that the clip shows the whole movement, and that the command fits it."


class PhasesNotFound(MovementNotFound):
    """A trial was cut out, but its phases cannot be told apart."""

    code = "phases_not_found"


class SlowMotion(MovementNotFound):
    """The file does not run in real time, so no second in it is a second."""

    code = "slow_motion"
    default_hint = "Give the rate it was filmed at with --capture-fps, for example --capture-fps 240."


class ModelProblem(KinemotionError):
    """A pose model or its runtime is missing or broken."""

    code = "model_problem"
    exit_status = ExitStatus.MODEL_PROBLEM
    default_hint = "Install the package again; `kinemotion doctor` says what is wrong."


class OutputProblem(KinemotionError):
    """A result cannot be written where it was asked for."""

    code = "output_not_writable"
    exit_status = ExitStatus.OUTPUT_NOT_WRITABLE
    default_hint = "Choose a folder that exists and that you may write to."


class InternalProblem(KinemotionError):
    """Something we did not foresee: a bug of ours."""

    default_hint = "Run again with --debug and report what it prints."


class Interrupted(KinemotionError):
    """Stopped by the user."""

    code = "interrupted"
    exit_status = ExitStatus.INTERRUPTED
    retryable = True
