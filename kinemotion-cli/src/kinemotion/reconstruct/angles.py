"""Joint angles in the plane of the picture, in degrees: 0 is a straight hip and knee, flexion is positive.

Hips are taken at the joint, a little behind the landmark. The ankle is measured from neutral (foot at a right angle to
the shank), dorsiflexion positive; the trunk from the vertical, leaning forward positive. They are true angles in a side
view only.
"""

from typing import Literal

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.skeleton import SIDES, Side, Skeleton
from kinemotion.signals.smooth import fit_local

Angle = Literal["hip_flexion", "knee_flexion", "ankle_dorsiflexion", "trunk_lean"]

_WINDOW_S = 0.1
"""Engineering limit: time over which an angle at one instant is smoothed."""
_FLAT_QUANTILE = 0.25
"""Engineering limit: quantile over frames of the ankle above the sole at which the foot is flat."""
_LATERAL_WIDTH = 0.4
"""Engineering limit: width of shoulders and hips in the picture, over the trunk's length, halfway to a front view."""
_TURNED = (0.1, 0.2)
"""Engineering limit: such a width up to which a view is lateral, and from which on it is oblique. A camera 20 degrees
from the side shows the latter."""


def find_facing(motion: Motion) -> float:
    """Return the direction that the athlete faces in the picture: 1 right, -1 left."""
    toes = np.mean([motion.joint(f"{side}_foot_index") - motion.joint(f"{side}_heel") for side in SIDES], axis=0)
    return 1.0 if np.median(toes[:, 0]) >= 0 else -1.0


def is_seen_from_side(motion: Motion) -> bool:
    """Return whether the view is lateral enough for the angles: shoulders and hips hide behind each other."""
    return measure_frontal_width(motion.joints, motion.skeleton) < _LATERAL_WIDTH


def measure_obliqueness(points: Floats, skeleton: Skeleton) -> float:
    """Return 0 for a view from the side, 1 for an oblique one; see ``measure_frontal_width``."""
    return float(np.interp(measure_frontal_width(points, skeleton), _TURNED, (0.0, 1.0)))


def measure_frontal_width(points: Floats, skeleton: Skeleton) -> float:
    """Return the width of shoulders and hips in the picture over the trunk's length: 0 at the side.

    ``points`` (T, K, 2), of any unit, without gaps.
    """

    def path(side: Side, part: str) -> Floats:
        return points[:, skeleton.index[f"{side}_{part}"]]

    width = [abs(float(np.median((path("left", part) - path("right", part))[:, 0]))) for part in ("shoulder", "hip")]
    trunk = [float(np.median(np.linalg.norm(path(side, "shoulder") - path(side, "hip"), axis=1))) for side in SIDES]
    return sum(width) / sum(trunk)


def compute_angle(motion: Motion, name: Angle, *, side: Side) -> Floats:
    """Return the angle over the whole motion (T,), deg."""
    shoulder, hip, knee, ankle = (motion.joint(f"{side}_{part}") for part in ("shoulder", "hip", "knee", "ankle"))
    forward = find_facing(motion)
    geometry = motion.calibration.landmarks
    hip = hip - np.array(
        [geometry.hip_in_front_of_joint * forward * np.median(np.linalg.norm(shoulder - hip, axis=1)), 0.0]
    )
    folded = forward * _compute_turn(hip - shoulder, knee - hip)
    slid = np.maximum(folded - geometry.folded_from_deg, 0.0)
    match name:
        case "hip_flexion":
            turned = folded + geometry.folded_hip_share * slid
        case "knee_flexion":
            turned = -forward * _compute_turn(knee - hip, ankle - knee) + geometry.folded_knee_share * slid
        case "ankle_dorsiflexion":
            pitch = _measure_pitch(motion, side)
            foot = np.column_stack([forward * np.cos(pitch), -np.sin(pitch)])
            turned = forward * _compute_turn(ankle - knee, foot) - 90.0
        case "trunk_lean":
            turned = -forward * _compute_turn(np.broadcast_to([0.0, 1.0], shoulder.shape), shoulder - hip)
    return turned


def _measure_pitch(motion: Motion, side: Side) -> Floats:
    """Return how far the foot is tipped onto its toes (T,), rad, by the ankle's height above the sole.

    BlazePose's heel and toe turn with the shank, so the foot's own points do not show it.
    """
    geometry = motion.calibration.landmarks
    sole = motion.sole[:, SIDES.index(side), 1]
    ankle = motion.joint(f"{side}_ankle")
    above = ankle[:, 1] - np.where(np.isfinite(sole), sole, 0.0)
    shank = np.median(np.linalg.norm(motion.joint(f"{side}_knee") - ankle, axis=1))
    risen = (above - np.quantile(above, _FLAT_QUANTILE)) / shank - geometry.ankle_wander
    return np.arcsin(np.clip(risen / geometry.ankle_to_ball, 0.0, 1.0))


def measure_angle(motion: Motion, name: Angle, *, time_s: float) -> Estimate:
    """Return the angle at one instant, deg, mean of both sides, with its error."""
    [angle] = measure_angles(motion, name, at_s=np.array([time_s]))
    return angle


def measure_angles(motion: Motion, name: Angle, *, at_s: Floats) -> list[Estimate]:
    """Return the angle at each instant, deg, mean of both sides, with its error."""
    both = np.mean([compute_angle(motion, name, side=side) for side in SIDES], axis=0)
    values = fit_local(both, motion.time_s, at_s=at_s, window_s=_WINDOW_S, degree=2).value
    return [
        Estimate(float(value), _estimate_error_deg(motion, name, time_s=float(time_s)))
        for value, time_s in zip(values, at_s, strict=True)
    ]


def _compute_turn(first: Floats, second: Floats) -> Floats:
    """Angle (T,) from the first direction to the second, deg, counter-clockwise with y up, within ±180."""
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    return np.degrees(np.arctan2(cross, (first * second).sum(axis=1)))


_SPAN: dict[Angle, tuple[tuple[str, str], ...]] = {
    "hip_flexion": (("shoulder", "hip"), ("hip", "knee")),
    "knee_flexion": (("hip", "knee"), ("knee", "ankle")),
    "ankle_dorsiflexion": (("knee", "ankle"),),
    "trunk_lean": (("shoulder", "hip"),),
}
"""Segments of landmarks that make each angle."""


def _estimate_error_deg(motion: Motion, name: Angle, *, time_s: float) -> float:
    """Standard error of an angle: each end of each segment displaced by its joint's error, and the joints' offsets."""
    index = int(np.argmin(np.abs(motion.time_s - time_s)))
    errors = motion.calibration.angles
    own_deg = {
        "hip_flexion": errors.hip_error_deg,
        "knee_flexion": errors.knee_error_deg,
        "ankle_dorsiflexion": errors.ankle_error_deg,
        "trunk_lean": errors.trunk_error_deg,
    }[name]
    variance = np.radians(own_deg) ** 2
    if name == "ankle_dorsiflexion":
        variance += (errors.pitch_error * float(np.mean([_measure_pitch(motion, side)[index] for side in SIDES]))) ** 2
    for ends in _SPAN[name]:
        start, end = (motion.skeleton.index[f"left_{end}"] for end in ends)
        length = np.median(np.linalg.norm(motion.joints[:, start] - motion.joints[:, end], axis=1))
        variance += (
            float(motion.joint_error[index, start] ** 2 + motion.joint_error[index, end] ** 2) / float(length) ** 2
        )
    return float(np.degrees(np.sqrt(variance)))
