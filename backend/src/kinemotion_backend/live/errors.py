"""What can be wrong with a live stream."""

from kinemotion_backend.errors import ServiceError


class MalformedMessage(ServiceError):
    """A message of the client cannot be read."""

    code = "malformed_message"
    hint = "The how-to page of live streams describes the messages."


class FrameTooLarge(ServiceError):
    """A frame is larger than its kind may be."""

    code = "frame_too_large"
    hint = "Send smaller pictures, for example 640 x 360."


class StreamNotFound(ServiceError):
    """There is no such stream, or it can no longer be resumed."""

    code = "stream_not_found"
    hint = "Begin a new stream."


class StreamInUse(ServiceError):
    """The analysis has a stream already."""

    code = "stream_in_use"
    retryable = True
    hint = "Resume it with its resume_token, or wait until it has ended."


class NoCapacity(ServiceError):
    """One more stream would leave too few pictures a second for each."""

    code = "no_capacity"
    retryable = True
    hint = "Try again later, or send landmarks instead of pictures."
    retry_after_s = 10
