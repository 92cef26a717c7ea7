"""Warnings about the file itself."""

from kinemotion.messages import Message
from kinemotion.video.pictures import DecodeErrors

_CUT_OFF_S = 0.25
"""A file that ends this much earlier than its container says is cut off; less may be rounding."""


def collect_warnings(errors: DecodeErrors, *, missing_s: float) -> tuple[Message, ...]:
    """Return what a coach should know about the file."""
    found: list[Message] = []
    if missing_s > _CUT_OFF_S:
        found.append(
            Message(
                "file_cut_off",
                "The video file is cut off. The last {time_s:.1s} are missing. Copy the file again.",
                time_s=missing_s,
            )
        )
    if errors.undecodable:
        found.append(Message("frames_damaged", "Damaged frames that were left out: {count}.", count=errors.undecodable))
    if errors.untimed:
        found.append(
            Message("frames_untimed", "Frames without a time stamp that were left out: {count}.", count=errors.untimed)
        )
    return tuple(found)
