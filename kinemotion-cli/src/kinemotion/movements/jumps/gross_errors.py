"""Gross errors of the silhouette at the ends of a flight, by view and size: no fit of an instant shows them.

From the side the soles are the lowest points of the picture. In an oblique view shadows lie beside and below them, and
the farther foot stands higher in the picture than the nearer one: the instants of oblique views err more.

In a coarse picture, of an athlete who is far away, the silhouette of a foot that leaves the ground hangs on to its
shadow, or ends above its toes, by centimetres and for several frames. Seen too low, the soles leave too late, and the
centre of mass seems too high above them: instant and posture err together.
"""

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2, Motion
from kinemotion.reconstruct.angles import measure_obliqueness
from kinemotion.reconstruct.event_timing import SOLE_SPEED_SHARE

COARSE_M_PER_PX = 0.006, 0.009
"""Engineering limit: up to the first, take-offs are as exact as in larger pictures; from the second on, all of the
error counts. A pixel of the silhouette's mask covers about 0.011 m."""


def estimate_gross_errors(motion: Motion) -> tuple[float, float]:
    """Return the standard errors, s, of a take-off and of a landing by gross errors, for the view of this motion."""
    calibration = motion.calibration.jump
    share = measure_obliqueness(motion.joints, motion.skeleton)
    lateral_s = np.array([calibration.takeoff_gross_error_s, calibration.landing_gross_error_s])
    oblique_s = np.array([calibration.oblique_takeoff_gross_error_s, calibration.oblique_landing_gross_error_s])
    takeoff_s, landing_s = lateral_s + share * (oblique_s - lateral_s)
    return float(takeoff_s), float(landing_s)


def collect_gross_errors(motion: Motion, *, low_soles: Floats) -> Floats:
    """Return what gross errors add to each measurement of a flight (N, 3): take-off, landing, soles.

    The first two measurements are the take-off and the landing, s. ``low_soles`` (N,) is the change of each for every
    metre that the soles are seen too low about the take-off.
    """
    gross = np.zeros((len(low_soles), 3))
    gross[[0, 1], [0, 1]] = estimate_gross_errors(motion)
    share = float(np.interp(motion.pixels.m_per_px, COARSE_M_PER_PX, (0.0, 1.0)))
    gross[:, 2] = share * motion.calibration.jump.coarse_sole_error_m * low_soles
    return gross


def estimate_sole_speed(duration_s: float) -> float:
    """Return how fast the soles rise right after the take-off of a flight of this duration, m/s."""
    return SOLE_SPEED_SHARE * 0.5 * GRAVITY_M_S2 * duration_s
