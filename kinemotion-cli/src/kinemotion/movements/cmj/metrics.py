"""What is measured of a countermovement jump."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2, Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.metrics import Estimate, combined, metric, ratio
from kinemotion.movements.jumping import (
    Leap,
    find_jump,
    find_stance,
    height_at,
    measure_leap,
    posture_m,
    vertical_speed,
)
from kinemotion.reconstruct.angles import Angle, angle_at, seen_from_side

_MCMAHON = "McMahon et al. 2018, 10.1519/SSC.0000000000000375"
_SAMOZINO = "Samozino et al. 2008, 10.1016/j.jbiomech.2008.07.028"
_LINTHORNE = "Linthorne 2001, 10.1119/1.1397460"


@dataclass(frozen=True, slots=True)
class CmjMetrics:
    """Metrics of one countermovement jump; None where the clip does not carry it."""

    jump_height: Estimate | None = metric(
        "m",
        "Rise of the centre of mass from take-off to the apex, by flight time, posture and path in the air together.",
        plausible=(0.03, 0.9),
        source=_LINTHORNE,
    )
    jump_height_flight_time: Estimate | None = metric(
        "m",
        "Jump height by g·T²/8, as a contact mat reports it: too high where the athlete lands lower than taking off.",
        plausible=(0.03, 1.1),
        source=_LINTHORNE,
    )
    jump_height_above_standing: Estimate | None = metric(
        "m", "Rise of the centre of mass from standing to the apex.", plausible=(0.05, 1.1), source=_LINTHORNE
    )
    flight_time: Estimate | None = metric("s", "Time with both feet in the air.", plausible=(0.15, 0.95))
    takeoff_velocity: Estimate | None = metric(
        "m/s", "Upward velocity of the centre of mass at take-off.", plausible=(0.8, 4.2), source=_LINTHORNE
    )
    countermovement_depth: Estimate | None = metric(
        "m", "Drop of the centre of mass from standing to its lowest point.", plausible=(0.03, 0.75), source=_MCMAHON
    )
    unweighting_duration: Estimate | None = metric(
        "s", "From the onset to the peak downward velocity.", plausible=(0.08, 1.5), source=_MCMAHON
    )
    braking_duration: Estimate | None = metric(
        "s", "From the peak downward velocity to the lowest point.", plausible=(0.04, 1.0), source=_MCMAHON
    )
    eccentric_duration: Estimate | None = metric(
        "s", "From the onset to the lowest point.", plausible=(0.15, 2.5), source=_MCMAHON
    )
    concentric_duration: Estimate | None = metric(
        "s", "From the lowest point to take-off.", plausible=(0.1, 1.0), source=_MCMAHON
    )
    time_to_takeoff: Estimate | None = metric("s", "From the onset to take-off.", plausible=(0.3, 3.0), source=_MCMAHON)
    peak_eccentric_velocity: Estimate | None = metric(
        "m/s", "Fastest downward velocity of the centre of mass; negative.", plausible=(-2.5, -0.2), source=_MCMAHON
    )
    peak_concentric_velocity: Estimate | None = metric(
        "m/s", "Fastest upward velocity of the centre of mass before take-off.", plausible=(0.8, 4.4), source=_MCMAHON
    )
    rsi_modified: Estimate | None = metric(
        "m/s",
        "Jump height over time to take-off.",
        plausible=(0.05, 1.5),
        source="Ebben & Petushek 2010, 10.1519/JSC.0b013e3181e72466",
        title="Reactive strength index, modified",
        suffix="",
    )
    hip_flexion_lowest: Estimate | None = metric("deg", "Hip flexion at the lowest point.", plausible=(10, 150))
    knee_flexion_lowest: Estimate | None = metric("deg", "Knee flexion at the lowest point.", plausible=(20, 160))
    ankle_dorsiflexion_lowest: Estimate | None = metric(
        "deg", "Ankle dorsiflexion at the lowest point.", plausible=(-30, 65)
    )
    trunk_lean_lowest: Estimate | None = metric(
        "deg", "Forward lean of the trunk at the lowest point.", plausible=(-20, 100)
    )
    hip_flexion_takeoff: Estimate | None = metric("deg", "Hip flexion at take-off.", plausible=(-40, 70))
    knee_flexion_takeoff: Estimate | None = metric("deg", "Knee flexion at take-off.", plausible=(-20, 60))
    ankle_dorsiflexion_takeoff: Estimate | None = metric(
        "deg", "Ankle dorsiflexion at take-off; negative where the foot points down.", plausible=(-80, 30)
    )
    knee_flexion_landing: Estimate | None = metric("deg", "Knee flexion at landing.", plausible=(-20, 90))
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


_SAYERS_ERROR_W = 372.9
"""Standard error of the regression of Sayers et al. 1999."""
_INSTANTS = 200
"""Instants at which a velocity is searched for its peak."""
_SPEED_ERROR_M_S = 0.04
"""Standard error of a peak velocity, scale left out, on rendered jumps."""
_HEIGHT_ERROR_M = 0.010
"""Standard error of a difference in height between two postures, scale left out, on rendered jumps."""


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete) -> CmjMetrics:
    """Metrics of the jump that the phases tell apart."""
    leap = measure_leap(motion, find_jump(motion))
    begins = {part.name: part.start for part in phases}
    values: dict[str, Any] = {
        "jump_height": leap.height,
        "jump_height_flight_time": leap.height_by_flight_time,
        "flight_time": leap.flight_time,
        "takeoff_velocity": leap.velocity,
        **_durations(phases),
        **_angles(motion, begins),
    }
    if motion.scale.measured:
        values |= _lengths(motion, leap, begins=begins)
    if "time_to_takeoff" in values:
        values["rsi_modified"] = ratio(leap.height, values["time_to_takeoff"])
    if athlete.mass_kg is not None:
        values |= _loads(leap.height, athlete.mass_kg, push_off=values.pop("push_off", None))
    values.pop("push_off", None)
    return CmjMetrics(**values)


def _between(start: Event, end: Event) -> Estimate:
    """Time from one event to another, s, with the errors of both."""
    return Estimate(end.time_s - start.time_s, combined(start.uncertainty_s, end.uncertainty_s))


def _durations(phases: tuple[Phase, ...]) -> dict[str, Estimate]:
    """Durations of the phases before the flight, as far as they were filmed."""
    begins = {part.name: part.start for part in phases}
    spans = {
        "unweighting_duration": ("unweighting", "braking"),
        "braking_duration": ("braking", "propulsion"),
        "eccentric_duration": ("unweighting", "propulsion"),
        "concentric_duration": ("propulsion", "flight"),
        "time_to_takeoff": ("unweighting", "flight"),
    }
    return {
        name: _between(begins[first], begins[last])
        for name, (first, last) in spans.items()
        if first in begins and last in begins
    }


def _angles(motion: Motion, begins: dict[str, Event]) -> dict[str, Estimate]:
    """Joint angles at the lowest point, at take-off and at landing."""
    wanted: dict[str, tuple[Angle, str]] = {
        "hip_flexion_lowest": ("hip_flexion", "propulsion"),
        "knee_flexion_lowest": ("knee_flexion", "propulsion"),
        "ankle_dorsiflexion_lowest": ("ankle_dorsiflexion", "propulsion"),
        "trunk_lean_lowest": ("trunk_lean", "propulsion"),
        "hip_flexion_takeoff": ("hip_flexion", "flight"),
        "knee_flexion_takeoff": ("knee_flexion", "flight"),
        "ankle_dorsiflexion_takeoff": ("ankle_dorsiflexion", "flight"),
        "knee_flexion_landing": ("knee_flexion", "landing"),
    }
    if not seen_from_side(motion):
        return {}
    return {
        metric_name: angle_at(motion, name, time_s=begins[phase].time_s)
        for metric_name, (name, phase) in wanted.items()
        if phase in begins
    }


def _lengths(motion: Motion, leap: Leap, *, begins: dict[str, Event]) -> dict[str, Estimate]:
    """Everything in metres that a measured scale allows; ``push_off`` among them for the loads."""
    if "propulsion" not in begins:
        return {}
    scale_error = motion.scale.relative_uncertainty
    lowest_s = begins["propulsion"].time_s
    lowest_m, takeoff_m = height_at(motion, lowest_s), posture_m(motion, leap.jump.takeoff)

    def distance(value: float) -> Estimate:
        return Estimate(value, combined(_HEIGHT_ERROR_M, scale_error * value))

    def speed(value: float) -> Estimate:
        return Estimate(value, combined(_SPEED_ERROR_M_S, scale_error * value))

    rising = vertical_speed(motion, np.linspace(lowest_s, leap.jump.takeoff.time_s, _INSTANTS))
    found = {
        "push_off": distance(takeoff_m - lowest_m),
        "peak_concentric_velocity": speed(max(float(rising.max()), leap.velocity.value)),
    }
    stance = find_stance(motion, before_s=lowest_s, takeoff_height_m=takeoff_m)
    if stance is None or "unweighting" not in begins:
        return found
    sinking = vertical_speed(motion, np.linspace(begins["unweighting"].time_s, lowest_s, _INSTANTS))
    above = distance(takeoff_m - stance.height_m)
    return found | {
        "countermovement_depth": distance(stance.height_m - lowest_m),
        "peak_eccentric_velocity": speed(float(sinking.min())),
        "jump_height_above_standing": Estimate(
            leap.height.value + above.value, combined(leap.height.error, above.error)
        ),
    }


def _loads(height: Estimate, mass_kg: float, *, push_off: Estimate | None) -> dict[str, Estimate]:
    """Power and force of the push-off; the mean ones only where its length is known."""
    found = {
        "peak_power": Estimate(
            6070.0 * height.value + 45.3 * mass_kg - 2055.0, combined(6070.0 * height.error, _SAYERS_ERROR_W)
        )
    }
    if push_off is None:
        return found
    weight = GRAVITY_M_S2 * mass_kg
    share = ratio(height, push_off)
    force = Estimate(weight * (share.value + 1.0), weight * share.error)
    speed = float(np.sqrt(GRAVITY_M_S2 * height.value / 2.0))
    # The height raises both factors of the power, the push-off only one: d(ln P) = dF/F + dh/(2h).
    power_error = combined(
        weight * (share.value + 0.5 * (share.value + 1.0)) * height.error / height.value,
        weight * share.value * push_off.error / push_off.value,
    )
    return found | {"mean_force": force, "mean_power": Estimate(force.value * speed, speed * power_error)}
