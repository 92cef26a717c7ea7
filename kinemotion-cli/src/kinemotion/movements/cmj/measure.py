"""Numbers of a countermovement jump from its phases and the flight's arc."""

from typing import Any

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.metrics import Estimate, combined, ratio
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.movements.jumping import Jump, find_jump, find_stance, height_at, vertical_speed
from kinemotion.movements.leap import Leap, height_left_m, measure_leap
from kinemotion.movements.pushoff import peak_speed, push_off_angles, push_off_loads

_INSTANTS = 200
"""Instants at which the downward velocity is searched for its peak."""
_SINKING_ERROR_M_S = 0.055
"""Standard error of the peak downward velocity, scale left out, on rendered jumps."""
_HEIGHT_ERROR_M = 0.010
"""Standard error of a difference in height between two postures, scale left out, on rendered jumps."""


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete) -> CmjMetrics:
    """Metrics of the jump that the phases tell apart."""
    jump = find_jump(motion)
    leap = measure_leap(motion, jump)
    begins = {part.name: part.start for part in phases}
    values: dict[str, Any] = {
        "jump_height": leap.height,
        "jump_height_flight_time": leap.height_by_flight_time,
        "flight_time": leap.flight_time,
        "takeoff_velocity": leap.velocity,
        **_durations(phases),
        **push_off_angles(motion, begins),
    }
    if motion.scale.measured:
        values |= _lengths(motion, jump=jump, leap=leap, begins=begins)
    if "time_to_takeoff" in values:
        values["rsi_modified"] = ratio(leap.height, values["time_to_takeoff"])
    if athlete.mass_kg is not None:
        values |= push_off_loads(leap.height, athlete.mass_kg, push_off=values.pop("push_off", None))
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


def _lengths(motion: Motion, *, jump: Jump, leap: Leap, begins: dict[str, Event]) -> dict[str, Estimate]:
    """Everything in metres that a measured scale allows; ``push_off`` among them for the loads."""
    if "propulsion" not in begins:
        return {}
    scale_error = motion.scale.relative_uncertainty
    lowest_s = begins["propulsion"].time_s
    lowest_m, takeoff_m = height_at(motion, lowest_s), height_left_m(motion, leap.takeoff)

    def distance(value: float) -> Estimate:
        return Estimate(value, combined(_HEIGHT_ERROR_M, scale_error * value))

    found = {
        "push_off": distance(takeoff_m - lowest_m),
        "peak_concentric_velocity": peak_speed(motion, jump=jump, leap=leap, since_s=lowest_s),
    }
    stance = find_stance(motion, before_s=lowest_s, takeoff_height_m=takeoff_m)
    if stance is None or "unweighting" not in begins:
        return found
    sinking = float(vertical_speed(motion, np.linspace(begins["unweighting"].time_s, lowest_s, _INSTANTS)).min())
    above = distance(takeoff_m - stance.height_m)
    return found | {
        "countermovement_depth": distance(stance.height_m - lowest_m),
        "peak_eccentric_velocity": Estimate(sinking, combined(_SINKING_ERROR_M_S, scale_error * sinking)),
        "jump_height_above_standing": Estimate(
            leap.height.value + above.value, combined(leap.height.error, above.error)
        ),
    }
