"""The phases of a drop jump: *box*, *fall*, *braking*, *propulsion*, *flight*, *landing*.

The ground is where the athlete takes off for the jump; the box is where the soles stood before, clearly higher. The
fall begins where the last foot leaves the box, braking with the first touch of the ground, propulsion at the lowest
centre of mass of the contact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Event, join_phases
from kinemotion.motion.metrics import combine_errors
from kinemotion.movements.corrections import correct
from kinemotion.movements.jumps.flights import (
    WholeFlight,
    check_free_fall,
    check_landing_filmed,
    find_ballistic_flights,
)
from kinemotion.movements.jumps.gross_errors import estimate_gross_errors
from kinemotion.movements.jumps.ground_height import find_boxes_left, measure_ground_level
from kinemotion.movements.jumps.jump_height import FusedFlight, fuse_flight
from kinemotion.movements.jumps.other_movements import check_no_other_movement
from kinemotion.signals.crossings import find_crossings
from kinemotion.signals.smooth import fit_local

_NAMES = ("box", "fall", "braking", "propulsion", "flight", "landing")
_LONGEST_CONTACT_S = 0.8
"""Engineering limit: an athlete who stays on the ground for longer did not rebound."""
_TURN_WINDOW_S = 0.1
"""Engineering limit: window of the local parabolas that find the lowest point of a contact."""
_INSTANTS = 200
"""Engineering limit: instants at which the contact is searched for its lowest point."""
_ON_BOX = 0.5
"""Engineering limit: soles above this share of the box's height stand on the box."""
_JUMP_AT_ONCE = Message("jump_at_once", "Jump as soon as the feet touch the ground. Film until the second landing.")


@dataclass(frozen=True, slots=True)
class DropJumpDetection(Detection):
    """A drop jump."""

    step_off: Event
    """Where the last foot leaves the box."""
    touchdown: Event
    flight: FusedFlight
    """The jump that rebounds from the ground."""
    jump: WholeFlight
    """The same jump as the feet alone show it."""
    later_flights: tuple[WholeFlight, ...]
    """Flights after the jump."""


def detect(motion: Motion, options: Any) -> DropJumpDetection:  # noqa: ANN401  (they change no phase)
    """Find the phases of the first fall from a box onto the ground with the jump after it.

    Raises
    ------
    PhasesNotFound
        Where there is no fall from a box, or no rebound from the ground right after it, or the flights
        belong to another movement.
    """
    del options
    flights = find_ballistic_flights(motion)
    check_no_other_movement(motion, flights)
    jump, (step_off, touchdown) = _find_drop_jump(motion, flights)
    flight = fuse_flight(motion, jump, ignore_ends=(True, False))
    if flight.takeoff.time_s <= touchdown.time_s:
        raise PhasesNotFound(
            Message("contact_too_short", "A contact with the ground is too short to be measured."),
            hint=Message("film_feet_and_floor", "Film from the side, with the feet and the floor in even light."),
        )
    lowest = _find_lowest(motion, touchdown=touchdown, takeoff=flight.takeoff)
    start = Event("start", min(float(motion.time_s[0]), step_off.time_s))
    end = Event("end", max(float(motion.time_s[-1]), flight.landing.time_s))
    events = (start, step_off, touchdown, lowest, flight.takeoff, flight.landing, end)
    return DropJumpDetection(
        motion,
        join_phases(_NAMES, events),
        step_off=step_off,
        touchdown=touchdown,
        flight=flight,
        jump=jump,
        later_flights=tuple(other for other in flights if other.takeoff.time_s > jump.landing.time_s),
    )


def _find_drop_jump(motion: Motion, flights: tuple[WholeFlight, ...]) -> tuple[WholeFlight, tuple[Event, Event]]:
    """Return the first flight that rebounds from a fall off a box, with step-off and touchdown of that fall."""
    for jump in flights:
        fall = _find_fall(motion, jump)
        if fall is None:
            continue
        contact_s = jump.takeoff.time_s - fall[1].time_s
        if contact_s > _LONGEST_CONTACT_S:
            raise PhasesNotFound(
                Message(
                    "no_rebound",
                    "The athlete stayed on the ground for {time_s:.1s} after the landing. This is not a drop jump.",
                    time_s=contact_s,
                ),
                hint=_JUMP_AT_ONCE,
            )
        return jump, fall
    check_landing_filmed(motion)
    check_free_fall(motion)
    raise PhasesNotFound(
        Message("no_drop_from_box", "The athlete does not drop from a box before the jump."),
        hint=Message(
            "film_athlete_on_box",
            "Start to film while the athlete stands on the box. For a jump from the ground use another command.",
        ),
    )


def _find_fall(motion: Motion, jump: WholeFlight) -> tuple[Event, Event] | None:
    """Step-off and touchdown of the fall from a box before a jump; None where there is none."""
    landings = [flight.landing for flight in motion.flights if flight.landing is not None]
    before = [landing for landing in landings if landing.time_s < jump.takeoff.time_s]
    if not before:
        return None
    touchdown = before[-1]
    ground_m = measure_ground_level(motion, jump.takeoff.time_s)
    boxes = find_boxes_left(motion, above_m=ground_m, before_s=touchdown.time_s)
    if not boxes:
        return None
    height_m = max(level for level, _ in boxes) - ground_m
    on_box = [left for level, left in boxes if level - ground_m > _ON_BOX * height_m]
    step_off = max(on_box, key=lambda left: left.time_s)
    takeoff_gross_s, landing_gross_s = estimate_gross_errors(motion)
    off_error_s = combine_errors(step_off.uncertainty_s, takeoff_gross_s)
    down_error_s = combine_errors(touchdown.uncertainty_s, landing_gross_s)
    return (
        correct(Event("step_off", step_off.time_s, off_error_s), motion),
        correct(Event("touchdown", touchdown.time_s, down_error_s), motion),
    )


def _find_lowest(motion: Motion, *, touchdown: Event, takeoff: Event) -> Event:
    """Return the lowest centre of mass of the contact."""
    inside_s = np.linspace(touchdown.time_s, takeoff.time_s, _INSTANTS)
    path = fit_local(motion.com[:, 1], motion.time_s, at_s=inside_s, window_s=_TURN_WINDOW_S, degree=2)
    turns = find_crossings(path.slope, inside_s)
    lowest_s = turns[0] if len(turns) else inside_s[int(np.argmin(path.value))]
    return correct(Event("lowest", float(lowest_s), motion.calibration.rebound.lowest_error_s), motion)
