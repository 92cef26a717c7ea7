"""Cutting a run without an end into windows: those in which the legs swing against each other in a rhythm.

A window in which the pace changes has no one rhythm: it is cut into parts of a steady pace.
"""

from collections.abc import Sequence
from itertools import pairwise, takewhile

import numpy as np

from kinemotion.motion.live import RoughState
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.gait.rough_steps import RoughSteps
from kinemotion.movements.per_person import PerPersonSegmenter
from kinemotion.movements.window_segmenter import WindowSegmenter
from kinemotion.reconstruct.left_right import find_running_rhythm, has_both_legs

_WINDOW_S = 20.0
"""Engineering limit: length of a window, about 55 steps, whose mean varies by less than one step's error."""
_SHORTEST_S = 1.0
"""Engineering limit: a window shorter than this holds too few steps for a mean."""
_PART_S, _STEADY, _AS_STEADY = 2.5, 0.6, 0.85
"""Engineering limit: a window without one steady pace is looked at in parts of this length. One pace must explain the
first share of the legs' motion in a part; parts belong together as long as it explains the second share of that."""
_PROVISIONAL_S = 5.0
"""Engineering limit: a window under way is measured each time it has grown by this."""
_SWING = 0.15
"""Engineering limit: how far the ankles of legs that run are apart, mean and standard deviation together, leg lengths,
at least: half of slow jogging's."""


def segment_runs(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that cuts the running of everybody in view into consecutive windows."""
    return PerPersonSegmenter(lambda: RunSegmenter(skeleton))


class RunSegmenter(WindowSegmenter):
    """Cuts the running of one person."""

    def __init__(self, skeleton: Skeleton) -> None:
        super().__init__(skeleton, window_s=_WINDOW_S, provisional_s=_PROVISIONAL_S)
        self._steps: RoughSteps | None = None

    def accepts(self, sequence: PoseSequence) -> bool:
        """Return whether the window is long enough, and shows somebody who runs."""
        return _can_be_run(sequence) and find_running_rhythm(sequence) is not None

    def find_part(self, frames: Sequence[FramePoses]) -> slice | None:
        """Find the first part of the window that shows a run at one pace, for a runner whose pace changes."""
        time_s = np.array([frame.time_s for frame in frames])
        begins = np.searchsorted(time_s, np.arange(time_s[0], time_s[-1], _PART_S))
        edges = [int(row) for row in (*begins, len(frames))]

        def measure(begin: int, end: int) -> float:
            return _measure_steadiness(PoseSequence.of(frames[begin:end], self.skeleton))

        shares = (measure(begin, end) for begin, end in pairwise(edges))
        first, alone = next(((number, share) for number, share in enumerate(shares) if share > 0.0), (None, 0.0))
        if first is None:
            return None
        begin, end, *further = edges[first:]
        joined = takewhile(lambda edge: measure(begin, edge) > _AS_STEADY * alone, further)
        return slice(begin, max(joined, default=end))

    def describe_frame(self, frame: FramePoses) -> RoughState:
        """Return whether the person is on the ground or in the air."""
        if self._steps is None:
            self._steps = RoughSteps(self.skeleton)
        return self._steps.push(frame)


def _can_be_run(sequence: PoseSequence) -> bool:
    """Return whether the sequence is long enough, and the legs swing."""
    return bool(sequence.time_s[-1] - sequence.time_s[0] >= _SHORTEST_S) and _are_legs_swinging(sequence)


def _measure_steadiness(sequence: PoseSequence) -> float:
    """Return the share of the legs' motion that one pace of running explains; 0 where nobody runs steadily."""
    rhythm = find_running_rhythm(sequence, at_full_speed=True) if _can_be_run(sequence) else None
    return rhythm.explained if rhythm and rhythm.explained > _STEADY else 0.0


def _are_legs_swinging(sequence: PoseSequence) -> bool:
    """Return whether both legs are seen, and far enough from each other for legs that run."""
    apart = np.abs(sequence.point("left_ankle") - sequence.point("right_ankle"))[:, 0]
    if not (has_both_legs(sequence) and np.isfinite(apart).any()):
        return False
    leg = np.linalg.norm(sequence.point("left_hip") - sequence.point("left_ankle"), axis=1)
    return bool(np.nanmean(apart) + np.nanstd(apart) > _SWING * np.nanmedian(leg))
