"""The path of the centre of mass around a jump: heights, speeds and the lowest point, smoothed no more than needed."""

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.metrics import Estimate, combine_errors
from kinemotion.signals.crossings import find_crossings
from kinemotion.signals.smooth import LocalFit, fit_local

_HEIGHT_WINDOW_S, _SPEED_WINDOW_S = 0.14, 0.15
"""Engineering limit: windows of the local parabolas for height and speed, the shortest that average the landmarks'
jitter below what is asked of each."""
_INSTANTS = 400
"""Engineering limit: instants at which the path before a take-off is searched for a turn, milliseconds apart."""


def interpolate_height(motion: Motion, time_s: float) -> float:
    """Return the height of the centre of mass at one instant, m."""
    return float(fit_path(motion, np.array([time_s]), window_s=_HEIGHT_WINDOW_S).value[0])


def compute_vertical_speed(motion: Motion, at_s: Floats) -> Floats:
    """Vertical velocity of the centre of mass at the instants (N,), m/s."""
    return fit_path(motion, at_s, window_s=_SPEED_WINDOW_S).slope


def find_lowest_point(motion: Motion, *, before_s: float) -> float | None:
    """Instant of the lowest centre of mass from which the push-off rose, s; None where it lies outside the motion."""
    instants_s: Floats = np.linspace(float(motion.time_s[0]), before_s, _INSTANTS)
    turns = find_crossings(compute_vertical_speed(motion, instants_s), instants_s)
    return float(turns[-1]) if len(turns) else None


def estimate_height_difference(motion: Motion, value_m: float) -> Estimate:
    """A difference in height of the centre of mass between two postures, m, with its error."""
    error_m = motion.calibration.jump.height_difference_error_m
    return Estimate(value_m, combine_errors(error_m, motion.scale.relative_uncertainty * value_m))


def fit_path(motion: Motion, at_s: Floats, *, window_s: float) -> LocalFit:
    """Local parabolas through the height of the centre of mass at the instants (N,)."""
    return fit_local(motion.com[:, 1], motion.time_s, at_s=at_s, window_s=window_s, degree=2)
