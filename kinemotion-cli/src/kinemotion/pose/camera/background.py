"""The background of a key picture, and whether a later picture shows it from the same place.

One step of Gauss and Newton from "the camera stands" gives shift, turn and zoom in a tenth of the time that tracking
corners takes. It is trusted only where it is sure that nothing has moved. What changes by itself, such as a shadow,
loses weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.frames import Grey
from kinemotion.opencv import load_opencv

_EVERY = 3
"""Every so many rows and columns of a picture are compared."""
_STANDS_PX = 0.08
"""Engineering limit: a camera whose picture has moved less, at its corners too, stands."""
_CERTAIN = 3.0
"""Engineering limit: so many standard errors must fit into that."""
_ROUNDS = 3
"""Engineering limit: so often the motion is measured, each time with less weight on what it does not explain, such as
shadows."""
_OUTLIER, _NOISE_LEVELS, _SAMPLED = 3.0, 0.5, 8
"""Engineering limits: a pixel counts half at so many times the usual difference, which is at least so many grey levels
and is found on every so many pixels."""
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
        sampled = np.flatnonzero(design[-1, ::_SAMPLED]) * _SAMPLED
        if not sampled.size or float(difference @ difference) > _LIKE**2 * float(design[-1].sum()):
            return False
        weight = np.ones_like(difference)
        for _ in range(_ROUNDS):
            moved_px, error_px, left = _measure_motion(design, difference, weight=weight)
            if _CERTAIN * error_px < _STANDS_PX and moved_px < _STANDS_PX:
                return True
            usual = np.float32(_OUTLIER * max(float(np.median(np.abs(left[sampled]))), _NOISE_LEVELS))
            weight = np.reciprocal(1 + (left / usual) ** 2, dtype=np.float32)
        return False


def _measure_motion(
    design: NDArray[np.float32], difference: NDArray[np.float32], *, weight: NDArray[np.float32]
) -> tuple[float, float, NDArray[np.float32]]:
    """Return how far the picture has moved at its corners, px, the error of that, and what is left of the difference.

    ``design`` (5, N) is how each motion changes the pixels, ``weight`` (N,) how much each pixel counts.
    """
    weighted = design * weight
    products = (weighted @ design.T).astype(np.float64)
    if np.linalg.cond(products) > 1 / np.finfo(np.float32).eps:
        return np.inf, np.inf, difference
    inverse = np.linalg.inv(products).astype(np.float64)
    motion: Floats = inverse @ (weighted @ difference)
    left = (difference - motion.astype(np.float32) @ design) * design[-1]
    variance = float((weight * left) @ left) / max(float(weighted[-1].sum()), 1.0)
    error = float(np.sqrt(variance * np.diag(inverse)[:-1].max()))
    return float(np.hypot(*motion[:2]) + np.abs(motion[2:-1]).sum()), error, left


def _hide(changes: NDArray[np.float32], people: Sequence[Box]) -> None:
    """Set what the people's boxes cover to zero."""
    for box in people:
        changes[:, *box.shrink(_EVERY).slices()] = 0.0
