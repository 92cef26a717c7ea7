"""What the file itself gives cause to warn of."""

from kinemotion.motion.messages import Sentence
from kinemotion.video.pictures import DecodeErrors

_CUT_OFF_S = 0.25
"""An end this much before the promised one is no rounding of the container's."""


def warnings_of(losses: DecodeErrors, *, missing_s: float) -> tuple[Sentence, ...]:
    """Sentences for a coach."""
    found: list[Sentence] = []
    if missing_s > _CUT_OFF_S:
        found.append(
            Sentence("The file is cut off: {gap:.1f} s that it promises are missing. Copy it again.", gap=missing_s)
        )
    if losses.undecodable:
        found.append(Sentence("Damaged pictures were left out: {count}.", count=losses.undecodable))
    if losses.untimed:
        found.append(Sentence("Pictures without a time of their own were left out: {count}.", count=losses.untimed))
    return tuple(found)
