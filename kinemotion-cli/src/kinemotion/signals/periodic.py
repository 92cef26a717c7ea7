"""The rhythm of a movement that repeats, found from all its curves at once."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.metrics import Estimate

_NEARLY = 0.85
"""Engineering limit: share of the best explanation that a multiple of its frequency must reach to be the base."""
_STRAIGHT = 1e-12
"""Engineering limit: curves that leave straight lines by a smaller share of their sum of squares do not swing; what
leaves them is rounding."""

_PLACES = 120
"""Engineering limit: places in a cycle among which that of a sample is sought, and then between them."""

_AT_ONCE = 16
"""Engineering limit: frequencies that are compared at once; more take memory and are no quicker."""
_RIDGE = 1e-12
"""Engineering limit: share that is added to the squares of each wave, so that one that too few samples show is left
out."""

_GOLDEN = (sqrt(5) - 1) / 2
"""Source: Kiefer 1953, 10.1090/S0002-9939-1953-0055639-3: share of its interval that a golden section search keeps."""
_PRECISION_HZ = 1e-6
"""Engineering limit: a frequency is found this exactly."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The common frequency of several curves."""

    frequency_hz: Estimate
    explained: float
    """Share of the curves' variance that a periodic motion of this frequency explains, 0 to 1."""


def build_harmonics(time_s: Floats, frequency_hz: float, *, count: int) -> Floats:
    """Return the design matrix (T, 2 + 2 count): a straight line, then cosine and sine of each harmonic."""
    phase = 2 * np.pi * frequency_hz * (time_s - time_s.mean())
    waves = [wave(order * phase) for order in range(1, count + 1) for wave in (np.cos, np.sin)]
    return np.column_stack([np.ones_like(time_s), time_s - time_s.mean(), *waves])


def find_rhythm(curves: Floats, time_s: Floats, *, band_hz: tuple[float, float], count: int = 3) -> Rhythm:
    """Find the frequency whose harmonics explain the curves best.

    Parameters
    ----------
    curves
        (T, C), any common unit, without NaN.
    time_s
        (T,), s.
    band_hz
        Lowest and highest frequency believed.
    count
        Number of harmonics.

    Notes
    -----
    The error follows from the curvature of the residual sum of squares at its minimum (non-linear least squares), with
    one independent residual in each quarter cycle: as long as a body stays off its rhythm.
    """
    size = float(np.sum(curves**2))
    curves = curves - curves.mean(axis=0)
    swings = _subtract(build_harmonics(time_s, 1.0, count=0), curves)
    total = float(np.sum(swings**2))
    if total <= _STRAIGHT * size:
        low, high = band_hz
        return Rhythm(Estimate((low + high) / 2, (high - low) / sqrt(12)), explained=0.0)

    def cost(frequency_hz: float) -> float:
        return _measure_unexplained(build_harmonics(time_s, frequency_hz, count=count), curves)

    length_s = float(time_s[-1] - time_s[0])
    grid = np.arange(band_hz[0], band_hz[1], 0.1 / length_s)
    costs = np.concatenate([_compare(swings, time_s, grid=part, count=count) for part in _split(grid)])
    best = _sharpen(cost, grid[_find_fundamental(grid, costs, total=total)], reach=0.2 / length_s)
    least = cost(best)
    step = 0.05 / length_s
    curvature = (cost(best + step) - 2 * least + cost(best - step)) / step**2
    independent = max(4 * best * length_s, 8.0)
    error = np.sqrt(2 * least / independent / max(curvature, 1e-12))
    return Rhythm(Estimate(best, float(error)), 1.0 - least / total)


