"""Samples together with those around them."""

import numpy as np

from kinemotion.motion.arrays import Floats


def gather_neighbours(values: Floats, *, reach: int) -> Floats:
    """Return each of the values (T,) with so many before and after it (T, 2 reach + 1); the ends are repeated."""
    padded = np.pad(values, reach, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
