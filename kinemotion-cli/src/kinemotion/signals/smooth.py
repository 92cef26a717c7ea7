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
    offset_s = time_s - at_s[:, None]
    count = min(degree + 2, len(time_s))
    nearest_s = np.partition(np.abs(offset_s), count - 1, axis=1)[:, count - 1]
    reach_s = np.maximum(window_s / 2, nearest_s * 1.01)[:, None]
    inside = np.abs(offset_s) < reach_s
    width = int(inside.sum(axis=1).max(initial=count))
    first = np.minimum(inside.argmax(axis=1), len(time_s) - width)
    rows = first[:, None] + np.arange(width)  # all windows as long as the longest: what lies outside has no weight
    unit = (time_s[rows] - at_s[:, None]) / reach_s
    weight = np.sqrt((1.0 - np.minimum(np.abs(unit), 1.0) ** 3) ** 3)[..., None]
    powers = np.arange(min(degree, len(time_s) - 1) + 1)
    basis, triangle = np.linalg.qr(unit[..., None] ** powers * weight)
    pull = np.swapaxes(basis, -1, -2) @ (columns[rows] * weight)
    solved = cast("Floats", np.linalg.solve(triangle, pull))
    slope = solved[:, 1] / reach_s if len(powers) > 1 else np.zeros_like(solved[:, 0])
    shape = (len(at_s), *values.shape[1:])
    return LocalFit(value=solved[:, 0].reshape(shape), slope=slope.reshape(shape))
