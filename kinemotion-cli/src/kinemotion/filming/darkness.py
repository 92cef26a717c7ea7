"""Whether a film is too dark to show a person."""

import numpy as np

from kinemotion.errors import KinemotionError, MovementNotFound, NobodyVisible, TooDark
from kinemotion.messages import Message
from kinemotion.motion.frames import Frame

_EVERY_S = 0.25
"""Engineering limit: time between the pictures that are looked at."""
_EVERY_PX = 8
"""Engineering limit: distance of the pixels that are looked at, along rows and columns."""
_BRIGHTEST, _DARK = 0.02, 50
"""Engineering limit: share of the brightest pixels, and grey level of 255 below which all others lie in a dark picture.
Daylight and gyms give 160 or more; sports clips darkened below 30 showed the pose model nobody, or only some of their
people, and a rendered jump darkened to 44 was measured 7 cm too high; at 57 it was right."""
_UNEXPLAINED = frozenset({NobodyVisible.code, MovementNotFound.code})
"""Failures that name no cause of their own."""


class DarknessWatcher:
    """Looks at some pictures of a clip for whether anything in them is bright."""

    def __init__(self) -> None:
        self._next_s = float("-inf")
        self._seen = 0
        self._dark = 0

    def push(self, frame: Frame) -> None:
        """Take in the next picture."""
        if frame.time_s < self._next_s:
            return
        self._next_s = frame.time_s + _EVERY_S
        self._seen += 1
        pixels = frame.grey[::_EVERY_PX, ::_EVERY_PX]
        self._dark += np.count_nonzero(pixels >= _DARK) <= _BRIGHTEST * pixels.size

    def describe(self) -> Message | None:
        """Say that most pictures are dark; None if they are not."""
        return Message("dark_film", "The video is very dark.") if 2 * self._dark > self._seen else None

    def explain(self, error: KinemotionError) -> KinemotionError:
        """Return the failure of a clip by its cause: in the dark the pose model sees nobody, or too little of them."""
        dark = self.describe()
        return TooDark(dark) if dark and error.code in _UNEXPLAINED else error
