"""Intervals of samples that have something in common."""

import numpy as np

from kinemotion.motion.arrays import Bools


def find_intervals(flags: Bools) -> list[tuple[int, int]]:
    """Return first and last sample, both included, of every interval of the flags (T,) that is set, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [(int(first), int(beyond) - 1) for first, beyond in zip(edges[::2], edges[1::2], strict=True)]
