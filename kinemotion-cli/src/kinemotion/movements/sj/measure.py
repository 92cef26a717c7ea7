"""Numbers of a squat jump from its phases and the flight's arc."""

from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, phase
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


def _hold_warnings(held: Phase, *, whole: bool) -> tuple[Message, ...]:
    """A word where the squat was held too shortly, or too little of it was filmed."""
    if held.duration_s >= _LEAST_HOLD_S:
        return ()
    return (
        Message(
            "squat_held_too_short",
            "The squat was held for {time_s:.1s} only. Hold the squat for one second, then jump.",
            time_s=held.duration_s,
        )
        if whole
        else Message(
            "squat_seen_too_short",
            "The video shows only the last {time_s:.1s} of the held squat. Start to film earlier.",
            time_s=held.duration_s,
        ),
    )


def _dip_warnings(dip: Estimate, tolerance_m: float) -> tuple[Message, ...]:
    """A word where the athlete dips before the push-off."""
    if dip.value <= tolerance_m:
        return ()
    return (
        Message(
            "countermovement_in_squat_jump",
            "The body moved down by {dip_m:.0cm} before the push-off. Push straight up from the squat.",
            dip_m=dip.value,
        ),
    )


def _problem(dip: Estimate) -> Problem | None:
    if dip.value <= COUNTERMOVEMENT_M:
        return None
    return Problem(
        "countermovement",
        Message(
            "countermovement",
            "The body moved down by {dip_m:.0cm} before the push-off. This is a countermovement jump.",
            dip_m=dip.value,
        ),
        Message("hold_squat_or_use_cmj", "Hold the squat for one second and push straight up. Or use cmj-analyze."),
    )
