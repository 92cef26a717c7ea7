"""Repeated jumps: hops, rope skipping, the 10/5 test."""

from dataclasses import dataclass

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.lazy import LazyMovement
from kinemotion.movements.rj.metrics import HopMetrics, RepeatedJumpMetrics


@dataclass(frozen=True, slots=True)
class RepeatedJumpOptions:
    """What a user may set for repeated jumps."""

    minimum_jumps: int = option(3, "Fewest jumps in a row that make a series.", minimum=2, maximum=100)


REPEATED_JUMPS = LazyMovement(
    name="rj",
    title="Repeated jumps",
    metrics=RepeatedJumpMetrics,
    options=RepeatedJumpOptions,
    headline="jump_count",
    leading_metrics=("reactive_strength_index", "ground_contact_time", "jump_height", "jump_count"),
    repetition_metrics=HopMetrics,
    contact_model=ContactModel.JUMPING,
    package=__name__,
)
