"""Soles of people whose feet rest, in frames that the pose model has not seen."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import Pose

_FRAMES = 3
"""Measured frames whose median is taken: a sole that flickers in one of them would stay wrong in all frames between."""


class LastSoles:
    """The soles of each person in the last measured frames."""

    def __init__(self, last: Mapping[int, Sequence[Floats]] | None = None) -> None:
        self._last = last or {}

    def then(self, people: Sequence[Pose]) -> Self:
        """Return the same with the people of the next measured frame; others are forgotten."""
        return type(self)(
            {pose.person: (*self._last.get(pose.person, ())[1 - _FRAMES :], pose.ground) for pose in people}
        )

    def find(self, person: int) -> Floats:
        """Return where the person's feet rest (2, 2): left and right, x and y, px; NaN where unseen in all of them."""
        ordered = np.sort(self._last[person], axis=0)  # what was unseen comes last
        middle = (np.isfinite(ordered).sum(axis=0, keepdims=True) - 1).clip(0) // 2
        return np.take_along_axis(ordered, middle, axis=0)[0]
