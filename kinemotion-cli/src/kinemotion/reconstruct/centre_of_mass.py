"""The body as segments with mass: where its centre of mass lies, given the points of a pose.

Masses and centres: de Leva 1996, table 4 (10.1016/0021-9290(95)00178-6). Every segment's centre lies on a line
between landmarks, so the centre of mass is one weighted mean of the points.
"""

from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.athlete import Sex
from kinemotion.motion.calibration import LandmarkGeometry
from kinemotion.motion.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its ends as landmarks, its share of the body mass, its centre from the first end to the second."""

    start: tuple[str, ...]
    end: tuple[str, ...]
    mass: tuple[float, float]
    """Fraction of the body mass: female, male."""
    centre: tuple[float, float]
    """Fraction of the way from start to end: female, male."""

    def share_and_centre(self, sex: Sex | None) -> tuple[float, float]:
        """Return mass fraction and place of the centre; the mean of both tables where the sex is unknown."""
        if sex is None:
            return sum(self.mass) / 2, sum(self.centre) / 2
        row = ("female", "male").index(sex)
        return self.mass[row], self.centre[row]


_EARS = ("left_ear", "right_ear")
_SHOULDERS = ("left_shoulder", "right_shoulder")
_HIPS = ("left_hip", "right_hip")


def _list_limbs(side: str) -> tuple[Segment, ...]:
    def name(*points: str) -> tuple[str, ...]:
        return tuple(f"{side}_{point}" for point in points)

    return (
        Segment(name("shoulder"), name("elbow"), mass=(0.0255, 0.0271), centre=(0.5754, 0.5772)),
        Segment(name("elbow"), name("wrist"), mass=(0.0138, 0.0162), centre=(0.4559, 0.4574)),
        Segment(name("wrist"), name("index", "pinky"), mass=(0.0056, 0.0061), centre=(0.7474, 0.7900)),
        Segment(name("hip"), name("knee"), mass=(0.1478, 0.1416), centre=(0.3612, 0.4095)),
        Segment(name("knee"), name("ankle"), mass=(0.0481, 0.0433), centre=(0.4352, 0.4395)),
        Segment(name("heel"), name("foot_index"), mass=(0.0129, 0.0137), centre=(0.4014, 0.4415)),
    )


SEGMENTS = (
    Segment(_EARS, _EARS, mass=(0.0668, 0.0694), centre=(0.5, 0.5)),
    Segment(_SHOULDERS, _HIPS, mass=(0.4257, 0.4346), centre=(0.3782, 0.4310)),
    *_list_limbs("left"),
    *_list_limbs("right"),
)
"""Source: de Leva 1996, table 4: head and neck at the ears, the trunk from mid-shoulder to mid-hip, six a side."""


def compute_com_weights(skeleton: Skeleton, geometry: LandmarkGeometry, *, sex: Sex | None = None) -> Floats:
    """Return the weight of each point in the centre of mass (K,); they sum to 1."""
    weights = np.zeros(len(skeleton.names))
    for segment in SEGMENTS:
        mass, centre = segment.share_and_centre(sex)
        for names, share in ((segment.start, 1.0 - centre), (segment.end, centre)):
            for name in names:
                weights += mass * share / len(names) * _weigh_joint(skeleton, name, geometry=geometry)
    return weights / weights.sum()


def _weigh_joint(skeleton: Skeleton, name: str, *, geometry: LandmarkGeometry) -> Floats:
    """Return weights of the points (K,) that give a joint's centre: the point itself, but for shoulder and hip."""
    weights = np.zeros(len(skeleton.names))
    side, _, part = name.partition("_")
    other, share = {
        "shoulder": ("hip", geometry.shoulder_above_joint),
        "hip": ("shoulder", geometry.hip_below_joint),
    }.get(part, (part, 0.0))
    weights[skeleton.index[name]] += 1.0 - share
    weights[skeleton.index[f"{side}_{other}"]] += share
    return weights
