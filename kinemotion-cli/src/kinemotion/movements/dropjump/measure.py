"""Numbers of a drop jump from its fall, its contact and its flight."""

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2, Motion
from kinemotion.motion.events import Event, Phase, elapsed, phase
from kinemotion.motion.metrics import Estimate, combined, ratio
from kinemotion.motion.report import Measurement, Problem
from kinemotion.movements.dropjump.metrics import DropJumpMetrics
from kinemotion.movements.dropjump.phases import Drop, find_drop
from kinemotion.movements.jumps.flights import find_ballistic_flights
from kinemotion.movements.jumps.ground_height import CLEARLY_HIGHER_M, ground_level
from kinemotion.movements.jumps.jump_height import measure_jump_height
from kinemotion.movements.spring_mass import vertical_stiffness
from kinemotion.reconstruct.angles import angle_at, seen_from_side
from kinemotion.reconstruct.scale import make_com_noise
from kinemotion.signals.robust import LinearFit, fit_linear

_FALL_S = 0.25
"""The part of the fall before touch-down that is fitted: from most boxes all of it."""
_FREE_M, _FEWEST_FRAMES = 0.015, 2
"""Root mean square distance from free fall that no noise explains; frames that a velocity needs."""
_LANDS_HIGHER_M = Estimate(0.055, 0.03)
"""Centre of mass above the soles at touch-down less when standing: the feet point down, the arms are up."""
_DOUBLE_SHARE, _DOUBLE_S = 0.6, 0.5
"""A flight shorter than this share of the next one, with so little time on the ground between, was a stumble."""
_CONTACT_ERROR_S = 0.004
"""Standard error of a contact beyond that of its ends, on rendered jumps: soles bend and roll between them."""
_INSTANTS = 50


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, drop_height_m: float | None) -> Measurement:
    """Metrics of the drop jump that the phases tell apart, and what is wrong with it."""
    drop = find_drop(motion)
    leap = measure_jump_height(motion, drop.jump, rebounds=(True, False))
    contact = _contact_time(drop.touchdown, leap.takeoff)
    effective = _effective_drop(motion, drop)
    metrics = DropJumpMetrics(
        ground_contact_time=contact,
        reactive_strength_index=ratio(leap.height, contact),
        rsi_flight_contact_ratio=ratio(leap.flight_time, contact),
        effective_drop_height=effective,
        braking_duration=phase(phases, "braking").duration,
        propulsion_duration=phase(phases, "propulsion").duration,
        vertical_stiffness=vertical_stiffness(contact, leap.flight_time, athlete=athlete),
        **_knee(motion, drop),
        **leap.metrics,
    )
    return Measurement(metrics, warnings=_warnings(effective, drop_height_m), problem=_problem(motion, drop))


def _contact_time(touchdown: Event, takeoff: Event) -> Estimate:
    measured = elapsed(touchdown, takeoff)
    return Estimate(measured.value, combined(measured.error, _CONTACT_ERROR_S))


def _fall(motion: Motion, drop: Drop) -> LinearFit | None:
    """Height and velocity at touch-down by a parabola of curvature -g through the last of the fall; None too short."""
    since = motion.time_s - drop.touchdown.time_s
    free = (since > -min(_FALL_S, drop.touchdown.time_s - drop.step_off.time_s)) & (since < 0)
    if free.sum() < _FEWEST_FRAMES:
        return None
    return fit_linear(
        np.column_stack([np.ones_like(since[free]), since[free]]),
        motion.com[free, 1] + 0.5 * GRAVITY_M_S2 * since[free] ** 2,
        time_s=motion.time_s[free],
        noise=make_com_noise(motion.calibration.com),
    )


def _effective_drop(motion: Motion, drop: Drop) -> Estimate | None:
    """Height of the free fall that ends with the velocity at touch-down, m; None without a ruler or a fall."""
    fall = _fall(motion, drop)
    if not motion.scale.measured or fall is None or fall.coefficients[1] >= 0:
        return None
    speed = -float(fall.coefficients[1])
    error = combined(
        float(np.sqrt(fall.covariance[1, 1])),
        speed * motion.scale.relative_uncertainty,
        GRAVITY_M_S2 * drop.touchdown.uncertainty_s,
    )
    return Estimate(speed**2 / (2 * GRAVITY_M_S2), speed * error / GRAVITY_M_S2)


def _knee(motion: Motion, drop: Drop) -> dict[str, Estimate]:
    """Knee flexion at touch-down, and how much it grows in the contact."""
    if not seen_from_side(motion):
        return {}
    start_s, end_s = drop.touchdown.time_s, drop.jump.takeoff.time_s
    course = [angle_at(motion, "knee_flexion", time_s=float(at)) for at in np.linspace(start_s, end_s, _INSTANTS)]
    most = max(course, key=lambda flexion: flexion.value)
    return {
        "knee_flexion_contact": course[0],
        "knee_flexion_range": Estimate(most.value - course[0].value, combined(most.error, course[0].error)),
    }


def _warnings(effective: Estimate | None, drop_height_m: float | None) -> tuple[Message, ...]:
    """A word where the fall does not fit the box."""
    if effective is None or drop_height_m is None:
        return ()
    surplus = Estimate(
        effective.value + _LANDS_HIGHER_M.value - drop_height_m, combined(effective.error, _LANDS_HIGHER_M.error)
    )
    if surplus.interval[0] <= 0 <= surplus.interval[1]:
        return ()
    return (
        Message(
            "drop_higher_than_box",
            "The athlete falls from {fall_m:.2m}, but the box is {box_m:.2m} high. Check the height of the box. "
            "Step off the box without a jump.",
            fall_m=drop_height_m + surplus.value,
            box_m=drop_height_m,
        )
        if surplus.value > 0
        else Message(
            "drop_lower_than_box",
            "The athlete falls from {fall_m:.2m}, but the box is {box_m:.2m} high. Check the height of the box. "
            "Step off the box without bending the knees.",
            fall_m=drop_height_m + surplus.value,
            box_m=drop_height_m,
        ),
    )


def _problem(motion: Motion, drop: Drop) -> Problem | None:
    """What keeps the jump from being a valid drop jump."""
    landing, fall = drop.jump.landing, _fall(motion, drop)
    if fall is not None and fall.rms > _FREE_M:
        return Problem(
            "touchdown_unclear",
            Message(
                "touchdown_unclear", "The body does not fall freely before the first contact. The touchdown is unclear."
            ),
            Message("film_feet_and_floor", "Film from the side, with the feet and the floor in even light."),
        )
    if ground_level(motion, landing.time_s) - ground_level(motion, drop.jump.takeoff.time_s) > CLEARLY_HIGHER_M:
        return Problem(
            "landed_on_box",
            Message("landed_on_box", "The athlete landed higher than the take-off, for example on the box."),
            Message("land_on_ground", "Land on the ground."),
        )
    for other in find_ballistic_flights(motion):
        rest_s = other.takeoff.time_s - landing.time_s
        if 0 < rest_s < _DOUBLE_S and drop.jump.duration_s < _DOUBLE_SHARE * other.duration_s:
            return Problem(
                "double_contact",
                Message("double_contact", "The athlete touched the ground twice before the jump."),
                Message("one_contact", "Jump again from the first contact with the ground."),
            )
    return None
