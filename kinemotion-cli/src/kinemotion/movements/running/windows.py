"""Cutting a run without an end into windows, each complete as soon as its last frame has come."""

from collections.abc import Iterable, Iterator

import numpy as np

from kinemotion.motion.poses import Pose, PoseSequence
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.running.phases import CADENCE_BAND_SPM
from kinemotion.signals.gaps import fill
from kinemotion.signals.periodic import rhythm

WINDOW_S = 20.0
"""Length of a window: about 55 steps, whose mean varies by less than one step's error."""
SHORTEST_S = 1.0
"""A window shorter than this holds too few steps for a mean."""

_SWING = 0.15
"""Least amplitude of the ankles' distance, in leg lengths, of legs that run: half of slow jogging's."""
_RHYTHMIC = 0.5
"""Least share of the legs' motion that a rhythm must explain."""


def windows(poses: Iterable[Pose], skeleton: Skeleton) -> Iterator[PoseSequence]:
    """Consecutive windows of each person whose legs swing in a rhythm."""
    open_windows: dict[int, list[Pose]] = {}
    for pose in poses:
        rows = open_windows.setdefault(pose.person, [])
        if rows and pose.time_s - rows[0].time_s >= WINDOW_S:
            yield from _if_running(rows, skeleton)
            rows.clear()
        rows.append(pose)
    for _, rows in sorted(open_windows.items()):
        yield from _if_running(rows, skeleton)


def _if_running(rows: list[Pose], skeleton: Skeleton) -> Iterator[PoseSequence]:
    """The rows as a sequence, where they are long enough and their legs swing against each other in a rhythm."""
    if rows[-1].time_s - rows[0].time_s < SHORTEST_S:
        return
    sequence = PoseSequence.of(rows, skeleton)
    ankles, _ = fill(sequence.point("left_ankle") - sequence.point("right_ankle"), sequence.time_s)
    leg_px = float(np.nanmedian(np.abs(sequence.point("left_hip") - sequence.point("left_ankle")).sum(axis=-1)))
    if not np.isfinite(ankles).all() or np.std(ankles[:, 0]) * np.sqrt(2) < _SWING * leg_px:
        return
    lowest, highest = CADENCE_BAND_SPM
    found = rhythm(ankles[:, :1], sequence.time_s, band_hz=(lowest / 120, highest / 120), count=2)
    if found.explained > _RHYTHMIC:
        yield sequence
