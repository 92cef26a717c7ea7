"""The drop jump: step off a box, touch the ground, rebound at once."""

from dataclasses import dataclass

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.dropjump.metrics import DropJumpMetrics
from kinemotion.movements.lazy import LazyMovement


@dataclass(frozen=True, slots=True)
class DropJumpOptions:
    """What a user may say of a drop jump."""

    drop_height: float | None = option(
        None,
        "Height of the box, to compare with the fall that is measured.",
        unit="m",
        minimum=0.05,
        maximum=1.5,
        kind=float,
    )


DROP_JUMP = LazyMovement(
    name="dropjump",
    title="Drop jump",
    metrics=DropJumpMetrics,
    options=DropJumpOptions,
    headline="reactive_strength_index",
    leading_metrics=("reactive_strength_index", "ground_contact_time", "jump_height"),
    contact_model=ContactModel.JUMPING,
    package=__name__,
)
