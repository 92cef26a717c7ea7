"""Numbers of a squat jump from its phases and the flight's arc."""

from typing import Any

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, phase
from kinemotion.motion.metrics import Estimate, combined
from kinemotion.motion.report import Measurement, Problem
from kinemotion.motion.sentences import Sentence
from kinemotion.movements.jumping import COUNTERMOVEMENT_M, Hold, Jump, dip_m, find_jump, find_stance, height_at
from kinemotion.movements.leap import height_left_m, measure_leap
from kinemotion.movements.pushoff import peak_speed, push_off_angles, push_off_loads
from kinemotion.movements.sj.metrics import SquatJumpMetrics
from kinemotion.movements.sj.phases import held_squat

_LEAST_HOLD_S = 1.0
"""Shorter, and the stretch of the descent still helps the jump (Sheppard & Doyle 2008)."""
_HEIGHT_ERROR_M = 0.010
"""Standard error of a difference in height between two postures, scale left out."""


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, tolerance_m: float) -> Measurement:
    """Metrics of the squat jump that the phases tell apart, and whether it was one."""
    jump = find_jump(motion)
    hold = held_squat(motion, jump)
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
        length = _distance(motion, height_left_m(motion, jump.takeoff) - hold.height_m + max(dip.value, 0.0))
        fastest = peak_speed(motion, jump=jump, leap=leap, since_s=hold.end_s)
        values |= {"countermovement": dip, "peak_concentric_velocity": fastest, **_squat_depth(motion, jump, hold=hold)}
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


def _squat_depth(motion: Motion, jump: Jump, *, hold: Hold) -> dict[str, Estimate]:
    """How far the held squat is below the stand before it, where that was filmed."""
    takeoff_m = height_at(motion, jump.takeoff.time_s)
    stance = find_stance(motion, before_s=hold.end_s, takeoff_height_m=takeoff_m)
    return {} if stance is None else {"squat_depth": _distance(motion, stance.height_m - hold.height_m)}


def _hold_warnings(held: Phase, *, whole: bool) -> tuple[Sentence, ...]:
    """A word where the squat was held too shortly, or too little of it was filmed."""
    if held.duration_s >= _LEAST_HOLD_S:
        return ()
    return (
        Sentence(
            "The squat was held for {time:.1f} s. Hold it still for a second before the jump."
            if whole
            else "The squat is held in view for only {time:.1f} s. Hold it still for a second before the jump.",
            time=held.duration_s,
        ),
    )


def _dip_warnings(dip: Estimate, tolerance_m: float) -> tuple[Sentence, ...]:
    """A word where the athlete dips before the push-off."""
    if dip.value <= tolerance_m:
        return ()
    return (
        Sentence(
            "A countermovement: the body dips {dip:.0f} cm out of the squat. Push straight up.", dip=100 * dip.value
        ),
    )


def _problem(dip: Estimate) -> Problem | None:
    if dip.value <= COUNTERMOVEMENT_M:
        return None
    return Problem(
        "countermovement",
        Sentence(
            "The athlete dips {dip:.0f} cm before the push-off: this is a countermovement jump.", dip=100 * dip.value
        ),
        "Hold the squat for a second and push straight up, or use cmj-analyze.",
    )
