"""The paths of both feet in metres, and the intervals of frames in which a foot rests on the ground.

Metres are by the length of the athlete's legs, good to some ten per cent; thresholds need no more.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import GRAVITY_M_S2
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.signals.intervals import find_intervals
from kinemotion.signals.sliding_window import gather_neighbours

FrameRange = tuple[int, int]
"""First and last frame, both included."""

_LEG_M = 0.84
"""Source: Winter 2009, table 4.1: hip to ankle is 0.49 of the stature, here of 1.72 m."""
_EXTENDED_PERCENT = 90
"""Engineering limit: percentile of the leg's length in the picture that is the length of the straight leg."""
_FACING_M = 0.08
"""Engineering limit: toes this far in front of the heels, in the picture, show which way the athlete faces."""
_RESTING_M_S = 0.3
"""Engineering limit: a sole slower than this may rest; in the shortest hop it still leaves at 0.7 m/s."""
_SWINGING_M_S = 1.0
"""Engineering limit: a foot that overtakes the hips faster than this swings; in a run it does so at twice the speed."""
_FLAT_M = 0.02
"""Engineering limit: range of the silhouette of a resting sole, and least rise of a foot between two contacts."""
_LANDMARKS_SINK_M = 0.08
"""Engineering limit: landmarks of a foot on the ground go this far below the stance level while the legs bend after
a landing; a foot that is lower than the ground is not in the air."""
_LONG_S = 0.3
"""Engineering limit: an interval this long is no apex of a flight and no pause in a swing."""
_LIFT = 0.4
"""Engineering limit: least share of the body's rise that the sole rises; the ankle points down in the air."""
_MOSTLY_UP = 0.25
"""Engineering limit: the median frame between two stances reaches this share of that rise."""
_ALOFT_M = 0.15
"""Engineering limit: a sole that rises this far is off the ground, however long it takes."""
_SPEED_WINDOW_S = 0.04
"""Engineering limit: time over which the speed of a sole is taken."""
_NEARBY = 3
"""Engineering limit: frames before and after one that show how fast frames come there; single ones may be missing."""
_FEWEST_FRAMES, _FEWEST_TO_LEAVE = 5, 4
"""Engineering limit: fewer frames of a foot show no stance at all, or not that it ends."""
_RESTING_PERCENT = 25
"""Engineering limit: percentile of a foot's heights before its highest that is the level of its stance."""
_TICK_S = 1e-6
"""Engineering limit: two instants nearer to each other are one."""


@dataclass(frozen=True, slots=True)
class FootTrajectory:
    """One foot over the frames in which its sole is seen."""

    time_s: Floats
    height_m: Floats
    """Height of the sole (T,), m, up from any level."""
    ahead_m: Floats
    """How far the foot is ahead of the hips (T,), m, in the direction that the athlete faces; 0 where unknown."""
    tolerance_below_m: float = _FLAT_M
    """Largest depth below the stance level (median height of the resting sole) that still counts as contact."""

    def between(self, start_s: float, end_s: float) -> "FootTrajectory":
        """Return the part with start_s <= time <= end_s."""
        keep = (self.time_s >= start_s) & (self.time_s <= end_s)
        return FootTrajectory(self.time_s[keep], self.height_m[keep], self.ahead_m[keep], self.tolerance_below_m)


