"""Peaks of a curve. SciPy has them too, but loading its signal package takes a second and 78 MB."""

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Floats

Places = NDArray[np.intp]


def find_peak_middles(values: Floats, *, distance: int, prominence: float) -> Floats:
    """Return the middles of a curve's (T,) peaks at half of their prominence, in samples, in order.

    Of peaks nearer than ``distance`` samples the highest stays; then those of less prominence go. Prominence and width
    are those of `scipy.signal.find_peaks`.
    """
    middles: list[float] = []
    for peak in _keep_distance(_find_maxima(values), values, distance=distance):
        left, right = _find_bases(values, peak)
        prominent = float(values[peak] - max(values[left], values[right]))
        if prominent >= prominence:
            middles.append(
                _find_middle(values, peak, left=left, right=right, height=float(values[peak]) - 0.5 * prominent)
            )
    return np.array(middles)


def _find_maxima(values: Floats) -> Places:
    """Return the samples that are higher than both neighbours; of a flat top the middle one."""
    begins = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    ends = np.append(begins[1:], len(values)) - 1
    heights = values[begins]
    inner = np.flatnonzero((heights[1:-1] > heights[:-2]) & (heights[1:-1] > heights[2:])) + 1
    return (begins[inner] + ends[inner]) // 2


def _keep_distance(peaks: Places, values: Floats, *, distance: int) -> Places:
    """Return the peaks without those that lie too near to a higher one that stays."""
    kept = np.ones(len(peaks), dtype=bool)
    for place in np.argsort(values[peaks])[::-1]:
        if kept[place]:
            kept &= (np.abs(peaks - peaks[place]) >= distance) | (np.arange(len(peaks)) == place)
    return peaks[kept]


def _find_bases(values: Floats, peak: int) -> tuple[int, int]:
    """Return the lowest sample on each side of a peak, up to the next higher one."""
    higher = np.flatnonzero(values > values[peak])
    first = max((place for place in higher if place < peak), default=-1) + 1
    last = min((place for place in higher if place > peak), default=len(values)) - 1
    left = peak - int(np.argmin(values[first : peak + 1][::-1]))
    right = peak + int(np.argmin(values[peak : last + 1]))
    return left, right


def _find_middle(values: Floats, peak: int, *, left: int, right: int, height: float) -> float:
    """Return the middle between the places on both sides of a peak at which the curve falls to a height."""
    low_left = max((place for place in range(left, peak + 1) if values[place] <= height), default=left)
    low_right = min((place for place in range(peak, right + 1) if values[place] <= height), default=right)
    begin, end = float(low_left), float(low_right)
    if values[low_left] < height:
        begin += (height - values[low_left]) / (values[low_left + 1] - values[low_left])
    if values[low_right] < height:
        end -= (height - values[low_right]) / (values[low_right - 1] - values[low_right])
    return 0.5 * (begin + end)
