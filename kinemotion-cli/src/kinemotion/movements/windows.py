"""Cutting a run without an end into windows, each complete as soon as its last frame has come."""

from collections.abc import Iterable, Iterator

import numpy as np

from kinemotion.motion.poses import Pose, PoseSequence
from kinemotion.motion.skeleton import Skeleton
from kinemotion.reconstruct.legs import RUNNING_BAND_HZ, SLOWED_BAND_HZ, step_rhythm, told_apart
from kinemotion.reconstruct.repair import ARM, untangled

WINDOW_S = 20.0
"""Length of a window: about 55 steps, whose mean varies by less than one step's error."""
SHORTEST_S = 1.0
"""A window shorter than this holds too few steps for a mean."""

_SWING = 0.15
"""Least standing deviation of the ankles' distance, in leg lengths, of legs that run: half of slow jogging's."""
_RHYTHMIC = 0.4
"""Least share of the legs' motion that the rhythm of the steps must explain."""
_CLEARLY_RHYTHMIC = 0.75
"""The same for steps that are too slow for running, so that only a slowed run is called one."""


def windows(poses: Iterable[Pose], skeleton: Skeleton) -> Iterator[PoseSequence]:
    """Consecutive windows of each person whose legs swing in a rhythm, each leg under its own name."""
    waiting: dict[int, list[Pose]] = {}
    for pose in poses:
        rows = waiting.setdefault(pose.person, [])
        if rows and pose.time_s - rows[0].time_s >= WINDOW_S:
            yield from _if_running(rows, skeleton)
            rows.clear()
        rows.append(pose)
    for _, rows in sorted(waiting.items()):
        yield from _if_running(rows, skeleton)


def _if_running(rows: list[Pose], skeleton: Skeleton) -> Iterator[PoseSequence]:
    """The rows as a sequence, where they are long enough and their legs swing against each other in a rhythm."""
    if rows[-1].time_s - rows[0].time_s < SHORTEST_S:
        return
    sequence = PoseSequence.of(rows, skeleton)
    apart = (sequence.point("left_ankle") - sequence.point("right_ankle"))[:, 0]
    leg = np.linalg.norm(sequence.point("left_hip") - sequence.point("left_ankle"), axis=1)
    if not np.nanstd(np.abs(apart)) + np.nanmean(np.abs(apart)) > _SWING * np.nanmedian(leg):
        return
    for band_hz, share in ((RUNNING_BAND_HZ, _RHYTHMIC), (SLOWED_BAND_HZ, _CLEARLY_RHYTHMIC)):
        steps = step_rhythm(sequence, band_hz=band_hz)
        if steps.explained > share:
            yield untangled(told_apart(sequence, stride_hz=steps.frequency_hz.value / 2), limbs=(ARM,))
            return
