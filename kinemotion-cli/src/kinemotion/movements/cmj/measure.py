"""Numbers of a countermovement jump from what was detected."""

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.events import measure_elapsed
from kinemotion.motion.metrics import Estimate, combine_errors, divide
from kinemotion.motion.report import Measurement
from kinemotion.movements.cmj import CmjOptions
from kinemotion.movements.cmj.detect import CmjDetection
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.movements.jumps.body_path import (
    compute_vertical_speed,
    estimate_height_difference,
    interpolate_height,
)
from kinemotion.movements.jumps.jump_height import measure_posture_height
from kinemotion.movements.jumps.other_movements import doubt_same_ground
from kinemotion.movements.jumps.push_off import (
    estimate_peak_velocity,
    estimate_push_off_loads,
    measure_push_off_angles,
)

_INSTANTS = 200
"""Engineering limit: instants at which the downward velocity is searched for its peak."""
_SPANS = {
    "unweighting_duration": ("unweighting", "braking"),
    "braking_duration": ("braking", "propulsion"),
    "eccentric_duration": ("unweighting", "propulsion"),
    "concentric_duration": ("propulsion", "flight"),
    "time_to_takeoff": ("unweighting", "flight"),
}
"""Metric, and the phases at whose starts it begins and ends."""


def measure(detection: CmjDetection, *, athlete: Athlete, options: CmjOptions) -> Measurement:
    """Height, depth, durations, velocities and angles of one jump."""
    del options
    motion, flight, starts = detection.motion, detection.flight, detection.starts
    found = flight.metrics | _measure_durations(detection) | measure_push_off_angles(motion, starts)
    push_off = None
    if motion.scale.measured and "propulsion" in starts:
        lowest_s = starts["propulsion"].time_s
        takeoff_m = measure_posture_height(motion, flight.takeoff)
        push_off = estimate_height_difference(motion, takeoff_m - interpolate_height(motion, lowest_s))
        found["peak_concentric_velocity"] = estimate_peak_velocity(motion, flight, since_s=lowest_s)
        found |= _measure_from_standing(detection, takeoff_m=takeoff_m)
    if "time_to_takeoff" in found:
        found["rsi_modified"] = divide(flight.height, found["time_to_takeoff"])
    if athlete.mass_kg is not None:
        found |= estimate_push_off_loads(flight.height, athlete.mass_kg, push_off=push_off)
    return Measurement(CmjMetrics(**found), doubts=doubt_same_ground(motion, flight))


def _measure_durations(detection: CmjDetection) -> dict[str, Estimate]:
    """Durations of what comes before the flight, as far as it was filmed."""
    starts = detection.starts
    return {
        name: measure_elapsed(starts[first], starts[last])
        for name, (first, last) in _SPANS.items()
        if first in starts and last in starts
    }


def _measure_from_standing(detection: CmjDetection, *, takeoff_m: float) -> dict[str, Estimate]:
    """Return how deep, how fast and how high from the stand; nothing where the athlete was not seen to stand."""
    motion, flight, standing, starts = detection.motion, detection.flight, detection.standing, detection.starts
    if standing is None:
        return {}
    onset_s, lowest_s = starts["unweighting"].time_s, starts["propulsion"].time_s
    sinking = float(compute_vertical_speed(motion, np.linspace(onset_s, lowest_s, _INSTANTS)).min())
    sinking_error = combine_errors(
        motion.calibration.push_off.sinking_velocity_error_m_s, motion.scale.relative_uncertainty * sinking
    )
    above = estimate_height_difference(motion, takeoff_m - standing.height_m)
    return {
        "countermovement_depth": estimate_height_difference(
            motion, standing.height_m - interpolate_height(motion, lowest_s)
        ),
        "peak_eccentric_velocity": Estimate(sinking, sinking_error),
        "jump_height_above_standing": Estimate(
            flight.height.value + above.value, combine_errors(flight.height.error, above.error)
        ),
    }
