"""What is measured of a drop jump."""

from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, metric
from kinemotion.movements.jumps.metrics import FlightMetrics
from kinemotion.movements.references import DALLEAU, HEALY, YOUNG

_FALL = "McMahon et al. 2021, 10.3390/biomechanics1020015"


@dataclass(frozen=True, slots=True)
class DropJumpMetrics(FlightMetrics):
    """Metrics of one drop jump; None where the clip does not show what is needed."""

    ground_contact_time: Estimate | None = metric(
        "s", "From the first foot's touchdown to the last foot's toe-off.", plausible=(0.09, 0.7), source=YOUNG
    )
    reactive_strength_index: Estimate | None = metric(
        "m/s", "Jump height over ground contact time.", plausible=(0.1, 5.0), source=YOUNG, suffix=""
    )
    rsi_flight_contact_ratio: Estimate | None = metric(
        "1",
        "Flight time over ground contact time.",
        plausible=(0.4, 5.0),
        source=HEALY,
        title="Reactive strength ratio",
    )
    effective_drop_height: Estimate | None = metric(
        "m",
        "Height of a free fall with the same velocity at touchdown; less than the box if the athlete steps down.",
        plausible=(0.03, 1.2),
        source=_FALL,
    )
    braking_duration: Estimate | None = metric(
        "s", "From touchdown to the lowest centre of mass.", plausible=(0.02, 0.4)
    )
    propulsion_duration: Estimate | None = metric(
        "s", "From the lowest centre of mass to take-off.", plausible=(0.04, 0.5)
    )
    vertical_stiffness: Estimate | None = metric(
        "kN/m", "Peak force over the centre of mass's fall in contact.", plausible=(2, 120), source=DALLEAU
    )
    knee_flexion_contact: Estimate | None = metric(
        "deg", "Knee flexion at touchdown.", plausible=(-20, 80), title="Knee flexion at contact"
    )
    knee_flexion_range: Estimate | None = metric(
        "deg", "Largest knee flexion of the contact less that at touchdown.", plausible=(-5, 110)
    )
