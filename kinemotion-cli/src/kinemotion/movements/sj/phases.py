"""The phases of a squat jump: *hold*, *propulsion*, *flight*, *landing*.

The hold is the last quiet time in the squat before the jump. Propulsion begins where the centre of mass starts to
rise: at its lowest point where the athlete dips, else at the start of the rise, extrapolated from where the rise is
well measured.
"""

from itertools import pairwise

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.movements.jumps.flights import Hold, Jump, find_hold, find_jump, find_quiet_standing, height_at
from kinemotion.signals.crossings import crossings

_NAMES = ("hold", "propulsion", "flight", "landing")
_DIP_SEEN_M = 0.015
"""A deeper dip shows a lowest point; a shallower one is noise."""
_LOW, _HIGH, _FACTOR = 0.15, 0.5, 1.9
"""Shares of the rise, and the start before the first of them over the time between them, of smooth push-offs."""
_START_ERROR_S, _HOLD_ERROR_S = 0.02, 0.08
"""Standard errors of the instant at which the body starts to rise, and of either end of the hold."""
_FINE = 200
"""Instants at which the push-off is searched for its lowest point and for the shares of its rise."""


def find_phases(motion: Motion) -> tuple[Phase, ...]:
    """Phases of one squat jump in time order.

    Raises
    ------
    PhasesNotFound
        Where there is no flight, or no held squat before it.
    """
    jump = find_jump(motion)
    hold = held_squat(motion, jump)
    started = Event("start", float(motion.time_s[0])) if hold.start_s is None else _hold_start(hold.start_s)
    end = Event("end", max(float(motion.time_s[-1]), jump.landing.time_s))
    events = (started, _rise(motion, jump, hold=hold), jump.takeoff, jump.landing, end)
    return tuple(Phase(name, *bounds) for name, bounds in zip(_NAMES, pairwise(events), strict=True))


def held_squat(motion: Motion, jump: Jump) -> Hold:
    """The squat held before a jump.

    Raises
    ------
    PhasesNotFound
        Where none is.
    """
    hold = find_hold(motion, jump)
    if hold is not None:
        return hold
    takeoff_s = jump.takeoff.time_s
    stood = find_quiet_standing(motion, before_s=takeoff_s, takeoff_height_m=height_at(motion, takeoff_s))
    raise PhasesNotFound(
        Message("squat_not_held_cmj", "The athlete did not hold a squat. This looks like a countermovement jump.")
        if stood
        else Message("squat_not_held", "The athlete did not hold a squat before the jump."),
        hint=Message(
            "hold_squat_or_use_cmj", "Hold the squat for one second and push straight up. Or use cmj-analyze."
        ),
    )


def _hold_start(time_s: float) -> Event:
    return Event("hold_start", time_s, _HOLD_ERROR_S)


def _rise(motion: Motion, jump: Jump, *, hold: Hold) -> Event:
    """Where the centre of mass starts to rise."""
    fine_s = np.linspace(hold.end_s, jump.takeoff.time_s, _FINE)
    path = np.array([height_at(motion, float(time_s)) for time_s in fine_s])
    bottom = int(np.argmin(path))
    if hold.height_m - path[bottom] > _DIP_SEEN_M:
        return Event("lowest", float(fine_s[bottom]), _START_ERROR_S)
    rise_m = path[-1] - hold.height_m
    low, high = (crossings(path, fine_s, level=hold.height_m + share * rise_m) for share in (_LOW, _HIGH))
    if not len(low):  # the athlete crept up while holding, and left the hold above that level
        return Event("push_off", hold.end_s, _HOLD_ERROR_S)
    return Event("push_off", float(low[-1] - _FACTOR * (high[-1] - low[-1])), _START_ERROR_S)
