"""Posture of a runner seen from the side, at the instants of a step. Forward is where the toes point."""

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.metrics import Estimate, combine_errors
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.reconstruct.angles import compute_angle, find_facing

_MIDDLE = (0.3, 0.5)
"""Engineering limit: part of a stance in which the whole foot lies on the ground and the knee is bent most under the
load. Right after it the legs cross, and models mistake them."""


def measure_trunk_lean(motion: Motion) -> Estimate:
    """Mean angle of the trunk to the vertical, degrees, forward positive."""
    lean = [compute_angle(motion, "trunk_lean", side=side).mean() for side in SIDES]
    return Estimate(float(np.mean(lean)), motion.calibration.gait.angle_error_deg)


def measure_step_posture(motion: Motion, stance: Phase) -> dict[str, Estimate | None]:
    """Posture metrics of one stance, by name; None where not visible or, for lengths, where no scale is measured."""
    side = find_side(stance)
    knee = compute_angle(motion, "knee_flexion", side=side)
    middle = _find_middle(motion, stance)
    return {
        "foot_strike_angle": _measure_strike_angle(motion, stance),
        "shin_angle_at_contact": _read_angle(motion, _measure_shin_angle(motion, side), event=stance.start),
        "knee_flexion_at_contact": _read_angle(motion, knee, event=stance.start),
        "knee_flexion_mid_stance": Estimate(float(np.median(knee[middle])), motion.calibration.gait.angle_error_deg)
        if middle.any()
        else None,
        "hip_extension_at_toeoff": _read_angle(
            motion, -compute_angle(motion, "hip_flexion", side=side), event=stance.end
        ),
        "overstride": _measure_overstride(motion, stance),
    }


def _read_angle(motion: Motion, angle_deg: Floats, *, event: Event) -> Estimate:
    """Return the angle (T,) at an event, deg; the faster it changes, the less certain for an event that is not."""
    speed = float(np.interp(event.time_s, motion.time_s, np.gradient(angle_deg, motion.time_s)))
    value = float(np.interp(event.time_s, motion.time_s, angle_deg))
    return Estimate(value, combine_errors(motion.calibration.gait.angle_error_deg, speed * event.uncertainty_s))


def _find_middle(motion: Motion, stance: Phase) -> Bools:
    """Return the frames (T,) in the middle of a stance."""
    share = (motion.time_s - stance.start_s) / stance.duration_s
    return (share >= _MIDDLE[0]) & (share <= _MIDDLE[1])


def find_side(stance: Phase) -> Side:
    """Return the foot that stands."""
    return "left" if stance.name.endswith("left") else "right"


def _measure_shin_angle(motion: Motion, side: Side) -> Floats:
    """Shin to the vertical (T,), degrees, the foot ahead of the knee positive."""
    shin = motion.joint(f"{side}_ankle") - motion.joint(f"{side}_knee")
    return np.degrees(np.arctan2(find_facing(motion) * shin[:, 0], -shin[:, 1]))


def _measure_strike_angle(motion: Motion, stance: Phase) -> Estimate | None:
    """Foot at touchdown to the same foot lying flat, degrees, toes up positive; None where it never lies flat."""
    side = find_side(stance)
    foot = motion.joint(f"{side}_foot_index") - motion.joint(f"{side}_heel")
    pitch = np.degrees(np.arctan2(foot[:, 1], find_facing(motion) * foot[:, 0]))
    flat = _find_middle(motion, stance)
    if not flat.any():
        return None
    landing = _read_angle(motion, pitch, event=stance.start)
    return Estimate(landing.value - float(np.median(pitch[flat])), landing.error)


def _measure_overstride(motion: Motion, stance: Phase) -> Estimate | None:
    """Ankle ahead of the hip at touchdown, m."""
    if not motion.scale.measured:
        return None
    side = find_side(stance)
    ahead = find_facing(motion) * (motion.joint(f"{side}_ankle") - motion.joint(f"{side}_hip"))[:, 0]
    reach = float(np.interp(stance.start_s, motion.time_s, ahead))
    return Estimate(
        reach, combine_errors(reach * motion.scale.relative_uncertainty, motion.calibration.gait.length_error_m)
    )
