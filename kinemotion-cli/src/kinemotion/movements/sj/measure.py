"""Numbers of a squat jump from its phases and the flight's arc."""

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, phase
from kinemotion.motion.messages import Sentence
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import Measurement, Problem
from kinemotion.movements.jumps.flights import (
    COUNTERMOVEMENT_M,
    Hold,
    Jump,
    dip_m,
    find_jump,
    find_quiet_standing,
    height_at,
    height_difference,
)
from kinemotion.movements.jumps.jump_height import height_left_m, measure_jump_height
from kinemotion.movements.jumps.push_off import peak_speed, push_off_angles, push_off_loads
from kinemotion.movements.sj.metrics import SquatJumpMetrics
from kinemotion.movements.sj.phases import held_squat

_LEAST_HOLD_S = 1.0
"""Shorter, and the stretch of the descent still helps the jump (Sheppard & Doyle 2008)."""


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, tolerance_m: float) -> Measurement:
    """Metrics of the squat jump that the phases tell apart, and whether it was one."""
    jump = find_jump(motion)
    hold = held_squat(motion, jump)
    leap, dip, held = measure_jump_height(motion, jump), dip_m(motion, jump, hold=hold), phase(phases, "hold")
    found = leap.metrics | push_off_angles(motion, {part.name: part.start for part in phases})
    found["concentric_duration"] = phase(phases, "propulsion").duration
    if hold.start_s is not None:
        found["hold_duration"] = held.duration
    push_off = None
    if motion.scale.measured:
        rise_m = height_left_m(motion, jump.takeoff) - hold.height_m
        push_off = height_difference(motion, rise_m + max(dip.value, 0.0))
        found["countermovement"] = dip
        found["peak_concentric_velocity"] = peak_speed(motion, jump=jump, leap=leap, since_s=hold.end_s)
        found |= _squat_depth(motion, jump, hold=hold)
    if athlete.mass_kg is not None:
        found |= push_off_loads(leap.height, athlete.mass_kg, push_off=push_off)
    return Measurement(
        SquatJumpMetrics(**found),
        warnings=(*_hold_warnings(held, whole=hold.start_s is not None), *_dip_warnings(dip, tolerance_m)),
        problem=_problem(dip),
    )


def _squat_depth(motion: Motion, jump: Jump, *, hold: Hold) -> dict[str, Estimate]:
    """How far the held squat is below the stand before it, where that was filmed."""
    takeoff_m = height_at(motion, jump.takeoff.time_s)
    stance = find_quiet_standing(motion, before_s=hold.end_s, takeoff_height_m=takeoff_m)
    return {} if stance is None else {"squat_depth": height_difference(motion, stance.height_m - hold.height_m)}


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
