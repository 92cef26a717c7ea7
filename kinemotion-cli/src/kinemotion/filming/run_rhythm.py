"""Jumps of the clock in a run: pictures were lost or added, or their times changed, and the legs leave their rhythm.

Nothing falls freely for long in a run, but its steps are even. Where time is missing the legs are ahead of their rhythm
from then on, and the picture changes more than between its neighbours.
"""

import numpy as np

from kinemotion.filming.time_breaks import TimeBreak
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.report import Doubt
from kinemotion.reconstruct.left_right import find_stride_leads, find_stride_rhythm
from kinemotion.signals.peaks import Places
from kinemotion.signals.sliding_window import gather_neighbours

_SIDE_S, _NEAR_S, _FEWEST = 0.25, 0.06, 3
"""Engineering limit: time before and after a step from picture to picture in which the lead of the legs is taken, for a
large jump of it and for a small one, and least number of frames."""
_ALONE_S, _ALONE_FRAMES, _ALONE_SURE = 0.035, 1.5, 4.0
"""Engineering limit: change of the lead, in time, in frames and in standard deviations, that needs no other witness.
Sound runs show up to 26 ms, where the camera follows the runner."""
_CHANGES_MORE = 1.3
"""Engineering limit: a picture that differs from the one before it this many times as much as its neighbours do may
have lost one between; 1.4 to 1.7 where it has, up to 1.2 in most sound runs."""
_TOGETHER_FRAMES, _TOGETHER_SURE = 0.4, 2.5
"""Engineering limit: lead in frames, and in standard errors of their median, that most such pictures must gain."""
_TO_SIGMA = 1.48
"""Source: Huber 1981, Robust Statistics, 5.1: standard deviation of a normal scatter over its median deviation."""
_MEDIAN_ERROR = 1.25
"""Standard error of the median of normal values over that of their mean, the square root of half of pi."""
_COST_PER_S, _LEAST_COST, _MOST_COST = 1500.0, 30.0, 60.0
"""Engineering limit: points taken from the score for each second, as for repeated pictures."""


def doubt_run_rhythm(sequence: PoseSequence, motion: Motion) -> tuple[Doubt, ...]:
    """Return the doubt about a run in which time is missing or was added."""
    breaks = find_rhythm_breaks(sequence, motion)
    if not breaks:
        return ()
    total_s = sum(one.lost_s for one in breaks)
    cost = float(np.clip(_COST_PER_S * abs(total_s), _LEAST_COST, _MOST_COST))
    return (Doubt(_describe(total_s, at_s=breaks[0].at_s), cost),)


def find_rhythm_breaks(sequence: PoseSequence, motion: Motion) -> list[TimeBreak]:
    """Return the sure jumps of the clock in a run, in time order."""
    frame_s = float(np.median(np.diff(motion.time_s)))
    if len(motion.time_s) * frame_s < 4 * _SIDE_S:
        return []
    leads_s = find_stride_leads(motion, stride_hz=find_stride_rhythm(motion).frequency_hz.value)
    breaks = _find_large(leads_s, frame_s=frame_s) or _find_small(leads_s, sequence.change, frame_s=frame_s)
    return [TimeBreak(float(motion.time_s[row]), gained_s, error_s) for row, gained_s, error_s in breaks]


def _find_large(leads_s: Floats, *, frame_s: float) -> list[tuple[int, float, float]]:
    """Return the frames before which the legs clearly leave their rhythm, with the time gained and its error, s."""
    reach = _count_frames(_SIDE_S, frame_s)
    gains_s = _measure_gains(leads_s, reach=reach)
    error_s = _measure_scatter(gains_s)
    limit_s = max(_ALONE_S, _ALONE_FRAMES * frame_s, _ALONE_SURE * error_s)
    rows = _choose_apart(np.flatnonzero(np.abs(gains_s) > limit_s), np.abs(gains_s), apart=reach)
    return [(row, float(gains_s[row]), error_s) for row in rows]


def _find_small(leads_s: Floats, change: Floats, *, frame_s: float) -> list[tuple[int, float, float]]:
    """Return the frames whose picture changes more than its neighbours do, if together they gain time, as above."""
    reach = _count_frames(_NEAR_S, frame_s)
    gains_s, more = _measure_gains(leads_s, reach=reach), _compare_changes(change)
    rows = _choose_apart(np.flatnonzero((more > _CHANGES_MORE) & np.isfinite(gains_s)), more, apart=reach)
    elsewhere = np.ones(len(gains_s), dtype=bool)
    for row in rows:
        elsewhere[max(row - reach, 0) : row + reach + 1] = False
    if not rows or not np.isfinite(gains_s[elsewhere]).any():
        return []
    error_s = _measure_scatter(gains_s[elsewhere])
    least_s = max(_TOGETHER_FRAMES * frame_s, _TOGETHER_SURE * _MEDIAN_ERROR * error_s / len(rows) ** 0.5)
    if np.median(gains_s[rows]) < least_s:
        return []
    return [(row, float(gains_s[row]), error_s) for row in rows]


def _count_frames(lasting_s: float, frame_s: float) -> int:
    return max(round(lasting_s / frame_s), _FEWEST)


def _measure_gains(leads_s: Floats, *, reach: int) -> Floats:
    """Return how much the legs' lead on their rhythm grows from the frames before each one to those from it on (T,), s.

    NaN next to the ends. The median of so many frames on each side is the lead there: legs that cross are misread.
    """
    levels_s = np.median(np.lib.stride_tricks.sliding_window_view(leads_s, reach), axis=1)
    gains_s = np.full(len(leads_s), np.nan)
    gains_s[reach : len(leads_s) - reach + 1] = levels_s[reach:] - levels_s[:-reach]
    return gains_s - np.nanmedian(gains_s)  # a rhythm that time is missing from is too fast everywhere else


def _measure_scatter(gains_s: Floats) -> float:
    """Return the standard deviation of the gains, s, outliers left out."""
    return _TO_SIGMA * float(np.nanmedian(np.abs(gains_s)))


def _compare_changes(change: Floats) -> Floats:
    """Return how many times as much each picture changes as its neighbours do (T,)."""
    around = gather_neighbours(change, reach=2)
    usual = np.median(np.delete(around, 2, axis=1), axis=1)
    return change / np.maximum(usual, np.finfo(np.float64).tiny)


def _choose_apart(rows: Places, values: Floats, *, apart: int) -> list[int]:
    """Return the rows, in order, without those nearer to a row of a higher value that stays."""
    kept: list[int] = []
    for row in sorted(rows.tolist(), key=lambda row: -values[row]):
        if all(abs(row - other) >= apart for other in kept):
            kept.append(row)
    return sorted(kept)


def _describe(lost_s: float, *, at_s: float) -> Message:
    """Say how much time is missing or was added."""
    if lost_s > 0:
        return Message(
            "time_lost_in_run",
            "About {time_s:.0ms} of the run are missing, first at {at_s:.2s}: the file lost pictures, or their times "
            "were changed. The cadence is wrong. Use the original file from the camera.",
            time_s=lost_s,
            at_s=at_s,
        )
    return Message(
        "time_added_in_run",
        "The run is about {time_s:.0ms} too long, first at {at_s:.2s}: the file has extra pictures, or their times "
        "were changed. The cadence is wrong. Use the original file from the camera.",
        time_s=-lost_s,
        at_s=at_s,
    )
