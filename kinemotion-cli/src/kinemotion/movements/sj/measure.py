"""Numbers of a squat jump from its phases and the flight's arc."""

from typing import Any

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, phase
from kinemotion.motion.metrics import Estimate, combined
from kinemotion.motion.report import Measurement, Problem
from kinemotion.movements.jumping import Jump, find_jump, find_stance, height_at, vertical_speed
from kinemotion.movements.leap import measure_leap, posture_m
from kinemotion.movements.pushoff import push_off_angles, push_off_loads
from kinemotion.movements.sj.metrics import SquatJumpMetrics
from kinemotion.movements.sj.phases import Hold, dip_m, find_hold

_LEAST_HOLD_S = 1.0
"""Shorter, and the stretch of the descent still helps the jump (Sheppard & Doyle 2008)."""
_COUNTERMOVEMENT_M = 0.10
"""Who dips further jumps a countermovement jump from a squat."""
_INSTANTS = 200
_HEIGHT_ERROR_M, _SPEED_ERROR_M_S = 0.010, 0.11
"""Standard errors of a difference in height between two postures and of the peak velocity, scale left out."""


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, tolerance_m: float) -> Measurement:
    """Metrics of the squat jump that the phases tell apart, and whether it was one."""
    jump = find_jump(motion)
    hold = find_hold(motion, jump)
    leap = measure_leap(motion, jump)
    push_off = phase(phases, "propulsion")
    begins = {part.name: part.start for part in phases}
    values: dict[str, Any] = {
        "jump_height": leap.height,
        "jump_height_flight_time": leap.height_by_flight_time,
        "flight_time": leap.flight_time,
        "takeoff_velocity": leap.velocity,
        "concentric_duration": push_off.duration,
        **push_off_angles(motion, begins),
    }
    held = phase(phases, "hold")
    if hold.start_s is not None:
        values["hold_duration"] = held.duration
    dip = dip_m(motion, jump, hold=hold)
    length = None
    if motion.scale.measured:
        length = _distance(motion, posture_m(motion, jump.takeoff) - hold.height_m + max(dip.value, 0.0))
        values |= {"countermovement": dip, **_lengths(motion, jump, hold=hold)}
    if athlete.mass_kg is not None:
        values |= push_off_loads(leap.height, athlete.mass_kg, push_off=length)
    return Measurement(
        SquatJumpMetrics(**values),
        warnings=(*_hold_warnings(held, whole=hold.start_s is not None), *_dip_warnings(dip, tolerance_m)),
        problem=_problem(dip),
    )


def _distance(motion: Motion, value_m: float) -> Estimate:
    """A difference in height between two postures, m."""
    return Estimate(value_m, combined(_HEIGHT_ERROR_M, motion.scale.relative_uncertainty * value_m))


def _lengths(motion: Motion, jump: Jump, *, hold: Hold) -> dict[str, Estimate]:
    """What is measured in metres, beside the dip."""
    rising = vertical_speed(motion, np.linspace(hold.end_s, jump.takeoff.time_s, _INSTANTS))
    fastest = float(rising.max())
    error = combined(_SPEED_ERROR_M_S, motion.scale.relative_uncertainty * fastest)
    found = {"peak_concentric_velocity": Estimate(fastest, error)}
    takeoff_m = height_at(motion, jump.takeoff.time_s)
    stance = find_stance(motion, before_s=hold.end_s, takeoff_height_m=takeoff_m)
    if stance is not None:
        found["squat_depth"] = _distance(motion, stance.height_m - hold.height_m)
    return found


def _hold_warnings(held: Phase, *, whole: bool) -> tuple[str, ...]:
    """A word where the squat was held too shortly, or too little of it was filmed."""
    if held.duration_s >= _LEAST_HOLD_S:
        return ()
    seen = "was held for" if whole else "is held in view for only"
    return (f"The squat {seen} {held.duration_s:.1f} s. Hold it still for a second before the jump.",)


def _dip_warnings(dip: Estimate, tolerance_m: float) -> tuple[str, ...]:
    """A word where the athlete dips before the push-off."""
    if dip.value <= tolerance_m:
        return ()
    return (f"A countermovement: the body dips {100 * dip.value:.0f} cm out of the squat. Push straight up.",)


def _problem(dip: Estimate) -> Problem | None:
    if dip.value <= _COUNTERMOVEMENT_M:
        return None
    return Problem(
        "countermovement",
        f"The athlete dips {100 * dip.value:.0f} cm before the push-off: this is a countermovement jump.",
        "Hold the squat for a second and push straight up, or use cmj-analyze.",
    )
