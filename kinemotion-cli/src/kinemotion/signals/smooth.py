"""Local polynomials through samples at any times: value and derivatives between the frames."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from kinemotion.motion.arrays import Floats


@dataclass(frozen=True, slots=True)
class LocalFit:
    """Value and first two derivatives of a path at chosen instants; each (N, ...) as the path."""

    value: Floats
    slope: Floats
    """Per second."""
    curvature: Floats
    """Second derivative, per second squared."""


def local_fit(values: Floats, time_s: Floats, *, at_s: Floats, window_s: float, degree: int = 3) -> LocalFit:
    """Least-squares polynomial around each instant, samples weighted by the tricube of their distance.

    Parameters
    ----------
    values
        (T, ...), without NaN.
    time_s
        (T,), s.
    at_s
        (N,), instants to evaluate at, s.
    window_s
        Full width of the window, widened where it holds too few samples for the degree.
    degree
        Degree of the polynomial, at least 2.
    """
    columns = values.reshape(len(values), -1)
    count = min(degree + 2, len(time_s))
    found = np.empty((len(at_s), 3, columns.shape[1]))
    for row, instant in enumerate(at_s):
        offset = time_s - instant
        reach = max(window_s / 2, np.partition(np.abs(offset), count - 1)[count - 1] * 1.01)
        low, high = np.searchsorted(offset, (-reach, reach))
        unit = offset[low:high] / reach
        weight = np.sqrt((1.0 - np.abs(unit) ** 3) ** 3)
        design = np.vander(unit, min(degree, high - low - 1) + 1, increasing=True)
        solved = cast("Floats", np.linalg.lstsq(design * weight[:, None], columns[low:high] * weight[:, None])[0])
        found[row] = _derivatives(solved, reach)
    shape = (len(at_s), *values.shape[1:])
    return LocalFit(*(found[:, order].reshape(shape) for order in range(3)))


def _derivatives(coefficients: Floats, reach: float) -> Floats:
    """Value, slope and second derivative (3, C) at the middle, from coefficients in units of the reach."""
    padded = np.zeros((3, coefficients.shape[1]))
    padded[: len(coefficients[:3])] = coefficients[:3]
    return padded * np.array([[1.0], [1.0 / reach], [2.0 / reach**2]])


def smooth(values: Floats, time_s: Floats, *, window_s: float) -> Floats:
    """The path (T, ...) without its fast noise."""
    return local_fit(values, time_s, at_s=time_s, window_s=window_s).value
