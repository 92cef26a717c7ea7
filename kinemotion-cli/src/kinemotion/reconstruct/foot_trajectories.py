"""Both feet of a trial in metres: how high their soles and landmarks are, and how far ahead of the hips.

Metres are by the length of the athlete's legs, good to some ten per cent; thresholds need no more.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.stance_detection import FootTrajectory

_LEG_M = 0.84
"""Source: Winter 2009, table 4.1: hip to ankle is 0.49 of the stature, here of 1.72 m."""
_EXTENDED_PERCENT = 90
"""Engineering limit: percentile of the leg's length in the picture that is the length of the straight leg."""
_FACING_M = 0.08
"""Engineering limit: toes this far before the heels, in the picture, show which way the athlete faces."""


@dataclass(frozen=True, slots=True)
class BothFeet:
    """The feet of one person over T frames, as a camera that stands sees them."""

    sequence: PoseSequence
    m_per_px: float

    @classmethod
    def of(cls, sequence: PoseSequence) -> Self:
        """Scale the feet by legs of average length."""
        legs = [
            np.hypot(*(sequence.point(f"{side}_hip") - sequence.point(f"{side}_knee")).T)
            + np.hypot(*(sequence.point(f"{side}_knee") - sequence.point(f"{side}_ankle")).T)
            for side in SIDES
        ]
        return cls(sequence, _LEG_M / float(np.nanpercentile(np.fmax(*legs), _EXTENDED_PERCENT)))

    @property
    def ankles_px(self) -> Floats:
        """Horizontal places of both ankles (T, 2), px."""
        return np.stack([self.sequence.point(f"{side}_ankle")[:, 0] for side in SIDES], axis=1)

    @property
    def ankle_distance_m(self) -> Floats:
        """Distance of the ankles along the picture (T,), m."""
        return np.abs(np.diff(self.ankles_px, axis=1)[:, 0]) * self.m_per_px

    @property
    def soles_m(self) -> Floats:
        """Heights of both soles (T, 2), m, up; NaN where unseen."""
        return self._heights(self.sequence.ground[:, :, 1])

    def landmarks_m(self, *parts: str) -> Floats:
        """Heights of both feet (T, 2), m, up, by the mean of some of their landmarks."""
        feet = [np.mean([self.sequence.point(f"{side}_{part}")[:, 1] for part in parts], axis=0) for side in SIDES]
        return self._heights(np.stack(feet, axis=1))

    @property
    def facing(self) -> float:
        """1 for an athlete who faces right in the picture, -1 for left, 0 for one who faces the camera or away."""
        toes = self.sequence.point("left_foot_index") + self.sequence.point("right_foot_index")
        heels = self.sequence.point("left_heel") + self.sequence.point("right_heel")
        ahead = 0.5 * float(np.nanmedian(toes[:, 0] - heels[:, 0])) * self.m_per_px
        return float(np.sign(ahead)) if abs(ahead) > _FACING_M else 0.0

    @property
    def ahead_m(self) -> Floats:
        """How far both feet are ahead of the hips (T, 2), m."""
        hips = 0.5 * (self.sequence.point("left_hip") + self.sequence.point("right_hip"))[:, :1]
        return (self.ankles_px - hips) * self.m_per_px * self.facing

    def trajectory(self, height_m: Floats, *, ahead_m: Floats) -> FootTrajectory:
        """One foot of that height and place (T,), m, in the frames that show both."""
        seen: Bools = np.isfinite(height_m) & np.isfinite(ahead_m)
        return FootTrajectory(self.sequence.time_s[seen], height_m[seen], ahead_m[seen])

    def _heights(self, y_px: Floats) -> Floats:
        """Heights (T, 2), m, up, of what is seen of both feet at those places (T, 2), px, down."""
        return -y_px * self.m_per_px
