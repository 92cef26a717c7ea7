"""Cutting a run without an end into windows, each complete as soon as its last frame has come."""

from collections.abc import Iterable, Iterator

import numpy as np

from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.per_person import segment_per_person
from kinemotion.reconstruct.left_right import (
    ARM,
    RUNNING_BAND_HZ,
    SLOWED_BAND_HZ,
    find_step_rhythm,
    has_both_legs,
    separate_legs,
    unswap_limbs,
)

_WINDOW_S = 20.0
"""Length of a window: about 55 steps, whose mean varies by less than one step's error."""
_SHORTEST_S = 1.0
"""A window shorter than this holds too few steps for a mean."""
_SWING = 0.15
"""How far the ankles of legs that run are apart, mean and standard deviation together, leg lengths, at least: half of
slow jogging's."""
_RHYTHMIC = 0.4
"""Least share of the legs' motion that the rhythm of the steps must explain."""
_CLEARLY_RHYTHMIC = 0.75
"""The same for steps that are too slow for running, so that only a slowed run is called one."""


def windows(frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
    """Consecutive windows of each person whose legs swing in a rhythm, each leg under its own name."""
    return segment_per_person(frames, watcher=lambda: _Runner(skeleton))


class _Runner:
    """One person, maybe running, since the last window ended."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._frames: list[FramePoses] = []

    def see(self, frame: FramePoses) -> Iterator[PoseSequence]:
        """The window that is over when this frame comes, if they ran."""
        if self._frames and frame.time_s - self._frames[0].time_s >= _WINDOW_S:
            yield from self.rest()
        self._frames.append(frame)

    def rest(self) -> Iterator[PoseSequence]:
        """The window that has begun, if it is long enough and they ran; what follows begins anew."""
        frames, self._frames = self._frames, []
        if frames[-1].time_s - frames[0].time_s >= _SHORTEST_S:
            yield from _running(PoseSequence.of(frames, self._skeleton))


def _running(sequence: PoseSequence) -> Iterator[PoseSequence]:
    """The sequence, its legs told apart, where they swing against each other in a rhythm."""
    if not _legs_swing(sequence):
        return
    for band_hz, share in ((RUNNING_BAND_HZ, _RHYTHMIC), (SLOWED_BAND_HZ, _CLEARLY_RHYTHMIC)):
        steps = find_step_rhythm(sequence, band_hz=band_hz)
        if steps.explained > share:
            yield unswap_limbs(separate_legs(sequence, stride_hz=steps.frequency_hz.value / 2), limbs=(ARM,))
            return


def _legs_swing(sequence: PoseSequence) -> bool:
    """Whether both legs are seen, and far enough from each other for legs that run."""
    apart = np.abs(sequence.point("left_ankle") - sequence.point("right_ankle"))[:, 0]
    if not (has_both_legs(sequence) and np.isfinite(apart).any()):
        return False
    leg = np.linalg.norm(sequence.point("left_hip") - sequence.point("left_ankle"), axis=1)
    return bool(np.nanmean(apart) + np.nanstd(apart) > _SWING * np.nanmedian(leg))
