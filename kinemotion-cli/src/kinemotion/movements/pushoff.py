"""What a push-off is like: the joint angles that bound it, and its power and force by jump height and body mass."""

from math import sqrt

from kinemotion.motion.body import GRAVITY_M_S2, Motion
from kinemotion.motion.events import Event
from kinemotion.motion.metrics import Estimate, combined, ratio
from kinemotion.reconstruct.angles import Angle, angle_at, seen_from_side

_SAYERS_ERROR_W = 372.9
"""Standard error of the regression of Sayers et al. 1999."""
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


def push_off_angles(motion: Motion, begins: dict[str, Event]) -> dict[str, Estimate]:
    """Joint angles at the lowest point, at take-off and at landing, where the view shows them true."""
    if not seen_from_side(motion):
        return {}
    return {
        metric: angle_at(motion, angle, time_s=begins[phase].time_s)
        for metric, (angle, phase) in _ANGLES.items()
        if phase in begins
    }


def push_off_loads(height: Estimate, mass_kg: float, *, push_off: Estimate | None) -> dict[str, Estimate]:
    """Power and force of the push-off; the mean ones only where its length, m, is known."""
    found = {
        "peak_power": Estimate(
            6070.0 * height.value + 45.3 * mass_kg - 2055.0, combined(6070.0 * height.error, _SAYERS_ERROR_W)
        )
    }
    if push_off is None:
        return found
    weight = GRAVITY_M_S2 * mass_kg
    share = ratio(height, push_off)
    force = Estimate(weight * (share.value + 1.0), weight * share.error)
    speed = sqrt(GRAVITY_M_S2 * height.value / 2.0)
    # The height raises both factors of the power, the push-off only one: d(ln P) = dF/F + dh/(2h).
    power_error = combined(
        weight * (share.value + 0.5 * (share.value + 1.0)) * height.error / height.value,
        weight * share.value * push_off.error / push_off.value,
    )
    return found | {"mean_force": force, "mean_power": Estimate(force.value * speed, speed * power_error)}
