"""What is measured of repeated jumps, and of one of them."""

from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, metric
from kinemotion.movements.references import DALLEAU, HEALY, LINTHORNE, YOUNG

_HARPER = "Harper et al. 2011, BASES Annual Student Conference, Chester"


@dataclass(frozen=True, slots=True)
class HopMetrics:
    """One jump with the ground contact from which it rebounds; the first jump has none."""

    jump_height: Estimate | None = metric(
        "m", "Rise of the centre of mass from take-off to the apex.", plausible=(0.005, 0.8), source=LINTHORNE
    )
    flight_time: Estimate | None = metric("s", "Time with both feet in the air.", plausible=(0.06, 0.9))
    ground_contact_time: Estimate | None = metric(
        "s", "From the first foot's touchdown to the last foot's toe-off.", plausible=(0.08, 1.2), source=YOUNG
    )
    reactive_strength_index: Estimate | None = metric(
        "m/s", "Jump height over the time of the contact before it.", plausible=(0.01, 5.0), source=YOUNG, suffix=""
    )
    rsi_flight_contact_ratio: Estimate | None = metric(
        "1",
        "Flight time over the time of the contact before it.",
        plausible=(0.05, 5.0),
        source=HEALY,
        title="Reactive strength ratio",
    )
    vertical_stiffness: Estimate | None = metric(
        "kN/m", "Peak force over the centre of mass's fall in contact.", plausible=(2, 150), source=DALLEAU
    )


@dataclass(frozen=True, slots=True)
class RepeatedJumpMetrics(HopMetrics):
    """Repeated jumps: the means over the jumps, and what only the series has."""

    jump_count: Estimate | None = metric("count", "Jumps filmed from take-off to landing.", suffix="")
    rsi_best_five: Estimate | None = metric(
        "m/s",
        "Mean reactive strength index of the best five jumps with a contact below 250 ms, the first jump left out.",
        plausible=(0.1, 5.0),
        source=_HARPER,
        title="Reactive strength index, best five",
        suffix="",
    )
    jump_rate: Estimate | None = metric("1/min", "Jumps per minute.", plausible=(20, 400))
    fatigue_slope: Estimate | None = metric(
        "1/jump",
        "Change of jump height from jump to jump, as a share of the mean height; negative where the jumps get lower.",
        plausible=(-0.3, 0.3),
        source="Straight line through height over jump number, first jump left out",
    )
