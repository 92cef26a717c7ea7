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
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.signals.smooth import local_fit

Angle = Literal["hip_flexion", "knee_flexion", "ankle_dorsiflexion", "trunk_lean"]

_WINDOW_S = 0.1
_OFFSET_ERROR_DEG, _PITCH_ERROR = 3.0, 0.33
"""What landmarks that lie beside the joints do to an angle, most in deep flexion, and the error of a foot's pitch, in
shares of it (rendered athletes)."""
_HIP_BACK = 0.09
"""From the side, BlazePose's hip lies in front of the joint by this share of the trunk (rendered athletes)."""
_FOLDED_DEG, _HIP_SLIDES, _KNEE_SLIDES = 60.0, 0.10, 0.19
"""In a squat BlazePose's hips and ankles slide towards the knees: from this hip flexion on, hip and knee are bent more
than its points by these shares of what goes beyond. Rendered athletes; runners and drop jumps do not get there."""
_FLAT_QUANTILE, _ANKLE_SLACK, _ANKLE_TO_BALL = 0.25, 0.045, 0.21
"""The ankle above the sole: quantile over frames at which the foot is flat, wander of the landmark, and height it gains
when the foot is upright; the last two in shanks, from rendered athletes."""
_LATERAL_WIDTH = 0.4
"""Shoulders and hips this wide in the picture, over the trunk's length: a view from halfway to the front."""


def facing(motion: Motion) -> float:
    """Direction the athlete faces in the picture: 1 right, -1 left."""
    toes = np.mean([motion.joint(f"{side}_foot_index") - motion.joint(f"{side}_heel") for side in SIDES], axis=0)
    return 1.0 if np.median(toes[:, 0]) >= 0 else -1.0


def seen_from_side(motion: Motion) -> bool:
    """Whether the view is lateral enough for the angles: shoulders and hips hide behind each other."""
    return frontal_width(motion) < _LATERAL_WIDTH


def frontal_width(motion: Motion) -> float:
    """Width of shoulders and hips in the picture over the trunk's length: 0 from the side, some 0.6 from the front."""
    width_m = [
        abs(float(np.median(motion.joint(f"left_{part}")[:, 0] - motion.joint(f"right_{part}")[:, 0])))
        for part in ("shoulder", "hip")
    ]
    trunk_m = [
        float(np.median(np.linalg.norm(motion.joint(f"{side}_shoulder") - motion.joint(f"{side}_hip"), axis=1)))
        for side in ("left", "right")
    ]
    return sum(width_m) / sum(trunk_m)


def angle(motion: Motion, name: Angle, *, side: Side) -> Floats:
    """The angle over the whole motion (T,), deg."""
    shoulder, hip, knee, ankle = (motion.joint(f"{side}_{part}") for part in ("shoulder", "hip", "knee", "ankle"))
    forward = facing(motion)
    hip = hip - np.array([_HIP_BACK * forward * np.median(np.linalg.norm(shoulder - hip, axis=1)), 0.0])
    folded = forward * _turn(hip - shoulder, knee - hip)
    slid = np.maximum(folded - _FOLDED_DEG, 0.0)
    match name:
        case "hip_flexion":
            turned = folded + _HIP_SLIDES * slid
        case "knee_flexion":
            turned = -forward * _turn(knee - hip, ankle - knee) + _KNEE_SLIDES * slid
        case "ankle_dorsiflexion":
            pitch = _pitch(motion, side)
            foot = np.column_stack([forward * np.cos(pitch), -np.sin(pitch)])
            turned = forward * _turn(ankle - knee, foot) - 90.0
        case "trunk_lean":
            turned = -forward * _turn(np.broadcast_to([0.0, 1.0], shoulder.shape), shoulder - hip)
    return turned


def _pitch(motion: Motion, side: Side) -> Floats:
    """How far the foot is tipped onto its toes (T,), rad, told from the ankle's height above the sole.

    BlazePose's heel and toe turn with the shank, so the foot's own points do not show it.
    """
    sole = motion.sole[:, SIDES.index(side), 1]
    ankle = motion.joint(f"{side}_ankle")
    above = ankle[:, 1] - np.where(np.isfinite(sole), sole, 0.0)
    shank = np.median(np.linalg.norm(motion.joint(f"{side}_knee") - ankle, axis=1))
    risen = (above - np.quantile(above, _FLAT_QUANTILE)) / shank - _ANKLE_SLACK
    return np.arcsin(np.clip(risen / _ANKLE_TO_BALL, 0.0, 1.0))


def angle_at(motion: Motion, name: Angle, *, time_s: float) -> Estimate:
    """The angle at one instant, deg, mean of both sides, with the error that the landmarks' errors make."""
    both = np.mean([angle(motion, name, side=side) for side in SIDES], axis=0)
    value = local_fit(both, motion.time_s, at_s=np.array([time_s]), window_s=_WINDOW_S, degree=2).value[0]
    return Estimate(float(value), _error_deg(motion, name, time_s=time_s))


def _turn(first: Floats, second: Floats) -> Floats:
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


def _error_deg(motion: Motion, name: Angle, *, time_s: float) -> float:
    """Standard error of an angle: each end of each segment displaced by its joint's error, and the joints' offsets."""
    index = int(np.argmin(np.abs(motion.time_s - time_s)))
    variance = np.radians(_OFFSET_ERROR_DEG) ** 2
    if name == "ankle_dorsiflexion":
        variance += (_PITCH_ERROR * float(np.mean([_pitch(motion, side)[index] for side in SIDES]))) ** 2
    for ends in _SPAN[name]:
        start, end = (motion.skeleton.index[f"left_{end}"] for end in ends)
        length = np.median(np.linalg.norm(motion.joints[:, start] - motion.joints[:, end], axis=1))
        variance += (
            float(motion.joint_error[index, start] ** 2 + motion.joint_error[index, end] ** 2) / float(length) ** 2
        )
    return float(np.degrees(np.sqrt(variance)))
