"""Stretches of frames in which a foot rests on something, from the height of its sole.

Heights are metres by the length of the athlete's leg, roughly: thresholds need no more.
"""

from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import GRAVITY_M_S2
from kinemotion.signals.intervals import find_intervals

Run = tuple[int, int]
"""First and last frame of a stretch, both included."""

_RESTING_M_S = 0.3
"""Slower than this, a sole may be resting; the shortest hop still leaves at 0.7 m/s."""
_OVERTAKING_M_S = 1.0
"""A foot that moves ahead of the hips faster than this swings; in a step it reaches twice the running speed."""
_FLAT_M = 0.02
"""How far the silhouette of a resting sole strays, and the least that a foot rises between two contacts."""
_LONG_S = 0.3
"""A rest this long is no apex of a flight and no pause in a swing, whatever came before and after."""
_LIFT = 0.4
"""Least share of the body's rise that the sole rises; it rises less because the ankle points in the air."""
_MOSTLY_UP = 0.25
"""Least height of the median frame between two rests, as a share of what their distance in time asks."""
_SPEED_WINDOW_S = 0.04
_FEWEST_FRAMES, _FEWEST_TO_LEAVE = 5, 4
"""Fewer frames of a foot tell no rest at all, or not that it ends."""
_RESTING_PERCENT = 25
"""Percentile of the heights of a foot until it is highest that is the level of its rest."""
_TICK_S = 1e-6
"""Two instants nearer to each other are one."""


@dataclass(frozen=True, slots=True)
class Foot:
    """One foot over the frames in which its sole is seen."""

    time_s: Floats
    height_m: Floats
    """Height of the sole (T,), m, up from anywhere."""
    ahead_m: Floats
    """How far the foot is ahead of the hips (T,), m, in the direction that the athlete faces; 0 where unknown."""

    def between(self, start_s: float, end_s: float) -> "Foot":
        """The part with start_s <= time <= end_s."""
        keep = (self.time_s >= start_s) & (self.time_s <= end_s)
        return Foot(self.time_s[keep], self.height_m[keep], self.ahead_m[keep])


@dataclass(frozen=True, slots=True)
class FootStance:
    """One foot on the ground, roughly: its ends lie between frames, or outside the sequence (infinite)."""

    begin_s: float
    end_s: float
    level_m: float
    """Height of the sole while it rests."""


def find_stances(foot: Foot) -> list[FootStance]:
    """Every rest of a foot, in time order."""
    if len(foot.time_s) < _FEWEST_FRAMES:
        return []
    reach = max(0.5 * _SPEED_WINDOW_S, 1.01 * float(np.median(np.diff(foot.time_s))))
    swinging = _speed(foot.time_s, foot.ahead_m, span_s=(-reach, reach)) > _OVERTAKING_M_S
    before = np.abs(_speed(foot.time_s, foot.height_m, span_s=(-reach, _TICK_S)))
    after = np.abs(_speed(foot.time_s, foot.height_m, span_s=(0.0, reach)))
    slow = (np.fmin(before, after) < _RESTING_M_S) & ~swinging
    runs = [run for run in find_intervals(slow) if not _is_apex(foot, run)]
    runs = [_fitted(foot.height_m, run, allowed=~swinging) for run in runs]
    runs = [run for run in _merged(foot, runs) if _is_contact(foot, run)]
    middles = np.concatenate([[-np.inf], 0.5 * (foot.time_s[1:] + foot.time_s[:-1]), [np.inf]])
    return [
        FootStance(float(middles[first]), float(middles[last + 1]), _level(foot.height_m, (first, last)))
        for first, last in runs
    ]


def first_rest(foot: Foot) -> FootStance | None:
    """The rest from which a foot leaves for its highest point; None where no frame on either side shows it."""
    if len(foot.time_s) < _FEWEST_TO_LEAVE:
        return None
    leg = foot.height_m[: int(np.argmax(foot.height_m)) + 1]
    level = float(np.percentile(leg, _RESTING_PERCENT))
    resting = np.flatnonzero(leg < level + _FLAT_M)
    last = int(resting[-1])
    if last == len(leg) - 1 or leg[-1] < leg[last] + _FLAT_M:
        return None
    return FootStance(-np.inf, 0.5 * float(foot.time_s[last] + foot.time_s[last + 1]), level)


