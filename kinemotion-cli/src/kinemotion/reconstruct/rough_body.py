"""One person in single frames, roughly and at once: for cutting a stream into trials and for live state.

Causal and in bounded memory. What is measured of a trial is found later, from all of its frames.
"""

from collections import deque

import numpy as np

from kinemotion.calibration import default_calibration
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import SIDES, Skeleton
from kinemotion.reconstruct.centre_of_mass import compute_com_weights
from kinemotion.signals.affine import apply_affine

_AVERAGE_S = 1.0
"""Engineering limit: time over which the length of the body in the picture is averaged."""
_STILL_S, _STILL_RANGE = 0.4, 0.012
"""Engineering limit: a centre of mass that moves less than this (body lengths) for this long stands still."""
_LASTED = 0.8
"""Engineering limit: share of that time that the frames must cover."""
_UPRIGHT = 0.61
"""Engineering limit: centre of mass above the lower sole (body lengths) from which a still body stands, and holds no
squat: standing athletes show 0.63 to 0.71, held squats 0.57."""


class RoughBody:
    """Size and lower foot of one person, frame by frame; every frame shows this person alone."""

    def __init__(self, skeleton: Skeleton) -> None:
        columns = skeleton.index
        self._soles = [[columns[f"{side}_{part}"] for part in ("heel", "foot_index")] for side in SIDES]
        self._chain = [columns[f"left_{part}"] for part in ("ankle", "knee", "hip", "shoulder", "ear")]
        self._measured_s = -np.inf
        self.length_px = 0.0
        """Length from ankle to ear, averaged; 0 until it was seen."""
        self.lower_foot_px = float("nan")
        """Height of the lower foot in the last frame, px, y down: its silhouette's, else its landmarks'."""

    def see(self, frame: FramePoses) -> None:
        """Take in the next frame."""
        [pose] = frame.people
        self.lower_foot_px = self._find_lower_foot(frame)
        length = float(np.linalg.norm(np.diff(pose.points[self._chain], axis=0), axis=1).sum())
        if np.isfinite(length):
            self.length_px += (length - self.length_px) * min(1.0, (frame.time_s - self._measured_s) / _AVERAGE_S)
            self._measured_s = frame.time_s

    def _find_lower_foot(self, frame: FramePoses) -> float:
        [pose] = frame.people
        points, soles = apply_affine(frame.camera, pose.points), apply_affine(frame.camera, pose.ground)
        sides = [
            ground if np.isfinite(ground) else points[columns, 1].max()
            for ground, columns in zip(soles[:, 1], self._soles, strict=True)
        ]
        seen = [y for y in sides if np.isfinite(y)]
        return float(max(seen)) if seen else float("nan")


class StandingHeight:
    """Height of one person's centre of mass above quiet standing, frame by frame."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._weights = compute_com_weights(skeleton, default_calibration().landmarks)
        self._recent: deque[tuple[float, float]] = deque()
        self._standing_px: float | None = None

    def see(self, frame: FramePoses, body: RoughBody, *, floor_px: float) -> float | None:
        """The height in the next frame, px, above a floor at ``floor_px``, y down.

        None until the person was seen standing still, and where a part of the body is not seen.
        """
        [pose] = frame.people
        seen = np.isfinite(pose.points[self._weights > 0]).all() and np.isfinite(floor_px)
        if not (seen and body.length_px):
            return None
        centre = self._weights @ apply_affine(frame.camera, np.nan_to_num(pose.points))
        above_px = floor_px - float(centre[1])
        self._recent.append((frame.time_s, above_px))
        while self._recent[0][0] < frame.time_s - _STILL_S:
            self._recent.popleft()
        if above_px > _UPRIGHT * body.length_px and self._is_still(body.length_px):
            self._standing_px = above_px
        return None if self._standing_px is None else above_px - self._standing_px

    def _is_still(self, length_px: float) -> bool:
        heights = [height for _, height in self._recent]
        lasted = self._recent[-1][0] - self._recent[0][0] > _LASTED * _STILL_S
        return lasted and max(heights) - min(heights) < _STILL_RANGE * length_px
