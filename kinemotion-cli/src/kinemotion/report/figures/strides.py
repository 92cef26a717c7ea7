"""Joint angles over the stride: each stride on a scale from 0 to 100 %, then mean and standard deviation."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.skeleton import Side
from kinemotion.report.series import compute_joint_angles

_FEWEST_STRIDES = 3
"""Of fewer, a standard deviation says nothing."""
PERCENT: Floats = np.linspace(0.0, 100.0, 101)
_UNUSUAL = 0.25
"""A stride that differs from the median by more than this share has a missed contact in it."""


@dataclass(frozen=True, slots=True)
class StrideCurve:
    """One angle of one side over the stride, degrees."""

    mean: Floats
    """(101,); NaN where too few strides show it."""
    deviation: Floats
    """(101,): standard deviation between strides."""
    count: int
    """Strides."""


def find_strides(motion: Motion, side: Side) -> list[tuple[float, float]]:
    """Return start and end of each stride of that foot, from touchdown to touchdown, s."""
    starts = [item.touchdown.time_s for item in motion.contacts if item.side == side and item.touchdown]
    spans = list(pairwise(starts))
    usual_s = float(np.median([end - start for start, end in spans])) if spans else 0.0
    return [(start, end) for start, end in spans if abs(end - start - usual_s) <= _UNUSUAL * usual_s]


def average_angles(motion: Motion, side: Side) -> Iterator[tuple[str, StrideCurve]]:
    """Yield each joint angle of that side over the stride; none with fewer than three strides."""
    strides = find_strides(motion, side)
    if len(strides) < _FEWEST_STRIDES:
        return
    for name, angle in compute_joint_angles(motion).items():
        if not name.startswith(side):
            continue
        rows = np.array([_resample_stride(angle, motion.time_s, span=span) for span in strides])
        seen = np.isfinite(rows).sum(axis=0) >= _FEWEST_STRIDES
        mean, deviation = np.full(len(PERCENT), np.nan), np.full(len(PERCENT), np.nan)
        mean[seen] = np.nanmean(rows[:, seen], axis=0)
        deviation[seen] = np.nanstd(rows[:, seen], axis=0, ddof=1)
        yield name.removeprefix(f"{side}_"), StrideCurve(mean, deviation, len(strides))


def _resample_stride(angle: Floats, time_s: Floats, *, span: tuple[float, float]) -> Floats:
    """Return the angle of one stride at every percent of it (101,)."""
    start_s, end_s = span
    return np.asarray(np.interp(start_s + PERCENT / 100 * (end_s - start_s), time_s, angle))
