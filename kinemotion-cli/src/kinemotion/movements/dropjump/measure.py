"""Numbers of a drop jump from what was detected, and what keeps it from being a valid one."""

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2
from kinemotion.motion.calibration import ReboundCalibration
from kinemotion.motion.events import find_phase
from kinemotion.motion.metrics import Estimate, combine_errors, divide
from kinemotion.motion.report import Measurement, Problem
from kinemotion.movements.dropjump import DropJumpOptions
from kinemotion.movements.dropjump.detect import DropJumpDetection
from kinemotion.movements.dropjump.metrics import DropJumpMetrics
from kinemotion.movements.jumps.contact_time import measure_contact_time
from kinemotion.movements.jumps.ground_height import CLEARLY_HIGHER_M, measure_ground_level
from kinemotion.movements.spring_mass import estimate_vertical_stiffness
from kinemotion.reconstruct.angles import is_seen_from_side, measure_angles
from kinemotion.reconstruct.scale import make_com_noise
from kinemotion.signals.robust import LinearFit, fit_linear

_FALL_S = 0.25
"""Engineering limit: the part of the fall before touchdown that is fitted; from most boxes all of it."""
_FREE_M, _FEWEST_FRAMES = 0.015, 2
"""Engineering limit: root mean square distance from free fall that no noise explains; frames that a velocity needs."""
_STUMBLE_SHARE, _STUMBLE_GROUND_S = 0.6, 0.5
"""Engineering limit: a flight shorter than this share of the next one, with so little time on the ground between, was a
stumble."""
_INSTANTS = 50
"""Engineering limit: instants at which the contact is searched for the largest knee flexion."""


def measure(detection: DropJumpDetection, *, athlete: Athlete, options: DropJumpOptions) -> Measurement:
    """Contact, flight, reactive strength, drop height and knee of one drop jump, and what is wrong with it."""
    flight, phases = detection.flight, detection.phases
    contact = measure_contact_time(detection.touchdown, flight.takeoff, errors=detection.motion.calibration.rebound)
    fall = _fit_fall(detection)
    effective = _estimate_effective_drop(detection, fall)
    metrics = DropJumpMetrics(
        ground_contact_time=contact,
        reactive_strength_index=divide(flight.height, contact),
        rsi_flight_contact_ratio=divide(flight.flight_time, contact),
        effective_drop_height=effective,
        braking_duration=find_phase(phases, "braking").duration,
        propulsion_duration=find_phase(phases, "propulsion").duration,
        vertical_stiffness=estimate_vertical_stiffness(contact, flight.flight_time, athlete=athlete),
        **_measure_knee(detection),
        **flight.metrics,
    )
    warnings = _find_box_warnings(effective, options.drop_height, calibration=detection.motion.calibration.rebound)
    return Measurement(metrics, warnings=warnings, problem=_find_validity_problem(detection, fall))


def _fit_fall(detection: DropJumpDetection) -> LinearFit | None:
    """Height and velocity at touchdown by a parabola of curvature -g through the last of the fall; None too short."""
    motion, touchdown_s = detection.motion, detection.touchdown.time_s
    since = motion.time_s - touchdown_s
    free = (since > -min(_FALL_S, touchdown_s - detection.step_off.time_s)) & (since < 0)
    if free.sum() < _FEWEST_FRAMES:
        return None
    return fit_linear(
        np.column_stack([np.ones_like(since[free]), since[free]]),
        motion.com[free, 1] + 0.5 * GRAVITY_M_S2 * since[free] ** 2,
        time_s=motion.time_s[free],
        noise=make_com_noise(motion.calibration.com),
    )


def _estimate_effective_drop(detection: DropJumpDetection, fall: LinearFit | None) -> Estimate | None:
    """Return height of the free fall that ends with the velocity at touchdown, m; None without a scale or a fall."""
    scale = detection.motion.scale
    if not scale.measured or fall is None or fall.coefficients[1] >= 0:
        return None
    speed = -float(fall.coefficients[1])
    error = combine_errors(
        float(np.sqrt(fall.covariance[1, 1])),
        speed * scale.relative_uncertainty,
        GRAVITY_M_S2 * detection.touchdown.uncertainty_s,
    )
    return Estimate(speed**2 / (2 * GRAVITY_M_S2), speed * error / GRAVITY_M_S2)


def _measure_knee(detection: DropJumpDetection) -> dict[str, Estimate]:
    """Knee flexion at touchdown, and how much it grows in the contact."""
    motion = detection.motion
    if not is_seen_from_side(motion):
        return {}
    instants_s = np.linspace(detection.touchdown.time_s, detection.flight.takeoff.time_s, _INSTANTS)
    course = measure_angles(motion, "knee_flexion", at_s=instants_s)
    most = max(course, key=lambda flexion: flexion.value)
    return {
        "knee_flexion_contact": course[0],
        "knee_flexion_range": Estimate(most.value - course[0].value, combine_errors(most.error, course[0].error)),
    }


def _find_box_warnings(
    effective: Estimate | None, drop_height_m: float | None, *, calibration: ReboundCalibration
) -> tuple[Message, ...]:
    """Return a warning if the fall does not fit the height of the box."""
    if effective is None or drop_height_m is None:
        return ()
    surplus = Estimate(
        effective.value + calibration.com_touchdown_minus_standing_m - drop_height_m,
        combine_errors(effective.error, calibration.com_touchdown_minus_standing_error_m),
    )
    if surplus.interval[0] <= 0 <= surplus.interval[1]:
        return ()
    return (
        Message(
            "drop_higher_than_box",
            "The fall fits a box of {fall_m:.2m}, but the given height is {box_m:.2m}. Check the height of the box. "
            "Step off the box without a jump.",
            fall_m=drop_height_m + surplus.value,
            box_m=drop_height_m,
        )
        if surplus.value > 0
        else Message(
            "drop_lower_than_box",
            "The fall fits a box of {fall_m:.2m}, but the given height is {box_m:.2m}. Check the height of the box. "
            "Step off the box without bending the knees.",
            fall_m=drop_height_m + surplus.value,
            box_m=drop_height_m,
        ),
    )


def _find_validity_problem(detection: DropJumpDetection, fall: LinearFit | None) -> Problem | None:
    """Return what keeps the jump from being a valid drop jump; None if nothing does."""
    motion, jump = detection.motion, detection.jump
    if fall is not None and fall.rms > _FREE_M:
        return Problem(
            "touchdown_unclear",
            Message(
                "touchdown_unclear", "The body does not fall freely before the first contact. The touchdown is unclear."
            ),
            Message("film_feet_and_floor", "Film from the side, with the feet and the floor in even light."),
        )
    levels = [measure_ground_level(motion, event.time_s) for event in (jump.takeoff, jump.landing)]
    if levels[1] - levels[0] > CLEARLY_HIGHER_M:
        return Problem(
            "landed_on_box",
            Message("landed_on_box", "The athlete landed higher than the take-off, for example on the box."),
            Message("land_on_ground", "Land on the ground."),
        )
    # The first flight after the fall was a stumble if a longer flight follows soon.
    for other in detection.later_flights:
        ground_time_s = other.takeoff.time_s - jump.landing.time_s
        if ground_time_s < _STUMBLE_GROUND_S and jump.duration_s < _STUMBLE_SHARE * other.duration_s:
            return Problem(
                "double_contact",
                Message("double_contact", "The athlete touched the ground twice before the jump."),
                Message("one_contact", "Step off the box, land once, and jump up at once from that landing."),
            )
    return None
