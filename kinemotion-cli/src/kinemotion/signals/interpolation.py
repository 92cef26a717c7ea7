"""Filling gaps in sampled paths, and saying how far each filled value is from a measured one."""

import numpy as np

from kinemotion.motion.arrays import Bools, Floats


def fill_gaps(values: Floats, time_s: Floats) -> tuple[Floats, Floats]:
    """Return the values with gaps filled, and the time to the nearest measured sample (s, 0 where measured).

    Parameters
    ----------
    values
        (T, ...), NaN where unmeasured. Interior gaps are bridged by straight lines, the ends hold their nearest value;
        a column without any measured value stays NaN with an infinite distance.
    time_s
        (T,), s.
    """
    columns = values.reshape(len(values), -1)
    filled = columns.copy()
    distance = np.zeros_like(columns)
    for column in range(columns.shape[1]):
        known = np.isfinite(columns[:, column])
        if known.all():
            continue
        if not known.any():
            distance[:, column] = np.inf
            continue
        filled[:, column] = np.interp(time_s, time_s[known], columns[known, column])
        distance[:, column] = _measure_distance(time_s, known)
    return filled.reshape(values.shape), distance.reshape(values.shape)


def _measure_distance(time_s: Floats, known: Bools) -> Floats:
    """Time from each sample to the nearest known one (T,), s."""
    measured = time_s[known]
    after = np.clip(np.searchsorted(measured, time_s), 0, len(measured) - 1)
    before = np.clip(after - 1, 0, None)
    return np.minimum(np.abs(measured[after] - time_s), np.abs(time_s - measured[before]))
