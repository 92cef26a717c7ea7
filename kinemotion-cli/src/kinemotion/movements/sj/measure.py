"""Numbers of a squat jump from what was detected, and whether it was one."""

from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.events import Phase, find_phase
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import Measurement, Problem
from kinemotion.movements.jumps.body_path import estimate_height_difference
from kinemotion.movements.jumps.jump_height import measure_posture_height
from kinemotion.movements.jumps.other_movements import doubt_same_ground
from kinemotion.movements.jumps.push_off import (
    estimate_peak_velocity,
    estimate_push_off_loads,
    measure_push_off_angles,
)
from kinemotion.movements.jumps.starting_posture import COUNTERMOVEMENT_M
from kinemotion.movements.sj import SquatJumpOptions
from kinemotion.movements.sj.detect import SquatJumpDetection
from kinemotion.movements.sj.metrics import SquatJumpMetrics

_LEAST_HOLD_S = 1.0
"""Source: Sheppard & Doyle 2008, 10.1519/JSC.0b013e31816602d4: after a shorter hold the descent still helps."""


def measure(detection: SquatJumpDetection, *, athlete: Athlete, options: SquatJumpOptions) -> Measurement:
    """Height, hold, dip, velocities and angles of one jump, with what is wrong with it."""
    motion, flight, squat, dip = detection.motion, detection.flight, detection.squat, detection.dip
    hold = find_phase(detection.phases, "hold")
    found = flight.metrics | measure_push_off_angles(motion, detection.starts)
    found["concentric_duration"] = find_phase(detection.phases, "propulsion").duration
    if squat.start_s is not None:
        found["hold_duration"] = hold.duration
    push_off = None
    if motion.scale.measured:
        rise_m = measure_posture_height(motion, flight.takeoff) - squat.height_m
        push_off = estimate_height_difference(motion, rise_m + max(dip.value, 0.0))
        found["countermovement"] = dip
        found["peak_concentric_velocity"] = estimate_peak_velocity(motion, flight, since_s=squat.end_s)
        if detection.standing is not None:
            found["squat_depth"] = estimate_height_difference(motion, detection.standing.height_m - squat.height_m)
    if athlete.mass_kg is not None:
        found |= estimate_push_off_loads(flight.height, athlete.mass_kg, push_off=push_off)
    return Measurement(
        SquatJumpMetrics(**found),
        warnings=(
            *_warn_of_short_hold(hold, filmed=squat.start_s is not None),
            *_warn_of_dip(dip, options.dip_tolerance),
        ),
        doubts=doubt_same_ground(motion, flight),
        problem=_find_countermovement_problem(dip),
    )


def _warn_of_short_hold(hold: Phase, *, filmed: bool) -> tuple[Message, ...]:
    """A warning where the squat was held too shortly, or too little of it was filmed."""
    if hold.duration_s >= _LEAST_HOLD_S:
        return ()
    return (
        Message(
            "squat_held_too_short",
            "The squat was held for {time_s:.1s} only. Hold the squat for one second, then jump.",
            time_s=hold.duration_s,
        )
        if filmed
        else Message(
            "squat_seen_too_short",
            "The video shows only the last {time_s:.1s} of the held squat. Start to film earlier.",
            time_s=hold.duration_s,
        ),
    )


def _warn_of_dip(dip: Estimate, tolerance_m: float) -> tuple[Message, ...]:
    """A warning where the athlete dips before the push-off."""
    if dip.value <= tolerance_m:
        return ()
    return (
        Message(
            "countermovement_in_squat_jump",
            "The body moved down by {dip_m:.0cm} before the push-off. Push straight up from the squat.",
            dip_m=dip.value,
        ),
    )


def _find_countermovement_problem(dip: Estimate) -> Problem | None:
    """Return the problem of a jump that dips too far for a squat jump."""
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
