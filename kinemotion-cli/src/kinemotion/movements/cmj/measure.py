"""Numbers of a countermovement jump from its phases and the flight's arc."""

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase, elapsed
from kinemotion.motion.metrics import Estimate, combined, ratio
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.movements.jumps.flights import (
    find_jump,
    find_quiet_standing,
    height_at,
    height_difference,
    vertical_speed,
)
from kinemotion.movements.jumps.jump_height import JumpHeight, height_left_m, measure_jump_height
from kinemotion.movements.jumps.push_off import peak_speed, push_off_angles, push_off_loads

_INSTANTS = 200
"""Instants at which the downward velocity is searched for its peak."""
_SINKING_ERROR_M_S = 0.055
"""Standard error of the peak downward velocity, scale left out, on rendered jumps."""
_SPANS = {
    "unweighting_duration": ("unweighting", "braking"),
    "braking_duration": ("braking", "propulsion"),
    "eccentric_duration": ("unweighting", "propulsion"),
    "concentric_duration": ("propulsion", "flight"),
    "time_to_takeoff": ("unweighting", "flight"),
}
"""Metric, and the phases at whose beginnings it begins and ends."""


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete) -> CmjMetrics:
    """Metrics of the jump that the phases tell apart."""
    jump = find_jump(motion)
    leap = measure_jump_height(motion, jump)
    begins = {part.name: part.start for part in phases}
    found = leap.metrics | _durations(begins) | push_off_angles(motion, begins)
    push_off = None
    if motion.scale.measured and "propulsion" in begins:
        lowest_s = begins["propulsion"].time_s
        push_off = height_difference(motion, height_left_m(motion, leap.takeoff) - height_at(motion, lowest_s))
        found["peak_concentric_velocity"] = peak_speed(motion, jump=jump, leap=leap, since_s=lowest_s)
        found |= _from_standing(motion, leap=leap, begins=begins)
    if "time_to_takeoff" in found:
        found["rsi_modified"] = ratio(leap.height, found["time_to_takeoff"])
    if athlete.mass_kg is not None:
        found |= push_off_loads(leap.height, athlete.mass_kg, push_off=push_off)
    return CmjMetrics(**found)


def _durations(begins: dict[str, Event]) -> dict[str, Estimate]:
    """Durations of what comes before the flight, as far as it was filmed."""
    return {
        name: elapsed(begins[first], begins[last])
        for name, (first, last) in _SPANS.items()
        if first in begins and last in begins
    }


def _from_standing(motion: Motion, *, leap: JumpHeight, begins: dict[str, Event]) -> dict[str, Estimate]:
    """How deep, how fast and how high from the stand; nothing where the athlete was not seen to stand."""
    lowest_s = begins["propulsion"].time_s
    takeoff_m = height_left_m(motion, leap.takeoff)
    stance = find_quiet_standing(motion, before_s=lowest_s, takeoff_height_m=takeoff_m)
    if stance is None or "unweighting" not in begins:
        return {}
    sinking = float(vertical_speed(motion, np.linspace(begins["unweighting"].time_s, lowest_s, _INSTANTS)).min())
    sinking_error = combined(_SINKING_ERROR_M_S, motion.scale.relative_uncertainty * sinking)
    above = height_difference(motion, takeoff_m - stance.height_m)
    return {
        "countermovement_depth": height_difference(motion, stance.height_m - height_at(motion, lowest_s)),
        "peak_eccentric_velocity": Estimate(sinking, sinking_error),
        "jump_height_above_standing": Estimate(
            leap.height.value + above.value, combined(leap.height.error, above.error)
        ),
    }
