"""Stretches of a film without pictures: what a moving body does in them is not seen, or the time stamps are wrong."""

from dataclasses import dataclass

import numpy as np

from kinemotion.errors import KinemotionError, MovementNotFound, PhasesNotFound, PicturesRepeated
from kinemotion.filming.around_flights import find_time_around
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Flight
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.report import LOW_CONFIDENCE_COST, Doubt

_LEAST_S, _TIMES = 0.15, 4.0
"""Engineering limit: time between two pictures, at least and in usual steps, that makes a gap. Phones in low light make
steps of up to twice the usual one; a shorter gap is told by the path of the body."""
_STILL_PER_S, _STILL = 0.15, 0.02
"""Engineering limit: body heights, a second from picture to picture next to a gap, and across it, up to which the body
is still: people who stand sway by less, and nothing is lost."""
_BEFORE_S, _AFTER_S = 1.0, 0.1
"""Engineering limit: time before a take-off and after a landing that the results of a jump are made of."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Time without pictures, from one picture to the next, s."""

    begin_s: float
    end_s: float


class GapWatcher:
    """Notes where a stream has no pictures while a person moves, for a stream in which no trial is found."""

    def __init__(self) -> None:
        self._last: FramePoses | None = None
        self._steps = 0
        self._all_s = 0.0
        self._gap: Gap | None = None

    def push(self, frame: FramePoses) -> None:
        """Note the next frame."""
        last, self._last = self._last, frame
        if last is None or frame.index != last.index + 1:
            return
        step_s = frame.time_s - last.time_s
        if self._steps and step_s > _find_least(self._all_s / self._steps):
            if last.people and frame.people:
                points = np.stack([last.people[0].points, frame.people[0].points])
                if _measure_ways(points)[0] > _STILL:
                    self._gap = self._gap or Gap(last.time_s, frame.time_s)
            return
        self._steps, self._all_s = self._steps + 1, self._all_s + step_s

    def find_gap_error(self) -> MovementNotFound | None:
        """Return the failure that names the first gap; None if there is none."""
        return MovementNotFound(_describe(self._gap), hint=PicturesRepeated.default_hint) if self._gap else None


def find_gaps(sequence: PoseSequence) -> list[Gap]:
    """Return the gaps in the pictures of a person who moves, in time order."""
    if len(sequence) < 3:
        return []
    steps_s = np.diff(sequence.time_s)
    usual_s = float(np.median(steps_s))
    next_picture = np.diff(sequence.frame) == 1
    ways = _measure_ways(sequence.points)
    found: list[Gap] = []
    for at in np.flatnonzero(next_picture & (steps_s > _find_least(usual_s))):
        beside = [row for row in (at - 1, at + 1) if 0 <= row < len(ways)]
        if ways[at] > _STILL or np.nanmax([*(ways[beside] / steps_s[beside]), 0.0]) > _STILL_PER_S:
            found.append(Gap(float(sequence.time_s[at]), float(sequence.time_s[at + 1])))
    return found


def explain_by_missing_pictures(sequence: PoseSequence) -> KinemotionError | None:
    """Return the failure that names a gap in a trial without a result; None if there is none."""
    gaps = find_gaps(sequence)
    return PhasesNotFound(_describe(gaps[0]), hint=PicturesRepeated.default_hint) if gaps else None


def doubt_missing_pictures(sequence: PoseSequence, flights: tuple[Flight, ...]) -> tuple[Doubt, ...]:
    """Return the doubt about a trial with a gap from its downward movement to its landing."""
    first_s, last_s = find_time_around(flights, before_s=_BEFORE_S, after_s=_AFTER_S)
    for gap in find_gaps(sequence):
        if gap.end_s > first_s and gap.begin_s < last_s:
            return (Doubt(_describe(gap), LOW_CONFIDENCE_COST),)
    return ()


def _find_least(usual_s: float) -> float:
    """Return the time between two pictures above which some are missing, where they come at this usual step."""
    return max(_LEAST_S, _TIMES * usual_s)


def _measure_ways(points: Floats) -> Floats:
    """Return how far a body (T, K, 2) moves from each frame to the next (T - 1,), body heights; NaN where unseen."""
    y_px = points[:, :, 1]
    if np.isnan(y_px).all():
        return np.full(len(points) - 1, np.nan)
    height_px = float(np.nanmax(np.nanmax(y_px, axis=1, initial=-np.inf) - np.nanmin(y_px, axis=1, initial=np.inf)))
    ways_px = np.linalg.norm(np.diff(points, axis=0), axis=2)
    seen = np.isfinite(ways_px).any(axis=1)
    ways = np.full(len(ways_px), np.nan)
    ways[seen] = np.nanmedian(ways_px[seen], axis=1) / height_px
    return ways


def _describe(gap: Gap) -> Message:
    return Message(
        "pictures_missing",
        "The video has no pictures from {begin_s:.2s} to {end_s:.2s}, while the athlete moves. What happens there is "
        "not seen, or times after it are wrong.",
        begin_s=gap.begin_s,
        end_s=gap.end_s,
    )
