"""Every way an analysis can fail, each with a code, a message, a hint and an exit status.

::

    KinemotionError
    ├── UsageProblem              2   the call cannot be carried out as written
    │   ├── UnknownMovement
    │   └── ResultUnreadable          a file that should hold a result
    │       └── ForeignResult
    ├── VideoUnreadable           3   the file is missing, no video, damaged or beyond the limits
    │   └── VideoNotFound, VideoTooLarge
    ├── NobodyVisible             4   no person, or not enough of one
    │   ├── FeetOutside               feet that are not in the picture
    │   └── TooDark                   a film without light
    ├── MovementNotFound          5   a person, but not this movement
    │   ├── PhasesNotFound            a trial in which no phases can be found
    │   ├── PictureTurned             a picture that is not upright
    │   ├── PicturesRepeated          pictures that are shown again while the athlete moves
    │   └── SlowMotion                a time base that is not real time
    ├── ModelProblem              6   a pose model or its runtime is missing or broken
    ├── MovementOutdated          6   a movement of another package, written for another version of the engine
    ├── OutputProblem             7   a result cannot be written where it was asked for
    ├── StreamProblem             2   a live stream cannot be read on
    │   ├── RecordMalformed           a record, or its payload, that is not what the protocol says
    │   ├── RecordTooLarge, PictureUnreadable, PictureSizeChanged
    │   └── SessionUnknown, SessionOpen, TooManySessions
    ├── InternalProblem          70   our bug
    └── Interrupted             130   stopped by the user
"""

from enum import IntEnum
from typing import ClassVar, Self

from kinemotion.messages import NO_HINT, Message


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
    """A failure that the user reads: what happened, and what to do next.

    Parameters
    ----------
    message
        What happened, without paths of the machine beyond the one the user gave. A plain string is a message whose
        code is that of the error.
    hint
        What to do next; the hint of the class where not given.
    """

    code: ClassVar[str] = "internal_error"
    exit_status: ClassVar[ExitStatus] = ExitStatus.INTERNAL
    retryable: ClassVar[bool] = False
    default_hint: ClassVar[Message] = NO_HINT

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = Message.plain(self.code, message)
        self.hint = self.default_hint if hint is None else Message.plain(f"{self.code}_hint", hint)


class UsageProblem(KinemotionError):
    """The call cannot be carried out as written."""

    code = "usage"
    exit_status = ExitStatus.USAGE
    default_hint = Message("see_help", "See --help.")


class UnknownMovement(UsageProblem):
    """No movement of that name is installed."""

    code = "unknown_movement"
    default_hint = Message("see_movements", "See `kinemotion movements`.")


class ResultUnreadable(UsageProblem):
    """A file that should hold a result holds none."""

    code = "result_unreadable"
    default_hint = Message("give_results", "Give files that an analysis wrote with --json or --json-dir.")


class ForeignResult(ResultUnreadable):
    """A result is written in another major version of the contract."""

    code = "foreign_result"
    default_hint = Message("analyse_again", "Analyse the video again with this version.")


class VideoUnreadable(KinemotionError):
    """The file cannot be decoded as a video."""

    code = "video_unreadable"
    exit_status = ExitStatus.VIDEO_UNREADABLE
    default_hint = Message(
        "give_original_video", "Use the original video file from the camera (MP4, MOV, MKV, WebM, AVI or MPEG-TS)."
    )


class VideoNotFound(VideoUnreadable):
    """There is no file at the path."""

    code = "video_not_found"
    default_hint = Message("check_path", "Check the path.")


class VideoTooLarge(VideoUnreadable):
    """The picture or the clip is beyond the limits that are decoded."""

    code = "video_too_large"
    default_hint = Message("film_smaller", "Film in 4K or less, or cut the video to the movement.")


class NobodyVisible(KinemotionError):
    """No person, or not enough of one, is in view."""

    code = "nobody_visible"
    exit_status = ExitStatus.NOBODY_VISIBLE
    default_hint = Message(
        "film_whole_body",
        "Film the whole athlete from head to feet in even light. Stay closer than about eight metres.",
    )


class FeetOutside(NobodyVisible):
    """The feet are outside the picture."""

    code = "feet_outside"
    default_hint = Message(
        "film_feet", "Film again with the feet and the floor in the picture, also during the landing."
    )


