"""A push-off: its joint angles, its peak velocity, and its power and force from jump height and body mass."""

from math import sqrt

import numpy as np

from kinemotion.motion.body import GRAVITY_M_S2, Arc, Motion
from kinemotion.motion.events import Event
from kinemotion.motion.metrics import Estimate, combine_errors, divide
from kinemotion.movements.jumps.body_path import compute_vertical_speed
from kinemotion.movements.jumps.jump_height import FusedFlight
from kinemotion.reconstruct.angles import Angle, is_seen_from_side, measure_angle

_SAYERS_ERROR_W = 372.9
"""Source: Sayers et al. 1999, 10.1097/00005768-199904000-00013: standard error of the regression."""
_ANGLES: dict[str, tuple[Angle, str]] = {
    "hip_flexion_lowest": ("hip_flexion", "propulsion"),
    "knee_flexion_lowest": ("knee_flexion", "propulsion"),
    "ankle_dorsiflexion_lowest": ("ankle_dorsiflexion", "propulsion"),
    "trunk_lean_lowest": ("trunk_lean", "propulsion"),
    "hip_flexion_takeoff": ("hip_flexion", "flight"),
    "knee_flexion_takeoff": ("knee_flexion", "flight"),
    "ankle_dorsiflexion_takeoff": ("ankle_dorsiflexion", "flight"),
    "knee_flexion_landing": ("knee_flexion", "landing"),
}
"""Metric, angle, and the phase at whose beginning it is taken."""
_INSTANTS = 200
"""Engineering limit: instants at which the push-off is searched for its peak velocity."""


def measure_push_off_angles(motion: Motion, starts: dict[str, Event]) -> dict[str, Estimate]:
    """Joint angles at the lowest point, at take-off and at landing, where the view shows them true."""
    if not is_seen_from_side(motion):
        return {}
    return {
        metric: measure_angle(motion, angle, time_s=starts[phase].time_s)
        for metric, (angle, phase) in _ANGLES.items()
        if phase in starts
    }


def estimate_peak_velocity(motion: Motion, flight: FusedFlight, *, since_s: float) -> Estimate:
    """Largest upward velocity of the push-off before a flight, which lasts since an instant, m/s.

    It is reached shortly before take-off, where the force has fallen to body weight: too abruptly for a smoothed path.
    But the velocity of take-off is known, and how the path bends into its parabola shows what was lost until then.
    """
    calibration = motion.calibration.push_off
    lost = None if flight.arc is None else _compute_loss(motion, flight.arc, takeoff_s=flight.takeoff.time_s)
    if lost is None:
        rising = compute_vertical_speed(motion, np.linspace(since_s, flight.takeoff.time_s, _INSTANTS))
        fastest = max(float(rising.max()), flight.velocity.value)
        return Estimate(
            fastest, combine_errors(calibration.smoothed_peak_error_m_s, motion.scale.relative_uncertainty * fastest)
        )
    return Estimate(
        flight.velocity.value + lost, combine_errors(flight.velocity.error, calibration.peak_velocity_error_m_s)
    )


def _compute_loss(motion: Motion, arc: Arc, *, takeoff_s: float) -> float | None:
    """Peak velocity less that at take-off, m/s; None where the path does not bend into its parabola in this way.

    A time u before take-off the path lies k uⁿ above the parabola, so the velocity exceeds that of take-off by
    g u - k n uⁿ⁻¹, which is largest where g = k n (n - 1) uⁿ⁻².
    """
    calibration, before_s = motion.calibration.push_off, takeoff_s - motion.time_s
    power, longest_s = calibration.extension_power, calibration.extension_time_s
    last = (before_s > 0) & (before_s < longest_s)
    gap_m = motion.com[last, 1] - np.array([arc.height_at(time_s) for time_s in motion.time_s[last]])
    shape = before_s[last] ** power
    if shape @ gap_m <= 0:
        return None
    factor = shape @ gap_m / (shape @ shape)
    fastest_s = (GRAVITY_M_S2 / (power * (power - 1) * factor)) ** (1 / (power - 2))
    return None if fastest_s > longest_s else float(GRAVITY_M_S2 * fastest_s * (power - 2) / (power - 1))


def estimate_push_off_loads(height: Estimate, mass_kg: float, *, push_off: Estimate | None) -> dict[str, Estimate]:
    """Power and force of a push-off, by metric; the mean ones only where its length, m, is known."""
    found = {
        "peak_power": Estimate(
            6070.0 * height.value + 45.3 * mass_kg - 2055.0, combine_errors(6070.0 * height.error, _SAYERS_ERROR_W)
        )
    }
    if push_off is None:
        return found
    weight = GRAVITY_M_S2 * mass_kg
    share = divide(height, push_off)
    force = Estimate(weight * (share.value + 1.0), weight * share.error)
    speed = sqrt(GRAVITY_M_S2 * height.value / 2.0)
    # The height raises both factors of the power, the push-off only one: d(ln P) = dF/F + dh/(2h).
    power_error = combine_errors(
        weight * (share.value + 0.5 * (share.value + 1.0)) * height.error / height.value,
        weight * share.value * push_off.error / push_off.value,
    )
    return found | {"mean_force": force, "mean_power": Estimate(force.value * speed, speed * power_error)}
