"""Markers at a constant rate, under the names that OpenSim models and Pose2Sim use.

The names are those of Pose2Sim's skeletons (HALPE_26, and COCO_133_WRIST for hands and face), which its OpenSim models
and inverse-kinematics setups know. Points of the face without a marker there are left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.skeleton import SIDES
from kinemotion.report.series import compute_joint_angles

_SIDED: Mapping[str, str] = {
    "eye": "Eye",
    "ear": "Ear",
    "shoulder": "Shoulder",
    "elbow": "Elbow",
    "wrist": "Wrist",
    "pinky": "Pinky",
    "index": "Index",
    "thumb": "Thumb",
    "hip": "Hip",
    "knee": "Knee",
    "ankle": "Ankle",
    "heel": "Heel",
    "foot_index": "BigToe",
}
MARKERS: Mapping[str, str] = {"nose": "Nose"} | {
    f"{side}_{point}": f"{side[0].upper()}{marker}" for side in SIDES for point, marker in _SIDED.items()
}
"""Marker by the name of the landmark."""
MIDDLES: Mapping[str, tuple[str, str]] = {
    "Neck": ("left_shoulder", "right_shoulder"),
    "Hip": ("left_hip", "right_hip"),
}
"""Markers halfway between two landmarks."""
_CENTRE_OF_MASS = "CentreOfMass"
_COORDINATES: Mapping[str, str] = {
    "hip_flexion": "hip_flexion",
    "knee_flexion": "knee_angle",
    "ankle_dorsiflexion": "ankle_angle",
}
"""Joint angles by the names of OpenSim's coordinates. Flexion and dorsiflexion are positive."""


@dataclass(frozen=True, slots=True)
class EvenMotion:
    """A motion at a constant rate."""

    rate_hz: float
    time_s: Floats
    """(N,), s."""
    markers: dict[str, Floats]
    """Each (N, 3), m."""
    angles: dict[str, Floats]
    """Each (N,), degrees; NaN where unknown."""


def measure_mean_rate_hz(time_s: Floats) -> float:
    """Return the mean rate of the samples, 1/s."""
    return float((len(time_s) - 1) / (time_s[-1] - time_s[0]))


def resample_evenly(motion: Motion) -> EvenMotion:
    """Return the motion at its mean rate, by straight lines between frames."""
    rate_hz = measure_mean_rate_hz(motion.time_s)
    time_s = motion.time_s[0] + np.arange(len(motion.time_s)) / rate_hz

    def resample(values: Floats) -> Floats:
        found = np.empty((len(time_s), values.shape[1]))
        for column in range(values.shape[1]):
            found[:, column] = np.interp(time_s, motion.time_s, values[:, column])
        return found

    depth = np.zeros((len(time_s), 1))
    angles = compute_joint_angles(motion)
    return EvenMotion(
        rate_hz,
        time_s,
        markers={name: np.concatenate((resample(path), depth), axis=1) for name, path in _list_paths(motion)},
        angles={
            f"{coordinate}_{side[0]}": resample(angles[f"{side}_{name}"][:, None])[:, 0]
            for name, coordinate in _COORDINATES.items()
            for side in SIDES
        },
    )


def _list_paths(motion: Motion) -> Iterator[tuple[str, Floats]]:
    """Yield each marker with its path (T, 2), m."""
    for name in motion.skeleton.names:
        if name in MARKERS:
            yield MARKERS[name], motion.joint(name)
    for marker, (one, other) in MIDDLES.items():
        yield marker, (motion.joint(one) + motion.joint(other)) / 2
    yield _CENTRE_OF_MASS, motion.com


def fill_gaps(columns: Mapping[str, Floats]) -> tuple[dict[str, Floats], slice, dict[str, int]]:
    """Fill the gaps of columns (N,) by straight lines, and find the rows that every column covers.

    Columns without any value are left out. The counts say how many values of each column are filled in those rows.
    """
    known = {name: values for name, values in columns.items() if np.isfinite(values).any()}
    seen = {name: np.flatnonzero(np.isfinite(values)) for name, values in known.items()}
    rows = slice(
        max((int(places[0]) for places in seen.values()), default=0),
        min((int(places[-1]) for places in seen.values()), default=-1) + 1,
    )
    filled = {
        name: np.interp(np.arange(len(values)), seen[name], values[seen[name]])[rows] for name, values in known.items()
    }
    counts = {name: int((~np.isfinite(values[rows])).sum()) for name, values in known.items()}
    return filled, rows, {name: count for name, count in counts.items() if count}
