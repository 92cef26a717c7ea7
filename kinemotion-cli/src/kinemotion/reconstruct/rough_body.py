"""One person in single frames, roughly and at once: for cutting a stream into trials and for live state.

Causal and in bounded memory. What is measured of a trial is found later, from all of its frames.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from math import hypot, isfinite, nan

import numpy as np

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import SIDES, Skeleton
from kinemotion.reconstruct.centre_of_mass import compute_com_weights

_CHAIN = ("ankle", "knee", "hip", "shoulder", "ear")
"""What the length of a body is measured along."""
_AVERAGE_S = 1.0
"""Engineering limit: time over which the length of the body in the picture is averaged."""
_STILL_S, _STILL_RANGE = 0.4, 0.012
"""Engineering limit: a centre of mass that moves less than this (body lengths) for this long stands still."""
_LASTED = 0.8
"""Engineering limit: share of that time that the frames must cover."""
UPRIGHT = 0.61
"""Engineering limit: centre of mass above the lower sole (body lengths) from which a still body stands, and holds no
squat: standing athletes show 0.63 to 0.71, held squats 0.57."""


class RoughBody:
    """Size and lower foot of one person, frame by frame; every frame shows this person alone."""

    def __init__(self, skeleton: Skeleton) -> None:
        columns = skeleton.index
        soles = [columns[f"{side}_{part}"] for side in SIDES for part in ("heel", "foot_index")]
        self._parts = [*soles, *(columns[f"left_{part}"] for part in _CHAIN)]
        self._measured_s = -np.inf
        self.length_px = 0.0
        """Length from ankle to ear, averaged; 0 until it was seen."""
        self.lower_foot_px = float("nan")
        """Height of the lower foot in the last frame, px, y down: its silhouette's, else its landmarks'."""

    def push(self, frame: FramePoses) -> None:
        """Take in the next frame."""
        [pose] = frame.people
        left_heel, left_toes, right_heel, right_toes, *chain = pose.points[self._parts].tolist()
        self.lower_foot_px = _find_lower_foot(frame, ((left_heel, left_toes), (right_heel, right_toes)))
        length = sum(hypot(x - next_x, y - next_y) for (x, y), (next_x, next_y) in pairwise(chain))
        if isfinite(length):
            self.length_px += (length - self.length_px) * min(1.0, (frame.time_s - self._measured_s) / _AVERAGE_S)
            self._measured_s = frame.time_s


def _find_lower_foot(frame: FramePoses, soles: Sequence[Sequence[Sequence[float]]]) -> float:
    """Return the height of the lower foot, px, by the silhouette, else by heel and toes of each side; NaN if unseen."""
    [pose] = frame.people
    _, (from_x, from_y, shift) = frame.camera.tolist()
    lowest = nan
    for (ground_x, ground_y), sole in zip(pose.ground.tolist(), soles, strict=True):
        low = from_x * ground_x + from_y * ground_y + shift
        if not isfinite(low):
            points = [from_x * x + from_y * y + shift for x, y in sole]
            low = max(points) if all(map(isfinite, points)) else nan
        if isfinite(low) and not low <= lowest:
            lowest = low
    return lowest


class CentreHeight:
    """Height of one person's centre of mass above the floor in single frames."""

    def __init__(self, skeleton: Skeleton) -> None:
        weights = compute_com_weights(skeleton, get_default_calibration().landmarks)
        self._parts = np.flatnonzero(weights > 0)
        self._weights = weights[self._parts]

    def find_height(self, frame: FramePoses, *, floor_px: float) -> float:
        """Return the height above a floor at ``floor_px``, px, y down; NaN where a part of the body is not seen."""
        [pose] = frame.people
        x, y = (self._weights @ pose.points[self._parts]).tolist()
        _, (from_x, from_y, shift) = frame.camera.tolist()
        return floor_px - (x * from_x + y * from_y + shift)


class StandingHeight:
    """Height of one person's centre of mass above quiet standing, frame by frame."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._centre = CentreHeight(skeleton)
        self._recent: deque[tuple[float, float]] = deque()
        self._standing_px: float | None = None

    def push(self, frame: FramePoses, body: RoughBody, *, floor_px: float) -> float | None:
        """Return the height in the next frame, px, above a floor at ``floor_px``, y down.

        None until the person was seen standing still, and where a part of the body is not seen.
        """
        above_px = self._centre.find_height(frame, floor_px=floor_px)
        if not (isfinite(above_px) and body.length_px):
            return None
        self._recent.append((frame.time_s, above_px))
        while self._recent[0][0] < frame.time_s - _STILL_S:
            self._recent.popleft()
        if above_px > UPRIGHT * body.length_px and self._is_still(body.length_px):
            self._standing_px = above_px
        return None if self._standing_px is None else above_px - self._standing_px

    def _is_still(self, length_px: float) -> bool:
        heights = [height for _, height in self._recent]
        lasted = self._recent[-1][0] - self._recent[0][0] > _LASTED * _STILL_S
        return lasted and max(heights) - min(heights) < _STILL_RANGE * length_px