class TooDark(NobodyVisible):
    """The video is too dark to show a movement."""

    code = "too_dark"
    default_hint = Message(
        "film_in_light", "Film again in more light: outdoors by day, or with the lamps on and behind the camera."
    )


class MovementNotFound(KinemotionError):
    """A person is visible, but not this movement."""

    code = "movement_not_found"
    exit_status = ExitStatus.MOVEMENT_NOT_FOUND
    default_hint = Message(
        "check_movement", "Check that the video shows the whole movement, and that you use the right command."
    )


class PhasesNotFound(MovementNotFound):
    """A trial was cut out, but its phases cannot be found."""

    code = "phases_not_found"


class PictureTurned(MovementNotFound):
    """The picture is upside down or lies on its side."""

    code = "picture_turned"
    default_hint = Message("give_rotation", "Turn the picture with --rotate 90, 180 or 270.")


class PicturesRepeated(MovementNotFound):
    """The file shows pictures again while the athlete moves, so that times are wrong."""

    code = "pictures_repeated"
    default_hint = Message(
        "use_original_file",
        "Use the original file from the camera. If the camera itself lost pictures, film again in more light.",
    )


class SlowMotion(MovementNotFound):
    """The file does not run in real time, so no second in it is a second."""

    code = "slow_motion"
    default_hint = Message(
        "give_capture_fps", "Give the frame rate of the camera with --capture-fps, for example --capture-fps 240."
    )


class ModelProblem(KinemotionError):
    """A pose model or its runtime is missing or broken."""

    code = "model_problem"
    exit_status = ExitStatus.MODEL_PROBLEM
    default_hint = Message(
        "run_doctor", "Run `kinemotion doctor` to see what is wrong. Then install the package again."
    )


class MovementOutdated(KinemotionError):
    """A movement of another package lacks what this version of the engine calls."""

    code = "movement_outdated"
    exit_status = ExitStatus.MODEL_PROBLEM
    default_hint = Message("remove_or_update", "Remove or update the package that it is from.")


class OutputProblem(KinemotionError):
    """A result cannot be written where it was asked for."""

    code = "output_not_writable"
    exit_status = ExitStatus.OUTPUT_NOT_WRITABLE
    default_hint = Message("choose_folder", "Choose a folder that exists and that you can write to.")


class StreamProblem(KinemotionError):
    """A live stream cannot be read on."""

    code = "stream_problem"
    exit_status = ExitStatus.USAGE
    default_hint = Message("see_stream_reference", "See the reference page of the live stream.")


class RecordMalformed(StreamProblem):
    """A record, or its payload, is not what the protocol says."""

    code = "record_malformed"


class RecordTooLarge(StreamProblem):
    """The payload of a record is longer than its kind may be."""

    code = "record_too_large"
    default_hint = Message("send_smaller_pictures", "Send smaller pictures, for example 640 x 360.")


class PictureUnreadable(StreamProblem):
    """A picture of a stream cannot be decoded."""

    code = "picture_unreadable"
    retryable = True
    default_hint = Message("begin_with_key_frame", "Open a new session. Begin H.264 with a key frame.")


class PictureSizeChanged(StreamProblem):
    """The pictures of a session have another size than the first."""

    code = "picture_size_changed"
    retryable = True
    default_hint = Message("keep_picture_size", "Open a new session after the camera was turned or changed.")


class SessionUnknown(StreamProblem):
    """A record names a session that is not open."""

    code = "session_unknown"
    default_hint = Message("open_session_first", "Send an open record first.")


class SessionOpen(StreamProblem):
    """A session is opened that is open."""

    code = "session_open"
    default_hint = Message("close_session_first", "Close the session first, or choose another number.")


class TooManySessions(StreamProblem):
    """The process follows as many sessions as it may."""

    code = "too_many_sessions"
    retryable = True
    default_hint = Message("open_session_later", "Close a session, or use another process.")


class InternalProblem(KinemotionError):
    """Something we did not foresee: a bug of ours."""

    default_hint = Message("run_with_debug", "Run the command again with --debug and report the output.")

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Return the failure for an exception that nobody expected."""
        return cls(Message("unexpected_failure", "{kind}: {reason}", kind=type(error).__name__, reason=str(error)))


class Interrupted(KinemotionError):
    """Stopped by the user."""

    code = "interrupted"
    exit_status = ExitStatus.INTERRUPTED
    retryable = True