@dataclass(frozen=True, slots=True)
class BothFeet:
    """The feet of one person over T frames, as a stationary camera sees them."""

    sequence: PoseSequence
    m_per_px: float

    @classmethod
    def of(cls, sequence: PoseSequence) -> Self:
        """Scale the feet by legs of average length."""
        legs = [
            np.hypot(*(sequence.point(f"{side}_hip") - sequence.point(f"{side}_knee")).T)
            + np.hypot(*(sequence.point(f"{side}_knee") - sequence.point(f"{side}_ankle")).T)
            for side in SIDES
        ]
        return cls(sequence, _LEG_M / float(np.nanpercentile(np.fmax(*legs), _EXTENDED_PERCENT)))

    @property
    def ankles_px(self) -> Floats:
        """Horizontal places of both ankles (T, 2), px."""
        return np.stack([self.sequence.point(f"{side}_ankle")[:, 0] for side in SIDES], axis=1)

    @property
    def ankle_distance_m(self) -> Floats:
        """Distance of the ankles along the picture (T,), m."""
        return np.abs(np.diff(self.ankles_px, axis=1)[:, 0]) * self.m_per_px

    @property
    def soles_m(self) -> Floats:
        """Heights of both soles (T, 2), m, up; NaN where unseen."""
        return self._heights(self.sequence.ground[:, :, 1])

    def landmarks_m(self, *parts: str) -> Floats:
        """Return the heights of both feet (T, 2), m, up, by the mean of some of their landmarks."""
        feet = [np.mean([self.sequence.point(f"{side}_{part}")[:, 1] for part in parts], axis=0) for side in SIDES]
        return self._heights(np.stack(feet, axis=1))

    @property
    def trunk_m(self) -> Floats:
        """Height of the middle of shoulders and hips (T,), m, up."""
        parts = [self.sequence.point(f"{side}_{part}")[:, 1] for side in SIDES for part in ("shoulder", "hip")]
        return self._heights(np.mean(parts, axis=0))

    @property
    def facing(self) -> float:
        """1 for an athlete who faces right in the picture, -1 for left, 0 for one who faces the camera or away."""
        toes = self.sequence.point("left_foot_index") + self.sequence.point("right_foot_index")
        heels = self.sequence.point("left_heel") + self.sequence.point("right_heel")
        ahead = 0.5 * float(np.nanmedian(toes[:, 0] - heels[:, 0])) * self.m_per_px
        return float(np.sign(ahead)) if abs(ahead) > _FACING_M else 0.0

    @property
    def ahead_m(self) -> Floats:
        """How far both feet are ahead of the hips (T, 2), m."""
        hips = 0.5 * (self.sequence.point("left_hip") + self.sequence.point("right_hip"))[:, :1]
        return (self.ankles_px - hips) * self.m_per_px * self.facing

    def trajectory(self, height_m: Floats, *, ahead_m: Floats) -> FootTrajectory:
        """One foot of that height and place (T,), m, in the frames that show both."""
        seen: Bools = np.isfinite(height_m) & np.isfinite(ahead_m)
        tolerance_below_m = _LANDMARKS_SINK_M if "soles_from_landmarks" in self.sequence.repairs else _FLAT_M
        return FootTrajectory(self.sequence.time_s[seen], height_m[seen], ahead_m[seen], tolerance_below_m)

    def _heights(self, y_px: Floats) -> Floats:
        """Return the heights (T, 2), m, up, of what is seen of both feet at those places (T, 2), px, down."""
        return -y_px * self.m_per_px


@dataclass(frozen=True, slots=True)
class FootStance:
    """One foot on the ground, to the nearest frame; infinite at an end outside the sequence. Timed, it is a contact."""

    start_s: float
    end_s: float
    level_m: float
    """Height of the sole while it rests."""


def find_stances(foot: FootTrajectory) -> list[FootStance]:
    """Find every stance of a foot, in time order."""
    if len(foot.time_s) < _FEWEST_FRAMES:
        return []
    reach_s = _find_reach(foot.time_s)
    swinging = _compute_speed(foot.time_s, foot.ahead_m, span_s=(-reach_s, reach_s)) > _SWINGING_M_S
    before = np.abs(_compute_speed(foot.time_s, foot.height_m, span_s=(-reach_s, _TICK_S)))
    after = np.abs(_compute_speed(foot.time_s, foot.height_m, span_s=(0.0, reach_s)))
    slow = (np.fmin(before, after) < _RESTING_M_S) & ~swinging
    resting = [interval for interval in find_intervals(slow) if not _is_apex(foot, interval)]
    resting = [_fit_to_level(foot, interval, allowed=~swinging) for interval in resting]
    resting = [interval for interval in _merge(foot, resting) if _is_contact(foot, interval)]
    middles = np.concatenate([[-np.inf], 0.5 * (foot.time_s[1:] + foot.time_s[:-1]), [np.inf]])
    return [
        FootStance(float(middles[first]), float(middles[last + 1]), _measure_level(foot.height_m, (first, last)))
        for first, last in resting
    ]


def find_stance_before_highest(foot: FootTrajectory) -> FootStance | None:
    """Find the stance from which a foot leaves for its highest point; None where its end is not seen."""
    if len(foot.time_s) < _FEWEST_TO_LEAVE:
        return None
    until_highest = foot.height_m[: int(np.argmax(foot.height_m)) + 1]
    level = float(np.percentile(until_highest, _RESTING_PERCENT))
    resting = np.flatnonzero(until_highest < level + _FLAT_M)
    last = int(resting[-1])
    if last == len(until_highest) - 1 or until_highest[-1] < until_highest[last] + _FLAT_M:
        return None
    return FootStance(-np.inf, 0.5 * float(foot.time_s[last] + foot.time_s[last + 1]), level)


def find_stance_after_highest(foot: FootTrajectory) -> FootStance | None:
    """Find the stance to which a foot comes from its highest point; None where its start is not seen."""
    mirrored = find_stance_before_highest(FootTrajectory(-foot.time_s[::-1], foot.height_m[::-1], foot.ahead_m[::-1]))
    return FootStance(-mirrored.end_s, np.inf, mirrored.level_m) if mirrored else None


def _find_reach(time_s: Floats) -> Floats:
    """Return the time to both sides of each sample (T,), s, in which its speed is taken.

    Where frames come slower for a while it is longer there.
    """
    steps_s = np.diff(time_s)
    usual_s = max(0.5 * _SPEED_WINDOW_S, 1.01 * float(np.median(steps_s)))
    nearby_s = np.median(gather_neighbours(np.append(steps_s, steps_s[-1]), reach=_NEARBY), axis=1)
    return np.maximum(usual_s, 1.01 * nearby_s)


