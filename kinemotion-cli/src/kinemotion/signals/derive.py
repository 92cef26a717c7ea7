"""Rates of change of sampled paths."""

from kinemotion.motion.arrays import Floats
from kinemotion.signals.smooth import local_fit


def derivative(values: Floats, time_s: Floats, *, window_s: float) -> Floats:
    """First derivative (T, ...) of the path, per second, smoothed over the window."""
    return local_fit(values, time_s, at_s=time_s, window_s=window_s).slope
