"""What the file itself gives cause to warn of."""

from kinemotion.video.pictures import Losses

_CUT_OFF_S = 0.25
"""An end this much before the promised one is no rounding of the container's."""


def warnings_of(losses: Losses, *, missing_s: float) -> tuple[str, ...]:
    """Sentences for a coach."""
    found: list[str] = []
    if missing_s > _CUT_OFF_S:
        found.append(f"The file is cut off: {missing_s:.1f} s that it promises are missing. Copy it again.")
    if losses.undecodable:
        found.append(f"Damaged pictures were left out: {losses.undecodable}.")
    if losses.untimed:
        found.append(f"Pictures without a time of their own were left out: {losses.untimed}.")
    return tuple(found)