def _compute_speed(time_s: Floats, values: Floats, *, span_s: tuple[Floats | float, Floats | float]) -> Floats:
    """Slope (T,) of the straight line through the samples around each, within a span; NaN where it holds one only."""
    slope = np.full(len(values), np.nan)
    firsts, ends = (np.searchsorted(time_s, time_s + span).tolist() for span in span_s)
    for i, (first, end) in enumerate(zip(firsts, ends, strict=True)):
        if end - first > 1:
            near_s = time_s[first:end]
            dt = near_s - np.add.reduce(near_s) / (end - first)  # mean() takes longer than the sum of a few samples
            slope[i] = dt @ values[first:end] / (dt @ dt)
    return slope


def _measure_level(height_m: Floats, interval: FrameRange) -> float:
    return float(np.median(height_m[interval[0] : interval[1] + 1]))


def _fit_to_level(foot: FootTrajectory, interval: FrameRange, *, allowed: Bools) -> FrameRange:
    """Grow or shrink an interval to where the sole leaves its level."""
    height_m = foot.height_m
    level = _measure_level(height_m, interval)
    flat = (height_m < level + 0.5 * _FLAT_M) & (height_m > level - foot.tolerance_below_m) & allowed
    first, last = interval
    while first > 0 and flat[first - 1]:
        first -= 1
    while last < len(height_m) - 1 and flat[last + 1]:
        last += 1
    while first < last and height_m[first] > level + 0.5 * _FLAT_M:
        first += 1
    while last > first and height_m[last] > level + 0.5 * _FLAT_M:
        last -= 1
    return first, last


def _merge(foot: FootTrajectory, intervals: list[FrameRange]) -> list[FrameRange]:
    """Join intervals, in time order, between which the foot did not fly."""
    merged: list[FrameRange] = []
    for interval in intervals:
        if merged and not _was_in_flight(foot, merged[-1], following=interval):
            merged[-1] = (merged[-1][0], max(merged[-1][1], interval[1]))
            continue
        first = max(interval[0], merged[-1][1] + 1) if merged else interval[0]
        if first <= interval[1]:
            merged.append((first, interval[1]))
    return merged


def _was_in_flight(foot: FootTrajectory, interval: FrameRange, *, following: FrameRange) -> bool:
    """Whether the foot was in the air between two stances: at another level after, or high enough for the time between.

    A body that flies for d seconds rises g d²/8; the sole must rise the share ``_LIFT`` of it, or ``_ALOFT_M``. A
    single frame is no proof. Nor are a few frames that err to both sides, as the silhouette of a resting foot does:
    half of them must be up, some of which may still belong to the stances.
    """
    levels = _measure_level(foot.height_m, interval), _measure_level(foot.height_m, following)
    if abs(levels[0] - levels[1]) > _FLAT_M:
        return True
    lasting = float(foot.time_s[following[0]] - foot.time_s[interval[1]])
    risen = np.sort(foot.height_m[interval[1] + 1 : following[0]] - max(levels))
    least = min(max(_FLAT_M, _LIFT * GRAVITY_M_S2 * lasting**2 / 8), _ALOFT_M)
    return len(risen) > 1 and bool(risen[-2] > least and np.median(risen) > _MOSTLY_UP * least)


def _is_contact(foot: FootTrajectory, interval: FrameRange) -> bool:
    """Whether an interval is on the ground: long, or with the foot coming down before it and going up after it."""
    first, last = interval
    if foot.time_s[last] - foot.time_s[first] >= _LONG_S:
        return True
    level = _measure_level(foot.height_m, interval)
    before, after = foot.height_m[:first][::-1], foot.height_m[last + 1 :]
    return last > first and _is_leaving_upwards(before, level) and _is_leaving_upwards(after, level)


def _is_apex(foot: FootTrajectory, interval: FrameRange) -> bool:
    """Return whether the foot goes down on both sides of a short interval."""
    first, last = interval
    if foot.time_s[last] - foot.time_s[first] >= _LONG_S:
        return False
    level = _measure_level(foot.height_m, interval)
    before, after = foot.height_m[:first][::-1], foot.height_m[last + 1 :]
    return not _is_leaving_upwards(before, level) and not _is_leaving_upwards(after, level)


def _is_leaving_upwards(height_m: Floats, level: float) -> bool:
    """Whether the samples outside the level, going away from an interval, begin above it; True if there are none.

    A single one, whose next one is not on its side, is an error of the silhouette.
    """
    sides = np.sign(height_m - level) * (np.abs(height_m - level) > _FLAT_M)
    lasting = np.flatnonzero((sides != 0) & (sides == np.append(sides[1:], sides[-1:])))
    return len(lasting) == 0 or bool(sides[lasting[0]] > 0)
