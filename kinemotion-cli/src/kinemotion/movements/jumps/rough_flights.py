"""Whether both feet are in the air, frame by frame: from the lower foot's height above the floor it last stood on."""

from collections import deque
from collections.abc import Sequence
from itertools import islice, takewhile

import numpy as np

from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import Skeleton
from kinemotion.reconstruct.rough_body import RoughBody

LEAVES = 0.018
"""Engineering limit: height of the lower foot above its floor (body lengths; 3 cm) at which a flight begins."""
_LANDS = 0.012
"""Engineering limit: height (body lengths; 2 cm) at which a flight ends."""
_SHORTEST_S = 0.06
"""Engineering limit: a shorter rise of both feet is a flicker of the silhouette."""
_REST_S, _REST_RANGE = 0.3, 0.015
"""Engineering limit: feet that move less than this (body lengths) for this long stand, and their floor is there."""
_LOW = 0.03
"""Engineering limit: feet this little above the floor (body lengths) move fast in any flight; where they are still,
the floor was wrong."""
_RAISED_S, _RAISED_RANGE = 1.2, 0.008
"""Engineering limit: feet above their floor that are this still (body lengths) for this long stand on something. No
apex of a flight is so still for so long, not even in a file slowed ten times."""
_MOST = (0.1, 0.9)
"""Engineering limit: quantiles between which the samples of a stand must lie: a silhouette flickers now and then."""
_FALLS = 0.05
"""Engineering limit: feet that were this much higher a moment ago (body lengths; 8 cm) have come down from a box."""
_LASTED = 0.8
"""Engineering limit: share of a time that the frames must cover."""


class RoughFlights:
    """The flights of one person as far as the stream has shown them."""

    def __init__(self, skeleton: Skeleton, *, least_rise: float) -> None:
        self.body = RoughBody(skeleton)
        self._least_rise = least_rise
        self._recent: deque[tuple[float, float]] = deque()
        self.floor_px = -np.inf
        """Height of the floor in the picture, px, y down."""
        self._landed_px = -np.inf
        self._risen_s: float | None = None
        self.takeoff_s: float | None = None
        """Begin of the first flight of this trial."""
        self.landing_s: float | None = None
        """End of the latest flight of this trial; None in the air and before the first."""
        self.landings = 0
        """Flights of this trial that are over."""
        self.contact_time_s: float | None = None
        """Length of the last contact between two flights of a trial."""

    def begin_anew(self) -> None:
        """Forget the flights, keep the floor."""
        self.takeoff_s = self.landing_s = None
        self.landings = 0

    def push(self, frame: FramePoses) -> None:
        """Take in the next frame, which shows the person alone."""
        self.body.push(frame)
        lowest_px, now_s = self.body.lower_foot_px, frame.time_s
        if not (np.isfinite(lowest_px) and self.body.length_px):
            return
        self._recent.append((now_s, lowest_px))
        while self._recent[0][0] < now_s - _RAISED_S:
            self._recent.popleft()
        height = self._measure_height(find_quantile([y for _, y in islice(reversed(self._recent), 3)], 0.5))
        if self._risen_s is None and height > LEAVES:
            self._risen_s = now_s
        elif self._risen_s is not None:
            self._follow_rise(self._risen_s, now_s=now_s, height=height)
        elif self.landing_s is not None and self.floor_px - self._landed_px > LEAVES * self.body.length_px:
            self._land(now_s)  # the feet seemed to have landed on a box, and have fallen since

    def find_end_of_fall(self) -> float | None:
        """When the feet came down from something higher, s; None where they did not in the last second.

        The floor follows feet that go below it, so a fall is no flight here.
        """
        if self.takeoff_s is not None or not self._recent:
            return None
        heights = [(time_s, (self.floor_px - y) / self.body.length_px) for time_s, y in self._recent]
        high = [time_s for time_s, height in heights if height > _FALLS]
        if not high:
            return None
        landed = [time_s for time_s, height in heights if time_s > high[-1] and height <= _LANDS]
        return landed[1] if len(landed) > 1 else None  # the second: the median delays the take-off by a frame too

    def _follow_rise(self, risen_s: float, *, now_s: float, height: float) -> None:
        """Take a rise for a flight once it has lasted, and end it where the feet come down."""
        if height <= _LANDS:
            self._risen_s = None
            if self.takeoff_s is not None and self.landing_s is None:
                self.landings += 1
                self._land(now_s)
        elif now_s - risen_s >= _SHORTEST_S and height > self._least_rise:
            if self.landing_s is not None:
                self.contact_time_s = risen_s - self.landing_s
            self.landing_s = None
            if self.takeoff_s is None:
                self.takeoff_s = risen_s

    def _land(self, now_s: float) -> None:
        """Take the feet to have landed, on the floor as it is now."""
        self.landing_s, self._landed_px = now_s, self.floor_px

    def _measure_height(self, lowest_px: float) -> float:
        """Return height of the lower foot, body lengths; the floor follows feet that go below it or stand above it."""
        low = self.floor_px - lowest_px < _LOW * self.body.length_px
        if (self._risen_s is None or low) and self._is_still(_REST_S, _REST_RANGE):
            self.floor_px = lowest_px
        elif self._risen_s is not None and self._stands_raised(self._risen_s):
            self.floor_px = lowest_px
            if self.takeoff_s == self._risen_s:
                self.begin_anew()
        self.floor_px = max(self.floor_px, lowest_px)
        return (self.floor_px - lowest_px) / self.body.length_px

    def _stands_raised(self, risen_s: float) -> bool:
        """Return whether the feet that rose have come to stand on something."""
        return self._recent[-1][0] - risen_s >= _RAISED_S and self._is_still(_RAISED_S, _RAISED_RANGE)

    def _is_still(self, duration_s: float, spread: float) -> bool:
        """Return whether the lower foot has stayed within a range (body lengths) for that long."""
        now_s, _ = self._recent[-1]
        if now_s - self._recent[0][0] <= _LASTED * duration_s:
            return False
        since_s = now_s - duration_s
        levels = sorted(y for _, y in takewhile(lambda seen: seen[0] >= since_s, reversed(self._recent)))
        low, high = (_read_quantile(levels, share) for share in _MOST)
        return high - low < spread * self.body.length_px


def find_quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile, interpolated between the nearest values: for few values, sooner than ``numpy.quantile``."""
    return _read_quantile(sorted(values), share)


def _read_quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of values in order."""
    place, part = divmod(share * (len(ordered) - 1), 1)
    lower, upper = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    return upper - (upper - lower) * (1 - part) if part >= 0.5 else lower + (upper - lower) * part
