"""Movements with flights that are none of the jumps that are measured. Each is refused by its name."""

from collections.abc import Sequence

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Contact, Motion
from kinemotion.motion.report import LOW_CONFIDENCE_COST, Doubt
from kinemotion.motion.skeleton import SIDES
from kinemotion.movements.jumps.flights import WholeFlight, find_ballistic_flights, find_jump
from kinemotion.movements.jumps.ground_height import CLEARLY_HIGHER_M, find_boxes_left, measure_ground_level
from kinemotion.movements.jumps.jump_height import FusedFlight

_SINGLE = 0.5
"""Engineering limit: share of contacts on a single foot, now the left, now the right, that makes a run of a series."""
_NEAR_S = 1.0
"""Engineering limit: time before and after flights in which contacts belong to the same movement."""
_OTHER_GROUND_M = 0.12
"""Engineering limit: soles this much higher or lower after a jump stand on other ground; low boxes have 15 cm. On level
ground the soles' picture moves by up to 5 cm where the athlete jumps towards the camera."""
_AROUND_S = 0.3
"""Engineering limit: time next to a flight in which the height of its ground is measured."""
_JUST_S = 1.2
"""Engineering limit: an athlete who left a box less than this before take-off dropped from it and rebounded."""
_FEWEST_TURNED = 2
"""Engineering limit: frames head down that make a somersault; one may be an error of the pose model."""
_APART = 0.3
"""Engineering limit: leg lengths by which the feet's distance changes from one landing to the next in jumping jacks."""
_FEWEST_FLIGHTS = 2
"""Engineering limit: flights that show the feet apart and together in turn."""


def check_no_other_movement(motion: Motion, flights: Sequence[WholeFlight]) -> None:
    """Check that flights, in time order, are jumps from both feet to both feet, with the head up.

    Raises
    ------
    PhasesNotFound
        If they belong to a somersault, a run, or jumping jacks.
    """
    if _is_turning_over(motion, flights):
        raise PhasesNotFound(
            Message("somersault", "The athlete turns over in the air. This looks like a somersault."),
            hint=Message("jump_upright", "Film a jump in which the athlete stays upright."),
        )
    if _do_feet_take_turns(motion, flights):
        raise PhasesNotFound(
            Message("feet_land_in_turn", "The feet land one after the other. This looks like running."),
            hint=Message("use_running", "Use running-analyze."),
        )
    if _are_jumping_jacks(motion, flights):
        raise PhasesNotFound(
            Message("jumping_jacks", "The feet land apart and together in turn. This looks like jumping jacks."),
            hint=Message("keep_feet_in_place", "Jump straight up, and land on the place of the take-off."),
        )


def find_single_jump(motion: Motion) -> WholeFlight:
    """Return the jump of a trial that holds one, from level ground.

    Raises
    ------
    PhasesNotFound
        If there is none, or the flight belongs to another movement.
    """
    flights = find_ballistic_flights(motion)
    check_no_other_movement(motion, flights)
    jump = find_jump(motion, flights)
    _check_no_fall_from_box(motion, jump)
    return jump


def _check_no_fall_from_box(motion: Motion, jump: WholeFlight) -> None:
    """Check that the athlete has not just left something higher than the ground of the jump.

    Raises
    ------
    PhasesNotFound
        If so: the jump is the rebound of a drop jump.
    """
    takeoff_s = jump.takeoff.time_s
    boxes = find_boxes_left(motion, above_m=measure_ground_level(motion, takeoff_s), before_s=takeoff_s)
    if any(takeoff_s - departure.time_s < _JUST_S for _, departure in boxes):
        raise PhasesNotFound(
            Message("came_from_box", "The athlete came down from a box before the jump. This looks like a drop jump."),
            hint=Message("use_dropjump", "Use dropjump-analyze. For any other jump, stand still on the ground first."),
        )


def check_same_ground(motion: Motion, jump: WholeFlight) -> None:
    """Check that a jump lands on the ground that it left: elsewhere the time in the air does not give its height.

    Raises
    ------
    PhasesNotFound
        If the ground of the landing is clearly higher or lower; the message says by how much.
    """
    higher_m = measure_ground_change(motion, jump)
    if not abs(higher_m) > _OTHER_GROUND_M:
        return
    raise PhasesNotFound(
        Message("lands_higher", "The athlete lands {height_m:.2m} higher than at take-off.", height_m=higher_m)
        if higher_m > 0
        else Message("lands_lower", "The athlete lands {height_m:.2m} lower than at take-off.", height_m=-higher_m),
        hint=Message("land_on_same_ground", "Take off and land on the same level ground, not on or from a box."),
    )


