"""Why a live connection ends: one code for each reason, the same in messages, in the documentation and in metrics."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class CloseCode(IntEnum):
    """Close codes of a WebSocket: those of RFC 6455, and the service's own beginning with 4."""

    DONE = 1000
    TOO_BIG = 1009
    NO_ANSWER = 1011
    RESTART = 1012
    TRY_LATER = 1013
    MALFORMED = 4400
    NOT_AUTHENTICATED = 4401
    NOT_AUTHORIZED = 4403
    NOT_FOUND = 4404
    IDLE = 4408
    TAKEN_OVER = 4409
    TOO_LONG = 4410
    NOT_RESUMED = 4411
    FRAME_TOO_LARGE = 4413
    REFUSED = 4422
    LIMIT_REACHED = 4429
    SLOW_READER = 4430
    FAILED = 4500


MEANINGS: Mapping[CloseCode, tuple[str, str]] = MappingProxyType(
    {
        CloseCode.DONE: ("The stream has ended, and its result was sent.", "Nothing."),
        CloseCode.TOO_BIG: ("A message has more than 2 MiB.", "Send smaller pictures, or H.264."),
        CloseCode.NO_ANSWER: (
            "The client did not answer a ping.",
            "Connect again within 30 s (unless set otherwise) and resume.",
        ),
        CloseCode.RESTART: ("The service is shutting down.", "Connect again; begin a new stream."),
        CloseCode.TRY_LATER: (
            "No place is free, or each stream would get fewer than 10 pictures a second.",
            "Try again after `retry_after_s` of the message before.",
        ),
        CloseCode.MALFORMED: ("A message cannot be read.", "Correct the client."),
        CloseCode.NOT_AUTHENTICATED: ("There is no valid key.", "Send a key."),
        CloseCode.NOT_AUTHORIZED: ("The key may not do this.", "Use a key with the scope `live:stream`."),
        CloseCode.NOT_FOUND: (
            "There is no such analysis or stream, it has ended, or it was deleted.",
            "Begin a new stream.",
        ),
        CloseCode.IDLE: (
            "No frame came for the idle time (30 s unless set otherwise).",
            "Begin a new stream; the result so far was sent.",
        ),
        CloseCode.TAKEN_OVER: ("Another connection has resumed the stream.", "Nothing."),
        CloseCode.TOO_LONG: ("The stream is as long as a stream may be.", "Begin a new stream."),
        CloseCode.NOT_RESUMED: (
            "The connection was lost, and nobody resumed the stream in time.",
            "Begin a new stream.",
        ),
        CloseCode.FRAME_TOO_LARGE: ("A frame is larger than its kind may be.", "Send smaller frames."),
        CloseCode.REFUSED: ("The movement or an option is refused.", "See the message before."),
        CloseCode.LIMIT_REACHED: ("A limit of the account is reached.", "End another stream, or use a higher tier."),
        CloseCode.SLOW_READER: (
            "The client does not read its messages.",
            "Connect again within 30 s (unless set otherwise) and resume.",
        ),
        CloseCode.FAILED: ("The engine or the service failed.", "Begin a new stream."),
    }
)
"""What each code means, and what the client does next."""


def write_reference() -> str:
    """Return the table of close codes in Markdown."""
    rows = [f"| {code.value} | {meaning} | {then} |" for code, (meaning, then) in MEANINGS.items()]
    return "\n".join(["| code | meaning | what to do |", "| --- | --- | --- |", *rows]) + "\n"
