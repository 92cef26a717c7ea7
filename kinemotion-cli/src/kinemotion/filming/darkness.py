"""Whether pictures are bright enough: in the dark the model sees nobody, and feet are lost in a floor like them."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from kinemotion.errors import KinemotionError, NobodyVisible, TooDark
from kinemotion.filming.causes import FILM_FEET_CLEARLY
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.frames import Frame, Grey
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import SIDES, Skeleton

_EVERY_S = 0.25
"""Engineering limit: time between the pictures that are looked at."""
_EVERY_PX, _EVERY_FEET_PX = 8, 2
"""Engineering limit: distance of the pixels that are looked at, along rows and columns: in all and at the feet."""
_BRIGHTEST, _DARK = 0.02, 50
"""Engineering limit: share of the brightest pixels, and grey level of 255 below which all others lie in a dark picture.
Daylight and gyms give 160 or more; sports clips darkened below 30 showed the pose model nobody, or only some of their
people, and a rendered jump darkened to 44 was measured 7 cm too high; at 57 it was right."""
_ROOM = 0.06
"""Engineering limit: room about the landmarks of the feet that is looked at, as a share of the body's height."""
_SPREAD, _FAINT, _DARK_FEET = (0.05, 0.95), 30, 60
"""Engineering limit: quantiles of the grey levels at the feet, the least distance between them that shows a foot on its
floor, and the median below which it is for want of light. Rendered and filmed jumps have 44 to 197; darkened and faded
ones of less than 27 were measured 5 cm off or refused, one of 39 was right."""
_FEWEST_PIXELS = 30
"""Engineering limit: fewer pixels show no foot."""
_WAITING = 8
"""Engineering limit: pictures that wait for the poses found in them; they bound the memory."""
_FEET = tuple(f"{side}_{part}" for side in SIDES for part in ("ankle", "heel", "foot_index"))


class DarknessWatcher:
    """Looks at some pictures of a clip for whether anything in them is bright, and whether the feet stand out."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._feet = [skeleton.index[name] for name in _FEET]
        self._next_s = float("-inf")
        self._seen = self._dark = 0
        self._waiting: deque[tuple[int, Grey]] = deque(maxlen=_WAITING)
        self._feet_seen = self._feet_faint = self._feet_dark = 0

    def push(self, frame: Frame) -> None:
        """Take in the next picture."""
        if frame.time_s < self._next_s:
            return
        self._next_s = frame.time_s + _EVERY_S
        self._seen += 1
        pixels = frame.grey[::_EVERY_PX, ::_EVERY_PX]
        self._dark += np.count_nonzero(pixels >= _DARK) <= _BRIGHTEST * pixels.size
        self._waiting.append((frame.index, frame.grey[::_EVERY_FEET_PX, ::_EVERY_FEET_PX].copy()))

    def look_at_feet(self, poses: FramePoses) -> None:
        """Look at the feet of a frame whose picture came before, if it is one of those that are looked at."""
        while self._waiting and self._waiting[0][0] < poses.index:
            self._waiting.popleft()
        if not self._waiting or self._waiting[0][0] != poses.index:
            return
        _, picture = self._waiting.popleft()
        for pose in poses.people[:1]:
            pixels = _cut_out_feet(picture, pose.points / _EVERY_FEET_PX, feet=self._feet)
            if pixels.size >= _FEWEST_PIXELS:
                low, high = np.quantile(pixels, _SPREAD)
                self._feet_seen += 1
                self._feet_faint += bool(high - low < _FAINT)
                self._feet_dark += bool(high - low < _FAINT and np.median(pixels) < _DARK_FEET)

    def describe(self) -> Message | None:
        """Say that most pictures are dark, or that the feet hardly stand out; None if neither is true."""
        if 2 * self._dark > self._seen or 2 * self._feet_dark > max(self._feet_seen, 1):
            return Message("dark_film", "The video is very dark.")
        if 2 * self._feet_faint > max(self._feet_seen, 1):
            return Message("feet_faint", "The feet hardly stand out from the floor in the picture.")
        return None

    def find_cause(self) -> KinemotionError | None:
        """Return the failure that explains why a movement is not seen in such pictures; None if they are bright."""
        said = self.describe()
        if said is None:
            return None
        return TooDark(said) if said.code == "dark_film" else NobodyVisible(said, hint=FILM_FEET_CLEARLY)


def _cut_out_feet(picture: Grey, points: Floats, *, feet: Sequence[int]) -> Grey:
    """Return the part of a picture about the landmarks of both feet, px, of a person (K, 2); empty where unseen."""
    if not np.isfinite(points[feet]).all():
        return picture[:0]
    room = _ROOM * float(np.nanmax(points[:, 1]) - np.nanmin(points[:, 1]))
    low = np.maximum(points[feet].min(axis=0) - room, 0).astype(int)
    high = np.maximum(points[feet].max(axis=0) + room, 0).astype(int) + 1
    return picture[low[1] : high[1], low[0] : high[0]]
