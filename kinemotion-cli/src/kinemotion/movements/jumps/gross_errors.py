"""Rare gross errors of the silhouette at the ends of a flight, by the view: no fit of an instant shows them.

From the side the soles are the lowest points of the picture. In an oblique view shadows lie beside and below them, and
the farther foot stands higher in the picture than the nearer one: the instants of oblique views err more.
"""

import numpy as np

from kinemotion.motion.body import Motion
from kinemotion.reconstruct.angles import measure_obliqueness


def estimate_gross_errors(motion: Motion) -> tuple[float, float]:
    """Return the standard errors, s, of a take-off and of a landing by gross errors, for the view of this motion."""
    calibration = motion.calibration.jump
    share = measure_obliqueness(motion.joints, motion.skeleton)
    lateral_s = np.array([calibration.takeoff_gross_error_s, calibration.landing_gross_error_s])
    oblique_s = np.array([calibration.oblique_takeoff_gross_error_s, calibration.oblique_landing_gross_error_s])
    takeoff_s, landing_s = lateral_s + share * (oblique_s - lateral_s)
    return float(takeoff_s), float(landing_s)
