"""Whether somebody new may be in view: the picture has changed outside the people who are followed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Bools, Floats, Image
from kinemotion.pose.following.stillness import View, find_moved
from kinemotion.pose.frame_difference import find_box

_NEIGHBOUR = 1
"""Cells around a person that change with them, as neighbouring cells are averaged."""


class Surroundings:
    """The picture outside the people who are followed, as it was when somebody was last searched for."""

    def __init__(self) -> None:
        self._view: View | None = None
        self._free: Bools | None = None

    def remember(self, image: Image, people: Sequence[Floats]) -> None:
        """Keep a picture (H, W, 3), with the points (33, 2), px, of everybody who is followed in it."""
        self._view = View.take(image[..., 1], _get_whole(image))
        self._free = _find_free(self._view.cells, people, shape=image.shape)

    def have_changed(self, image: Image, people: Sequence[Floats]) -> bool:
        """Return whether a picture shows anything new outside everybody who is or was followed."""
        if self._view is None or self._free is None:
            return True
        view = View.take(image[..., 1], _get_whole(image))
        free = self._free & _find_free(view.cells, people, shape=image.shape)
        return bool(np.any(find_moved(self._view.cells, view.cells) & free))


def _get_whole(image: Image) -> tuple[slice, slice]:
    return slice(0, image.shape[0]), slice(0, image.shape[1])


def _find_free(cells: NDArray[np.float32], people: Sequence[Floats], *, shape: tuple[int, ...]) -> Bools:
    """Return which cells of a picture of that shape lie outside the boxes around the people's points."""
    free = np.ones(cells.shape, dtype=bool)
    to_cells = np.array(cells.shape[::-1]) / np.array(shape[1::-1])
    for points in people:
        box = find_box(points)
        left, top = (np.floor(box.low * to_cells) - _NEIGHBOUR).clip(0).astype(int)
        right, bottom = (np.ceil(box.high * to_cells) + _NEIGHBOUR).clip(0).astype(int)
        free[top:bottom, left:right] = False
    return free
