"""What is measured of a countermovement jump."""

from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, metric
from kinemotion.movements.jumps.metrics import PushOffMetrics
from kinemotion.movements.references import LINTHORNE, MCMAHON


@dataclass(frozen=True, slots=True)
class CmjMetrics(PushOffMetrics):
    """Metrics of one countermovement jump; None where the clip does not show what is needed."""

    jump_height_above_standing: Estimate | None = metric(
        "m", "Rise of the centre of mass from standing to the apex.", plausible=(0.05, 1.1), source=LINTHORNE
    )
    countermovement_depth: Estimate | None = metric(
        "m", "Drop of the centre of mass from standing to its lowest point.", plausible=(0.03, 0.75), source=MCMAHON
    )
    unweighting_duration: Estimate | None = metric(
        "s", "From the onset to the peak downward velocity.", plausible=(0.08, 1.5), source=MCMAHON
    )
    braking_duration: Estimate | None = metric(
        "s", "From the peak downward velocity to the lowest point.", plausible=(0.04, 1.0), source=MCMAHON
    )
    eccentric_duration: Estimate | None = metric(
        "s", "From the onset to the lowest point.", plausible=(0.15, 2.5), source=MCMAHON
    )
    time_to_takeoff: Estimate | None = metric("s", "From the onset to take-off.", plausible=(0.3, 3.0), source=MCMAHON)
    peak_eccentric_velocity: Estimate | None = metric(
        "m/s", "Fastest downward velocity of the centre of mass; negative.", plausible=(-2.5, -0.2), source=MCMAHON
    )
    rsi_modified: Estimate | None = metric(
        "m/s",
        "Jump height over time to take-off.",
        plausible=(0.05, 1.5),
        source="Ebben & Petushek 2010, 10.1519/JSC.0b013e3181e72466",
        title="Reactive strength index, modified",
        suffix="",
    )
