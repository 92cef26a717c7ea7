"""Local polynomials through samples at any times: value and slope between the frames."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from kinemotion.motion.arrays import Floats


@dataclass(frozen=True, slots=True)
class LocalFit:
    """Value and slope of a path at chosen instants; each (N, ...) as the path."""

    value: Floats
    slope: Floats
    """First derivative, per second."""


def fit_local(values: Floats, time_s: Floats, *, at_s: Floats, window_s: float, degree: int = 3) -> LocalFit:
    """Fit a least-squares polynomial around each instant, samples weighted by the tricube of their distance.

    Parameters
    ----------
    values
        (T, ...), without NaN; at least one sample.
    time_s
        (T,), s.
    at_s
        (N,), instants to evaluate at, s.
    window_s
        Full width of the window, widened where it holds too few samples for the degree.
    degree
        Degree of the polynomial, lower where there are too few samples for it.
    """
    columns = values.reshape(len(values), -1)
    count = min(degree + 2, len(time_s))
    found = np.zeros((2, len(at_s), columns.shape[1]))
    for row, instant in enumerate(at_s):
        offset = time_s - instant
        reach = max(window_s / 2, np.partition(np.abs(offset), count - 1)[count - 1] * 1.01)
        low, high = np.searchsorted(offset, (-reach, reach))
        unit = offset[low:high] / reach
        weight = np.sqrt((1.0 - np.abs(unit) ** 3) ** 3)
        design = np.vander(unit, min(degree, high - low - 1) + 1, increasing=True)
        solved = cast("Floats", np.linalg.lstsq(design * weight[:, None], columns[low:high] * weight[:, None])[0])
        found[: len(solved[:2]), row] = solved[:2]
        found[1, row] /= reach
    shape = (len(at_s), *values.shape[1:])
    return LocalFit(value=found[0].reshape(shape), slope=found[1].reshape(shape))
