"""What is measured of a squat jump."""

from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, metric
from kinemotion.movements.jumps.metrics import PushOffMetrics

_SHEPPARD = "Sheppard & Doyle 2008, 10.1519/JSC.0b013e31816602d4"


@dataclass(frozen=True, slots=True)
class SquatJumpMetrics(PushOffMetrics):
    """Metrics of one squat jump; None where the clip does not show what is needed."""

    hold_duration: Estimate | None = metric(
        "s", "Time for which the squat was held still.", plausible=(0.2, 10.0), source=_SHEPPARD
    )
    squat_depth: Estimate | None = metric(
        "m", "Centre of mass when standing less that in the held squat.", plausible=(0.05, 0.75)
    )
    countermovement: Estimate | None = metric(
        "m", "Dip of the centre of mass below the held squat before the push-off.", source=_SHEPPARD
    )