def find_leads(curves: Floats, time_s: Floats, *, frequency_hz: float, count: int = 3) -> Floats:
    """Find how far each sample is ahead of the rhythm of all (T,), s, within half a cycle to both sides.

    The curves (T, C), any common unit, without NaN, give the usual cycle; a sample is where it comes nearest to it.
    """
    design = build_harmonics(time_s, frequency_hz, count=count)
    found = np.linalg.lstsq(design, curves, rcond=None)[0]
    cycle_s = np.arange(_PLACES) / (_PLACES * frequency_hz)
    usual = build_harmonics(cycle_s - cycle_s.mean(), frequency_hz, count=count)
    waves = usual[:, 2:] @ found[2:]
    swings = curves - design[:, :2] @ found[:2]
    distance = np.sum(waves**2, axis=1) - 2 * swings @ waves.T
    nearest = distance.argmin(axis=1)
    before, here, after = (
        np.take_along_axis(distance, ((nearest + step) % _PLACES)[:, None], axis=1)[:, 0] for step in (-1, 0, 1)
    )
    between = 0.5 * (before - after) / np.maximum(before - 2 * here + after, np.finfo(np.float64).tiny)
    share = (nearest + np.clip(between, -0.5, 0.5)) / _PLACES
    expected = frequency_hz * (time_s - time_s.mean()) + frequency_hz * cycle_s.mean()
    return ((share - expected + 0.5) % 1.0 - 0.5) / frequency_hz


def _split(grid: Floats) -> list[Floats]:
    return [grid[first : first + _AT_ONCE] for first in range(0, len(grid), _AT_ONCE)]


def _compare(swings: Floats, time_s: Floats, *, grid: Floats, count: int) -> Floats:
    """Return what the harmonics of each frequency (F,) leave of curves without drift (T, C), a sum of squares (F,).

    The normal equations of all are solved at once: exact enough to choose one, and quicker than as many fits.
    """
    centred = time_s - time_s.mean()
    turn = np.exp(2j * np.pi * grid[:, None] * centred)
    waves = [part for power in accumulate([turn] * count, np.multiply) for part in (power.real, power.imag)]
    line = np.broadcast_to(np.stack([np.ones_like(centred), centred / np.ptp(centred)]), (len(grid), 2, len(centred)))
    design = np.concatenate([line, np.stack(waves, axis=1)], axis=1)
    products = design @ design.swapaxes(1, 2) + _RIDGE * len(centred) * np.eye(design.shape[1])
    pull = design @ swings
    return np.sum(swings**2) - (pull * np.linalg.solve(products, pull)).sum(axis=(1, 2))


def _find_fundamental(grid: Floats, costs: Floats, *, total: float) -> int:
    """Position of the highest frequency that explains nearly as much as the best: a fraction of it only fits more."""
    explained = 1.0 - costs / total
    best = int(explained.argmax())
    for multiple in (4, 3, 2):
        near = np.abs(grid / grid[best] - multiple) < 0.03 * multiple
        if near.any() and explained[near].max() > _NEARLY * explained[best]:
            return int(np.flatnonzero(near)[explained[near].argmax()])
    return best


def _sharpen(cost: Callable[[float], float], start: float, *, reach: float) -> float:
    """Return the frequency of least cost within reach of a start, by golden section search.

    `scipy.optimize` has such a search and takes 0.4 s to load.
    """
    low, high = start - reach, start + reach
    inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    costs = [cost(inner[0]), cost(inner[1])]
    while high - low > _PRECISION_HZ:
        if costs[0] < costs[1]:
            high, inner[1], costs[1] = inner[1], inner[0], costs[0]
            inner[0] = high - _GOLDEN * (high - low)
            costs[0] = cost(inner[0])
        else:
            low, inner[0], costs[0] = inner[0], inner[1], costs[1]
            inner[1] = low + _GOLDEN * (high - low)
            costs[1] = cost(inner[1])
    return (low + high) / 2


def _measure_unexplained(design: Floats, curves: Floats) -> float:
    """Sum of squares the design leaves in the curves."""
    return float(np.sum(_subtract(design, curves) ** 2))


def _subtract(design: Floats, curves: Floats) -> Floats:
    """Return what the design leaves of the curves."""
    return curves - design @ np.linalg.lstsq(design, curves, rcond=None)[0]