def last_rest(foot: Foot) -> FootStance | None:
    """The rest to which a foot comes from its highest point; None where no frame on either side shows it."""
    mirrored = first_rest(Foot(-foot.time_s[::-1], foot.height_m[::-1], foot.ahead_m[::-1]))
    return FootStance(-mirrored.end_s, np.inf, mirrored.level_m) if mirrored else None


def _speed(time_s: Floats, values: Floats, *, span_s: tuple[float, float]) -> Floats:
    """Slope (T,) of the straight line through the samples around each, within a span; NaN where it holds but one."""
    slope = np.full(len(values), np.nan)
    for i, now in enumerate(time_s):
        near = slice(*np.searchsorted(time_s, (now + span_s[0], now + span_s[1])))
        dt = time_s[near] - time_s[near].mean()
        if len(dt) > 1:
            slope[i] = dt @ values[near] / (dt @ dt)
    return slope


def _level(height_m: Floats, run: Run) -> float:
    return float(np.median(height_m[run[0] : run[1] + 1]))


def _fitted(height_m: Floats, run: Run, *, allowed: Bools) -> Run:
    """The stretch grown or shrunk to where the sole leaves its level."""
    level = _level(height_m, run)
    flat = (height_m < level + 0.5 * _FLAT_M) & (height_m > level - _FLAT_M) & allowed
    first, last = run
    while first > 0 and flat[first - 1]:
        first -= 1
    while last < len(height_m) - 1 and flat[last + 1]:
        last += 1
    while first < last and height_m[first] > level + 0.5 * _FLAT_M:
        first += 1
    while last > first and height_m[last] > level + 0.5 * _FLAT_M:
        last -= 1
    return first, last


def _merged(foot: Foot, runs: list[Run]) -> list[Run]:
    """Rests in time order, joined where the foot did not fly between them."""
    merged: list[Run] = []
    for run in runs:
        if merged and not _flew(foot, merged[-1], following=run):
            merged[-1] = (merged[-1][0], max(merged[-1][1], run[1]))
            continue
        first = max(run[0], merged[-1][1] + 1) if merged else run[0]
        if first <= run[1]:
            merged.append((first, run[1]))
    return merged


def _flew(foot: Foot, run: Run, *, following: Run) -> bool:
    """Whether the foot was in the air between two rests: at another level after, or as high as its air time asks.

    What flies for d seconds rises g d²/8. A single frame proves nothing, nor do a few that stray to both sides, as does
    the silhouette of a foot at rest: half of them must be up, some of which may still belong to the rests.
    """
    levels = _level(foot.height_m, run), _level(foot.height_m, following)
    if abs(levels[0] - levels[1]) > _FLAT_M:
        return True
    lasting = float(foot.time_s[following[0]] - foot.time_s[run[1]])
    risen = np.sort(foot.height_m[run[1] + 1 : following[0]] - max(levels))
    least = max(_FLAT_M, _LIFT * GRAVITY_M_S2 * lasting**2 / 8)
    return len(risen) > 1 and bool(risen[-2] > least and np.median(risen) > _MOSTLY_UP * least)


def _is_contact(foot: Foot, run: Run) -> bool:
    """Whether a rest is on the ground: long, or with the foot coming down before it and going up after it."""
    first, last = run
    if foot.time_s[last] - foot.time_s[first] >= _LONG_S:
        return True
    level = _level(foot.height_m, run)
    before, after = foot.height_m[:first][::-1], foot.height_m[last + 1 :]
    return last > first and _goes_up(before, level) and _goes_up(after, level)


def _is_apex(foot: Foot, run: Run) -> bool:
    """Whether the foot goes down on both sides of a short stretch."""
    first, last = run
    if foot.time_s[last] - foot.time_s[first] >= _LONG_S:
        return False
    level = float(foot.height_m[first : last + 1].max())
    before, after = foot.height_m[:first][::-1], foot.height_m[last + 1 :]
    return not _goes_up(before, level) and not _goes_up(after, level)


def _goes_up(height_m: Floats, level: float) -> bool:
    """Whether the sole, followed away from a rest, goes above it before it goes below; True where nothing follows."""
    leaves = np.flatnonzero(np.abs(height_m - level) > _FLAT_M)
    return len(leaves) == 0 or bool(height_m[leaves[0]] > level)
