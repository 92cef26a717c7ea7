"""Instants at which a sampled curve passes a level, found between the samples."""

from typing import Literal

import numpy as np

from kinemotion.motion.arrays import Floats

Direction = Literal["rising", "falling"]


def find_crossings(values: Floats, time_s: Floats, *, level: float = 0.0, direction: Direction = "rising") -> Floats:
    """Return the instants (N,), s, at which the straight lines between samples pass the level in that direction."""
    above = (values - level) * (1.0 if direction == "rising" else -1.0)
    [before] = np.nonzero((above[:-1] < 0) & (above[1:] >= 0))
    part = -above[before] / (above[before + 1] - above[before])
    return time_s[before] + part * (time_s[before + 1] - time_s[before])
