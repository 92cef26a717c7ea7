"""The phases of a countermovement jump, after McMahon et al. 2018 (10.1519/SSC.0000000000000375).

*Unweighting* from the onset to the peak downward velocity, *braking* to the lowest centre of mass, *propulsion* to
take-off, *flight*, *landing* to the end of the trial. A clip that starts in the dip has no onset: it begins with the
first phase whose start was filmed.
"""

from itertools import pairwise

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.movements.cmj.onset import find_onset
from kinemotion.movements.jumps.flights import (
    COUNTERMOVEMENT_M,
    SHORTEST_FLIGHT_S,
    Jump,
    dip_m,
    find_hold,
    find_jump,
    find_quiet_standing,
    height_at,
    lowest_point_s,
    vertical_speed,
)
from kinemotion.movements.jumps.ground_height import boxes_left, ground_level
from kinemotion.movements.jumps.jump_height import measure_jump_height

_NAMES = ("unweighting", "braking", "propulsion", "flight", "landing")
_LEAST_PUSH_M = 0.10
"""A centre of mass that rises less than this before take-off was not pushed off from a dip: a hop, a running step."""
_SEEN_S = 0.15
"""Who is first seen this shortly before take-off may as well rebound from a drop: half the push-off is missing."""
_LOWEST_ERROR_S, _FASTEST_ERROR_S = 0.008, 0.018
"""Standard errors of the instants of lowest point and of peak downward velocity, on rendered jumps."""
_STEP_S = 0.002
_BOUNCE_S = 0.5
"""Less time on the ground between two flights leaves none to stand, sink and push."""
_JUST_S = 1.2
"""Who left a box so shortly before take-off dropped from it and jumped: a fall, and a rebound however slow."""
_OTHER_COMMANDS = Message(
    "other_command",
    "Use another command for running, repeated jumps or drop jumps. `kinemotion movements` lists the commands.",
)


def find_phases(motion: Motion) -> tuple[Phase, ...]:
    """Phases of one jump in time order.

    Raises
    ------
    PhasesNotFound
        Where there is no flight, or no push-off out of a dip before it, or a squat is held before that.
    """
    jump = find_jump(motion)
    _refuse_bounces(motion, jump)
    _refuse_drop_jump(motion, jump)
    _refuse_squat_jump(motion, jump)
    leap = measure_jump_height(motion, jump)
    takeoff, landing = leap.takeoff, leap.landing
    lowest = _lowest(motion, takeoff)
    end = Event("end", max(float(motion.time_s[-1]), landing.time_s))
    turn = () if lowest is None else (*_dip(motion, lowest, takeoff=takeoff), lowest)
    events = (*turn, takeoff, landing, end)
    names = _NAMES[len(_NAMES) + 1 - len(events) :]
    return tuple(Phase(name, *bounds) for name, bounds in zip(names, pairwise(events), strict=True))


def _refuse_bounces(motion: Motion, jump: Jump) -> None:
    """Raise where the jump rebounds from another flight, or another of its kind rebounds from it."""
    for flight in motion.flights:
        landed_s = -np.inf if flight.landing is None else flight.landing.time_s
        left_s = np.inf if flight.takeoff is None else flight.takeoff.time_s
        if 0 < landed_s - left_s < SHORTEST_FLIGHT_S:
            continue
        alike = landed_s - left_s > 0.5 * jump.duration_s
        before = 0 <= jump.takeoff.time_s - landed_s < _BOUNCE_S
        after = 0 <= left_s - jump.landing.time_s < _BOUNCE_S
        if before or (after and alike):
            raise PhasesNotFound(
                Message("repeated_flights", "The athlete jumps again directly after a landing."), hint=_OTHER_COMMANDS
            )


def _refuse_drop_jump(motion: Motion, jump: Jump) -> None:
    """Raise where the athlete has just left something higher than the ground of the jump."""
    takeoff_s = jump.takeoff.time_s
    boxes = boxes_left(motion, above_m=ground_level(motion, takeoff_s), before_s=takeoff_s)
    if any(takeoff_s - left.time_s < _JUST_S for _, left in boxes):
        raise PhasesNotFound(
            Message("came_from_box", "The athlete came down from a box before the jump. This looks like a drop jump."),
            hint=Message(
                "use_dropjump", "Use dropjump-analyze. For a countermovement jump, stand still on the ground first."
            ),
        )


def _refuse_squat_jump(motion: Motion, jump: Jump) -> None:
    """Raise where the athlete holds a squat and leaps out of it without dipping much further."""
    hold = find_hold(motion, jump)
    if hold is not None and dip_m(motion, jump, hold=hold).value <= COUNTERMOVEMENT_M:
        raise PhasesNotFound(
            Message("held_squat", "The athlete jumps from a held squat. This is a squat jump."),
            hint=Message("use_sj", "Use sj-analyze. For a countermovement jump, move down and up without a pause."),
        )


def _lowest(motion: Motion, takeoff: Event) -> Event | None:
    """The turn from sinking to rising; None where the clip begins after it."""
    turn_s = lowest_point_s(motion, before_s=takeoff.time_s)
    start_s = float(motion.time_s[0]) if turn_s is None else turn_s
    if turn_s is None and takeoff.time_s - start_s < _SEEN_S:
        raise PhasesNotFound(
            Message("push_off_not_filmed", "The video does not show the push-off."),
            hint=Message("film_from_standing", "Start to film while the athlete stands still."),
        )
    if height_at(motion, takeoff.time_s) - height_at(motion, start_s) < _LEAST_PUSH_M:
        raise PhasesNotFound(
            Message("no_push_off", "The athlete leaves the ground without a countermovement and a push-off."),
            hint=_OTHER_COMMANDS,
        )
    return None if turn_s is None else Event("lowest", turn_s, _LOWEST_ERROR_S)


def _dip(motion: Motion, lowest: Event, *, takeoff: Event) -> tuple[Event, ...]:
    """Onset and peak downward velocity; nothing where the athlete was not seen to stand before the dip."""
    stance = find_quiet_standing(motion, before_s=lowest.time_s, takeoff_height_m=height_at(motion, takeoff.time_s))
    if stance is None:
        return ()
    onset = find_onset(motion, stance, lowest_s=lowest.time_s, lowest_m=height_at(motion, lowest.time_s))
    if onset is None or lowest.time_s - onset.time_s < 10 * _STEP_S:
        return ()
    sinking_s = np.arange(onset.time_s, lowest.time_s, _STEP_S)
    fastest = int(np.argmin(vertical_speed(motion, sinking_s)))
    return onset, Event("peak_downward_velocity", float(sinking_s[fastest]), _FASTEST_ERROR_S)
