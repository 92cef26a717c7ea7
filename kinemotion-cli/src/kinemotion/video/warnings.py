"""What the file itself gives cause to warn of."""

from kinemotion.messages import Message
from kinemotion.video.pictures import DecodeErrors

_CUT_OFF_S = 0.25
"""An end this much before the promised one is no rounding of the container's."""


def warnings_of(losses: DecodeErrors, *, missing_s: float) -> tuple[Message, ...]:
    """Sentences for a coach."""
    found: list[Message] = []
    if missing_s > _CUT_OFF_S:
        found.append(
            Message(
                "file_cut_off",
                "The video file is cut off. The last {time_s:.1s} are missing. Copy the file again.",
                time_s=missing_s,
            )
        )
    if losses.undecodable:
        found.append(Message("frames_damaged", "Damaged frames that were left out: {count}.", count=losses.undecodable))
    if losses.untimed:
        found.append(
            Message("frames_untimed", "Frames without a time stamp that were left out: {count}.", count=losses.untimed)
        )
    return tuple(found)
