"""Cutting a run without an end into windows: those in which the legs swing against each other in a rhythm."""

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
        """Whether the window is long enough, and shows somebody who runs."""
        long_enough = sequence.time_s[-1] - sequence.time_s[0] >= _SHORTEST_S
        return bool(long_enough) and _are_legs_swinging(sequence) and find_running_rhythm(sequence) is not None

    def describe(self, frame: FramePoses) -> RoughState:
        """Whether the person is on the ground or in the air."""
        if self._steps is None:
            self._steps = RoughSteps(self.skeleton)
        return self._steps.see(frame)


def _are_legs_swinging(sequence: PoseSequence) -> bool:
    """Whether both legs are seen, and far enough from each other for legs that run."""
    apart = np.abs(sequence.point("left_ankle") - sequence.point("right_ankle"))[:, 0]
    if not (has_both_legs(sequence) and np.isfinite(apart).any()):
        return False
    leg = np.linalg.norm(sequence.point("left_hip") - sequence.point("left_ankle"), axis=1)
    return bool(np.nanmean(apart) + np.nanstd(apart) > _SWING * np.nanmedian(leg))
