"""The phases of a drop jump: *box*, *fall*, *braking*, *propulsion*, *flight*, *landing*.

The ground is where the athlete takes off for the jump; the box is where the soles stood before, clearly higher. The
fall begins where the last foot leaves the box, braking with the first touch of the ground, propulsion at the lowest
centre of mass of the contact.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.movements.jumps.flights import Jump, find_ballistic_flights
from kinemotion.movements.jumps.ground_height import boxes_left, ground_level
from kinemotion.signals.crossings import crossings
from kinemotion.signals.smooth import local_fit

_NAMES = ("box", "fall", "braking", "propulsion", "flight", "landing")
_LONGEST_CONTACT_S = 0.8
"""Who stays on the ground for longer did not rebound."""
_TURN_WINDOW_S, _TURN_ERROR_S = 0.1, 0.008
"""Window of the parabolas that find the lowest point of a contact, and its standard error on rendered jumps."""
_FINE = 200
_NO_REBOUND = Message("jump_at_once", "Jump as soon as the feet touch the ground. Film until the second landing.")


def find_phases(motion: Motion) -> tuple[Phase, ...]:
    """Phases of one drop jump in time order.

    Raises
    ------
    PhasesNotFound
        Where there is no fall from a box, or no rebound from the ground right after it.
    """
    drop = find_drop(motion)
    lowest = _lowest(motion, drop)
    step_off, touchdown, jump = drop.step_off, drop.touchdown, drop.jump
    start = Event("start", min(float(motion.time_s[0]), step_off.time_s))
    end = Event("end", max(float(motion.time_s[-1]), jump.landing.time_s))
    events = (start, step_off, touchdown, lowest, jump.takeoff, jump.landing, end)
    return tuple(Phase(name, *bounds) for name, bounds in zip(_NAMES, pairwise(events), strict=True))


@dataclass(frozen=True, slots=True)
class Drop:
    """A fall from a box and the jump that rebounds from it."""

    step_off: Event
    """Where the last foot leaves the box."""
    touchdown: Event
    jump: Jump
    box_m: float
    """Height of the box: of the soles on it above those on the ground, in the picture."""


def find_drop(motion: Motion) -> Drop:
    """The first fall from a box onto the ground with the jump after it.

    Raises
    ------
    PhasesNotFound
        Where there is none.
    """
    for jump in find_ballistic_flights(motion):
        drop = _drop_before(motion, jump)
        if drop is None:
            continue
        contact_s = jump.takeoff.time_s - drop.touchdown.time_s
        if contact_s > _LONGEST_CONTACT_S:
            raise PhasesNotFound(
                Message(
                    "no_rebound",
                    "The athlete stayed on the ground for {time_s:.1s} after the landing. This is not a drop jump.",
                    time_s=contact_s,
                ),
                hint=_NO_REBOUND,
            )
        return drop
    if motion.flights and motion.flights[-1].landing is None:
        raise PhasesNotFound(
            Message("landing_not_filmed", "The video ends before the landing."),
            hint=Message("film_until_standing", "Film until the athlete stands still again."),
        )
    raise PhasesNotFound(
        Message("no_drop_from_box", "The athlete does not drop from a box before the jump."),
        hint=Message(
            "film_athlete_on_box",
            "Start to film while the athlete stands on the box. For a jump from the ground use another command.",
        ),
    )


def _drop_before(motion: Motion, jump: Jump) -> Drop | None:
    """The fall that ends in the contact from which a jump rebounds; None where it does not come from a box."""
    landings = [flight.landing for flight in motion.flights if flight.landing is not None]
    before = [landing for landing in landings if landing.time_s < jump.takeoff.time_s]
    if not before:
        return None
    touchdown = before[-1]
    ground_m = ground_level(motion, jump.takeoff.time_s)
    boxes = boxes_left(motion, above_m=ground_m, before_s=touchdown.time_s)
    if not boxes:
        return None
    height_m = max(level for level, _ in boxes) - ground_m
    step_off = max((left for level, left in boxes if level - ground_m > 0.5 * height_m), key=lambda left: left.time_s)
    return Drop(
        step_off=Event("step_off", step_off.time_s, step_off.uncertainty_s),
        touchdown=Event("touchdown", touchdown.time_s, touchdown.uncertainty_s),
        jump=jump,
        box_m=height_m,
    )


def _lowest(motion: Motion, drop: Drop) -> Event:
    """The lowest centre of mass of the contact."""
    inside = np.linspace(drop.touchdown.time_s, drop.jump.takeoff.time_s, _FINE)
    path = local_fit(motion.com[:, 1], motion.time_s, at_s=inside, window_s=_TURN_WINDOW_S, degree=2)
    turns = crossings(path.slope, inside)
    lowest_s = turns[0] if len(turns) else inside[int(np.argmin(path.value))]
    return Event("lowest", float(lowest_s), _TURN_ERROR_S)