def doubt_same_ground(motion: Motion, jump: FusedFlight) -> tuple[Doubt, ...]:
    """Return a doubt of a jump that may land on other ground than it left, where that is not clear enough to refuse.

    With ground 10 cm higher or lower, the height is 4 to 6 cm wrong.
    """
    higher_m = measure_ground_change(motion, jump)
    if not abs(higher_m) > CLEARLY_HIGHER_M:
        return ()
    message = (
        Message(
            "landing_looks_higher",
            "The ground of the landing looks {height_m:.2m} higher than that of the take-off. If it is higher, the "
            "jump was higher than measured, by about half of that.",
            height_m=higher_m,
        )
        if higher_m > 0
        else Message(
            "landing_looks_lower",
            "The ground of the landing looks {height_m:.2m} lower than that of the take-off. If it is lower, the jump "
            "was lower than measured, by about half of that.",
            height_m=-higher_m,
        )
    )
    return (Doubt(message, LOW_CONFIDENCE_COST),)


def measure_ground_change(motion: Motion, jump: WholeFlight | FusedFlight) -> float:
    """Return how much higher the ground of the landing is than that of the take-off, m; NaN where it is not seen."""
    takeoff_m, landing_m = (
        measure_ground_level(motion, event.time_s, around_s=_AROUND_S) for event in (jump.takeoff, jump.landing)
    )
    return landing_m - takeoff_m


def _do_feet_take_turns(motion: Motion, flights: Sequence[WholeFlight]) -> bool:
    """Return whether single feet stand in turn near these flights, or in the whole motion where there are none."""
    first_s = min((flight.takeoff.time_s for flight in flights), default=-np.inf) - _NEAR_S
    last_s = max((flight.landing.time_s for flight in flights), default=np.inf) + _NEAR_S
    near = [contact for contact in motion.contacts if contact.start_s < last_s and contact.end_s > first_s]
    single = [contact.side for contact in near if not any(_is_overlapping(contact, other) for other in near)]
    return len(single) > _SINGLE * len(near) and len(set(single)) > 1


def _is_overlapping(contact: Contact, other: Contact) -> bool:
    """Return whether both feet stand at once for a part of two contacts."""
    return contact.side != other.side and contact.start_s < other.end_s and other.start_s < contact.end_s


def _is_turning_over(motion: Motion, flights: Sequence[WholeFlight]) -> bool:
    """Return whether the shoulders are below hips and ankles in any flight; in a burpee only the hips are up."""
    shoulders, hips, ankles = (
        np.mean([motion.joint(f"{side}_{part}")[:, 1] for side in SIDES], axis=0)
        for part in ("shoulder", "hip", "ankle")
    )
    turned_s = motion.time_s[(shoulders < hips) & (shoulders < ankles)]
    return any(
        np.sum((turned_s > flight.takeoff.time_s) & (turned_s < flight.landing.time_s)) >= _FEWEST_TURNED
        for flight in flights
    )


def _are_jumping_jacks(motion: Motion, flights: Sequence[WholeFlight]) -> bool:
    """Return whether the feet are apart after every other flight, and together after those between."""
    if len(flights) < _FEWEST_FLIGHTS:
        return False
    hips_to_ankles = [motion.joint(f"{side}_hip") - motion.joint(f"{side}_ankle") for side in SIDES]
    leg_m = float(np.median(np.linalg.norm(hips_to_ankles, axis=2)))
    apart_m = np.abs(motion.joint("left_ankle")[:, 0] - motion.joint("right_ankle")[:, 0])
    begins_s = [-np.inf, *(flight.landing.time_s for flight in flights)]
    ends_s = [*(flight.takeoff.time_s for flight in flights), np.inf]
    grounded = [
        apart_m[(motion.time_s > max(begin_s, end_s - _AROUND_S)) & (motion.time_s < min(end_s, begin_s + _AROUND_S))]
        for begin_s, end_s in zip(begins_s, ends_s, strict=True)
    ]
    changes = np.diff([np.median(distances) for distances in grounded if len(distances)]) / leg_m
    wide, narrow = changes > _APART, changes < -_APART
    in_turn = (wide[1:] & narrow[:-1]) | (narrow[1:] & wide[:-1])
    return len(in_turn) > 0 and bool(in_turn.mean() > _SINGLE)
