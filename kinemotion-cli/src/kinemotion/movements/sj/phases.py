"""The phases of a squat jump: *hold*, *propulsion*, *flight*, *landing*.

The hold is the last quiet time in the squat before the jump. Propulsion begins where the centre of mass starts to
rise: at its lowest point where the athlete dips, else at the start of the rise, extrapolated from where the rise is
well measured.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.metrics import Estimate, combined
from kinemotion.movements.jumping import Jump, find_jump, find_stance, height_at, vertical_speed
from kinemotion.signals.crossings import crossings

_NAMES = ("hold", "propulsion", "flight", "landing")
_SQUAT_M = 0.22
"""A squat is at least this far below take-off, where heels and arms are up; standing is nearer."""
_STILL_M_S, _SHORTEST_S = 0.12, 0.25
"""A held squat moves slower than this, and lasts."""
_TWITCH_S = 0.15
"""A shorter interruption of the hold is the landmarks' or the athlete's tremble."""
_LATEST_S = 1.2
"""A push-off takes less time than this from the end of the hold."""
_DIP_SEEN_M = 0.015
"""A deeper dip shows a lowest point; a shallower one is noise."""
_DIP_ERROR_M = 0.007
"""Standard error of a dip, scale left out: the landmarks' error changes little between two postures so alike."""
_LOW, _HIGH, _FACTOR = 0.15, 0.5, 1.9
"""Shares of the rise, and the start before the first of them over the time between them, of smooth push-offs."""
_START_ERROR_S, _HOLD_ERROR_S = 0.02, 0.08
_FINE = 200


@dataclass(frozen=True, slots=True)
class Hold:
    """A squat held before a jump."""

    start_s: float | None
    """None where it began before the clip."""
    end_s: float
    height_m: float
    """Of the centre of mass above the floor."""


def find_phases(motion: Motion) -> tuple[Phase, ...]:
    """Phases of one squat jump in time order.

    Raises
    ------
    PhasesNotFound
        Where there is no flight, or no held squat before it.
    """
    jump = find_jump(motion)
    hold = find_hold(motion, jump)
    started = Event("start", float(motion.time_s[0])) if hold.start_s is None else _hold_start(hold.start_s)
    end = Event("end", max(float(motion.time_s[-1]), jump.landing.time_s))
    events = (started, _rise(motion, jump, hold=hold), jump.takeoff, jump.landing, end)
    return tuple(Phase(name, *bounds) for name, bounds in zip(_NAMES, pairwise(events), strict=True))


def find_hold(motion: Motion, jump: Jump) -> Hold:
    """The squat held before a jump.

    Raises
    ------
    PhasesNotFound
        Where none is.
    """
    takeoff_s, takeoff_m = jump.takeoff.time_s, height_at(motion, jump.takeoff.time_s)
    part = motion.time_s < takeoff_s
    time_s, height = motion.time_s[part], motion.com[part, 1]
    still = (np.abs(vertical_speed(motion, time_s)) < _STILL_M_S) & (height < takeoff_m - _SQUAT_M)
    runs = _joined(_runs(time_s, still))
    held = [run for run in runs if run[1] - run[0] >= _SHORTEST_S and takeoff_s - run[1] < _LATEST_S]
    if not held:
        stood = find_stance(motion, before_s=takeoff_s, takeoff_height_m=takeoff_m)
        looks = " This looks like a countermovement jump." if stood else ""
        raise PhasesNotFound(
            f"No squat is held before the jump.{looks}",
            hint="Hold the squat for a second, then jump without dipping; or use cmj-analyze.",
        )
    start_s, end_s = held[-1]
    inside = (time_s >= start_s) & (time_s <= end_s)
    filmed = start_s > time_s[0]
    return Hold(start_s if filmed else None, end_s, float(np.median(height[inside])))


def dip_m(motion: Motion, jump: Jump, *, hold: Hold) -> Estimate:
    """How far the centre of mass sinks below the held squat before it rises, m; about 0 where it does not."""
    after = np.linspace(hold.end_s, jump.takeoff.time_s, _FINE)
    dip = hold.height_m - min(height_at(motion, float(time_s)) for time_s in after)
    return Estimate(dip, combined(_DIP_ERROR_M, motion.scale.relative_uncertainty * dip))


def _hold_start(time_s: float) -> Event:
    return Event("hold_start", time_s, _HOLD_ERROR_S)


def _runs(time_s: Floats, flags: Bools) -> list[tuple[float, float]]:
    """First and last instant of every stretch in which the flag is set."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [
        (float(time_s[first]), float(time_s[last - 1])) for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]


def _joined(runs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches, those joined between which the body only twitched."""
    joined: list[tuple[float, float]] = []
    for start_s, end_s in runs:
        if joined and start_s - joined[-1][1] < _TWITCH_S:
            joined[-1] = (joined[-1][0], end_s)
        else:
            joined.append((start_s, end_s))
    return joined


def _rise(motion: Motion, jump: Jump, *, hold: Hold) -> Event:
    """Where the centre of mass starts to rise."""
    fine_s = np.linspace(hold.end_s, jump.takeoff.time_s, _FINE)
    path = np.array([height_at(motion, float(time_s)) for time_s in fine_s])
    bottom = int(np.argmin(path))
    if hold.height_m - path[bottom] > _DIP_SEEN_M:
        return Event("lowest", float(fine_s[bottom]), _START_ERROR_S)
    rise_m = path[-1] - hold.height_m
    low_s, high_s = (
        float(crossings(path, fine_s, level=hold.height_m + share * rise_m)[-1]) for share in (_LOW, _HIGH)
    )
    return Event("push_off", low_s - _FACTOR * (high_s - low_s), _START_ERROR_S)
