"""Whether a runner is on the ground or in the air, frame by frame: roughly, for live state."""

from collections import deque

import numpy as np

from kinemotion.motion.live import PhaseNow, RoughState
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import Skeleton
from kinemotion.reconstruct.rough_body import RoughBody

_FLOOR_S, _FLOOR_QUANTILE = 2.0, 0.9
"""Engineering limit: time over which the floor is found, and the quantile of the lower foot's heights, y down, that is
the floor: what lies below it is shadow."""
_LEAVES, _LANDS = 0.02, 0.014
"""Engineering limit: heights of the lower foot above the floor (body lengths) at which a flight begins and ends."""
_RUNS_S = 1.0
"""Engineering limit: without a flight for this long, nobody runs."""


class RoughSteps:
    """The steps of one person as far as the stream has shown them."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._body = RoughBody(skeleton)
        self._recent: deque[tuple[float, float]] = deque()
        self._airborne = False
        self._flew_s = float("-inf")
        self._landed_s: float | None = None
        self._contact_time_s: float | None = None

    def push(self, frame: FramePoses) -> RoughState:
        """Take in the next frame, which shows the person alone; return what they do in it."""
        self._body.push(frame)
        if np.isfinite(self._body.lower_foot_px) and self._body.length_px:
            self._recent.append((frame.time_s, self._body.lower_foot_px))
            while self._recent[0][0] < frame.time_s - _FLOOR_S:
                self._recent.popleft()
            self._follow(frame.time_s)
        [pose] = frame.people
        return RoughState(
            person=pose.person,
            phase=self._phase(frame.time_s),
            body_px=self._body.length_px or None,
            contact_time_s=self._contact_time_s,
        )

    def _follow(self, now_s: float) -> None:
        floor_px = float(np.quantile([y for _, y in self._recent], _FLOOR_QUANTILE))
        height = (floor_px - self._body.lower_foot_px) / self._body.length_px
        if not self._airborne and height > _LEAVES:
            self._airborne = True
            if self._landed_s is not None and now_s - self._landed_s < _RUNS_S:
                self._contact_time_s = now_s - self._landed_s
        elif self._airborne and height < _LANDS:
            self._airborne, self._landed_s = False, now_s
        if self._airborne:
            self._flew_s = now_s

    def _phase(self, now_s: float) -> PhaseNow:
        if now_s - self._flew_s > _RUNS_S:
            return "standing"
        return "flight" if self._airborne else "contact"
