"""What is measured of every jump: of the flight itself, and of a push-off out of a low point."""

from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, metric
from kinemotion.movements.references import LINTHORNE, MCMAHON

_SAMOZINO = "Samozino et al. 2008, 10.1016/j.jbiomech.2008.07.028"


@dataclass(frozen=True, slots=True)
class FlightMetrics:
    """The flight of one jump; None where the clip does not show what is needed."""

    jump_height: Estimate | None = metric(
        "m",
        "Rise of the centre of mass from take-off to the apex, by flight time, posture and path in the air together.",
        plausible=(0.03, 0.9),
        source=LINTHORNE,
    )
    jump_height_flight_time: Estimate | None = metric(
        "m",
        "Jump height by g·T²/8, as a contact mat reports it: too high if the body lands lower than it took off.",
        plausible=(0.03, 1.1),
        source=LINTHORNE,
        title="Jump height by flight time",
    )
    flight_time: Estimate | None = metric("s", "Time with both feet in the air.", plausible=(0.15, 0.95))
    takeoff_velocity: Estimate | None = metric(
        "m/s", "Upward velocity of the centre of mass at take-off.", plausible=(0.8, 4.2), source=LINTHORNE
    )


@dataclass(frozen=True, slots=True)
class PushOffMetrics(FlightMetrics):
    """A jump with its push-off out of a low point."""

    concentric_duration: Estimate | None = metric(
        "s", "From the lowest point, or the end of the hold, to take-off.", plausible=(0.1, 1.0), source=MCMAHON
    )
    peak_concentric_velocity: Estimate | None = metric(
        "m/s", "Fastest upward velocity of the centre of mass before take-off.", plausible=(0.8, 4.4), source=MCMAHON
    )
    hip_flexion_lowest: Estimate | None = metric(
        "deg", "Hip flexion at the lowest point.", plausible=(10, 150), title="Hip flexion at lowest point"
    )
    knee_flexion_lowest: Estimate | None = metric(
        "deg", "Knee flexion at the lowest point.", plausible=(20, 160), title="Knee flexion at lowest point"
    )
    ankle_dorsiflexion_lowest: Estimate | None = metric(
        "deg",
        "Ankle dorsiflexion at the lowest point.",
        plausible=(-30, 65),
        title="Ankle dorsiflexion at lowest point",
    )
    trunk_lean_lowest: Estimate | None = metric(
        "deg",
        "Forward lean of the trunk at the lowest point.",
        plausible=(-20, 100),
        title="Trunk lean at lowest point",
    )
    hip_flexion_takeoff: Estimate | None = metric(
        "deg", "Hip flexion at take-off.", plausible=(-40, 70), title="Hip flexion at take-off"
    )
    knee_flexion_takeoff: Estimate | None = metric(
        "deg", "Knee flexion at take-off.", plausible=(-20, 60), title="Knee flexion at take-off"
    )
    ankle_dorsiflexion_takeoff: Estimate | None = metric(
        "deg",
        "Ankle dorsiflexion at take-off; negative where the foot points down.",
        plausible=(-80, 30),
        title="Ankle dorsiflexion at take-off",
    )
    knee_flexion_landing: Estimate | None = metric(
        "deg", "Knee flexion at landing.", plausible=(-20, 90), title="Knee flexion at landing"
    )
    peak_power: Estimate | None = metric(
        "W",
        "Peak mechanical power by regression on jump height and body mass.",
        plausible=(300, 10000),
        source="Sayers et al. 1999, 10.1097/00005768-199904000-00013",
    )
    mean_power: Estimate | None = metric(
        "W", "Mean mechanical power of the push-off.", plausible=(150, 6000), source=_SAMOZINO
    )
    mean_force: Estimate | None = metric(
        "N", "Mean ground force of the push-off.", plausible=(300, 6000), source=_SAMOZINO
    )
