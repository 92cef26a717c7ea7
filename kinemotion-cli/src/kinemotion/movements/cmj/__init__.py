"""The countermovement jump: stand, dip, jump, land."""

from dataclasses import dataclass

from kinemotion.motion.contact_model import ContactModel
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.movements.lazy import LazyMovement


@dataclass(frozen=True, slots=True)
class CmjOptions:
    """Options of the countermovement jump: none."""


CMJ = LazyMovement(
    name="cmj",
    title="Countermovement jump",
    metrics=CmjMetrics,
    options=CmjOptions,
    headline="jump_height",
    leading_metrics=("jump_height", "rsi_modified", "countermovement_depth", "time_to_takeoff"),
    contact_model=ContactModel.JUMPING,
    package=__name__,
)
