"""The background of a key picture, and whether a later picture shows it from the same place.

One step of Gauss and Newton from "the camera stands" gives shift, turn and zoom in a tenth of the time that tracking
corners takes. It is trusted only where it is sure that nothing has moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.frames import Grey
from kinemotion.opencv import load_opencv

_EVERY = 2
"""Every so many rows and columns of a picture are compared."""
_STANDS_PX = 0.08
"""Engineering limit: a camera whose picture has moved less, at its corners too, stands."""
_CERTAIN = 3.0
"""Engineering limit: so many standard errors must fit into that."""
_LIKE = 6.0
"""Engineering limit: grey levels, root mean square, by which pictures of one background differ; more is another one."""


@dataclass(frozen=True, slots=True)
class Box:
    """Part of a picture, px, from its upper left to its lower right corner."""

    low: Floats
    high: Floats

    def contains(self, points: Floats) -> Bools:
        """Return which of the points (N, 2) lie inside (N,)."""
        return np.all((points >= self.low) & (points <= self.high), axis=1)

    def slices(self) -> tuple[slice, slice]:
        """Return the rows and columns of a picture that it touches."""
        (left, top), (right, bottom) = np.floor(self.low).astype(int), np.ceil(self.high).astype(int)
        return slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))

    def shrink(self, factor: float) -> "Box":
        """Return the box in a picture whose sides are that many times shorter."""
        return Box(self.low / factor, self.high / factor)


class Background:
    """What a picture shows outside its people, and how it would change with each motion of the camera."""

    def __init__(self, grey: Grey, people: Sequence[Box]) -> None:
        cv2 = load_opencv()
        self._shape = grey.shape
        levels = grey.astype(np.float32)
        across, down = (cv2.Sobel(levels, cv2.CV_32F, *order, ksize=1, scale=0.5) for order in ((1, 0), (0, 1)))
        self._levels, across, down = (one[::_EVERY, ::_EVERY] for one in (levels, across, down))
        y, x = (np.linspace(-0.5, 0.5, length, dtype=np.float32) * length * _EVERY for length in self._levels.shape)
        y, x, half = y[:, None], x[None], float(np.hypot(*grey.shape)) / 2
        turn, zoom = (down * x - across * y) / half, (across * x + down * y) / half
        # Each but the last changes the picture as a motion of 1 px at its corners does; the last is the light.
        self._changes = np.stack([across, down, turn, zoom, np.ones_like(self._levels)])
        _hide(self._changes, people)

    def is_seen_unmoved(self, grey: Grey, people: Sequence[Box]) -> bool:
        """Return whether a picture surely shows the background from where it was."""
        if grey.shape != self._shape:
            return False
        changes = self._changes.copy()
        _hide(changes, people)
        design = changes.reshape(len(changes), -1)
        difference = (grey[::_EVERY, ::_EVERY] - self._levels).ravel() * design[-1]
        count, total = float(design[-1].sum()), float(difference @ difference)
        if not count or total > _LIKE**2 * count:
            return False
        products = (design @ design.T).astype(np.float64)
        if np.linalg.cond(products) > 1 / np.finfo(np.float32).eps:
            return False
        inverse = np.linalg.inv(products).astype(np.float64)
        motion: Floats = inverse @ (design @ difference)
        left = max(total - float(motion @ products @ motion), 0.0) / count
        error = float(np.sqrt(left * np.diag(inverse)[:-1].max()))
        shift, others = float(np.hypot(*motion[:2])), float(np.abs(motion[2:-1]).sum())
        return _CERTAIN * error < _STANDS_PX and shift + others < _STANDS_PX


def _hide(changes: NDArray[np.float32], people: Sequence[Box]) -> None:
    """Set what the people's boxes cover to zero."""
    for box in people:
        changes[:, *box.shrink(_EVERY).slices()] = 0.0
