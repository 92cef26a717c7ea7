"""The squat jump: hold a squat, jump without dipping, land."""

from dataclasses import dataclass

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.lazy import LazyMovement
from kinemotion.movements.sj.metrics import SquatJumpMetrics


@dataclass(frozen=True, slots=True)
class SquatJumpOptions:
    """What a user may set for a squat jump."""

    dip_tolerance: float = option(
        0.03, "Dip before the push-off from which a countermovement is flagged.", unit="m", minimum=0.01, maximum=0.1
    )


SQUAT_JUMP = LazyMovement(
    name="sj",
    title="Squat jump",
    metrics=SquatJumpMetrics,
    options=SquatJumpOptions,
    headline="jump_height",
    leading_metrics=("jump_height", "squat_depth", "takeoff_velocity"),
    contact_model=ContactModel.JUMPING,
    package=__name__,
)
