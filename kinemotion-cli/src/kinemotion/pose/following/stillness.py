"""Whether people in view have moved since a picture in which the pose model saw them, by the pictures alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Bools
from kinemotion.motion.frames import Grey
from kinemotion.opencv import load_opencv
from kinemotion.pose.roi import Region

_CELLS = 64
"""Cells along each side of a person's region: one covers about 3 cm of an athlete."""
_SAMPLES = 4
"""Pixels along each side of a cell that are read of a large region, evenly spread."""
_NEIGHBOURS = 3
"""Side of the square of cells over which a difference is averaged: noise is of one cell, motion of several."""
_FAINT = 2.5
"""Engineering limit: grey levels by which still people differ from picture to picture. On rendered and real clips a
body that moves by 0.3 cells differs by more, compressed pictures of a still one by less."""
_NOISE = 3.0
"""Engineering limit: so many times the median difference, which is noise or light, is added to that."""
_OTHER_SCENE = 12.0
"""Engineering limit: a larger median difference, grey levels, shows another scene, and everything in it counts."""


@dataclass(frozen=True, slots=True)
class View:
    """A region of a picture."""

    bounds: tuple[slice, slice]
    """Rows and columns of the picture."""
    cells: NDArray[np.float32]
    """Mean grey levels (64, 64)."""

    @classmethod
    def take(cls, grey: Grey, bounds: tuple[slice, slice]) -> "View":
        """Return the view of a part of a grey picture (H, W)."""
        rows, columns = bounds
        step = max(1, max(rows.stop - rows.start, columns.stop - columns.start) // (_SAMPLES * _CELLS))
        part = np.ascontiguousarray(grey[rows.start : rows.stop : step, columns.start : columns.stop : step])
        cells = load_opencv().resize(part, (_CELLS, _CELLS), interpolation=load_opencv().INTER_AREA)
        return cls(bounds, cells.astype(np.float32))


@dataclass(frozen=True, slots=True)
class PeopleView:
    """How the regions of all people looked in one picture."""

    views: tuple[View, ...]

    @classmethod
    def take(cls, grey: Grey, regions: Iterable[Region]) -> "PeopleView":
        """Keep how the people's regions look in a grey picture (H, W)."""
        return cls(tuple(View.take(grey, _find_bounds(region, grey.shape)) for region in regions))

    def repeat(self, grey: Grey) -> "PeopleView":
        """Take the same regions of another picture."""
        return PeopleView(tuple(View.take(grey, view.bounds) for view in self.views))

    def is_still(self, other: "PeopleView") -> bool:
        """Return whether nobody has moved between this view and another one of the same regions."""
        pairs = zip(self.views, other.views, strict=True)
        return not any(find_moved(one.cells, two.cells).any() for one, two in pairs)

    def measure_changes(self, other: "PeopleView") -> Sequence[float]:
        """Return the mean absolute change of each region, grey levels."""
        return [float(np.abs(one.cells - two.cells).mean()) for one, two in zip(self.views, other.views, strict=True)]


def _find_bounds(region: Region, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of the picture that a region covers, upright, at least one of each."""
    lengths = np.array(shape[1::-1])
    low = np.clip(np.floor(region.center - region.side / 2), 0, lengths - 1).astype(int)
    high = np.clip(np.ceil(region.center + region.side / 2), low + 1, lengths).astype(int)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def find_moved(one: NDArray[np.float32], other: NDArray[np.float32]) -> Bools:
    """Return which cells (64, 64) of two views of one region differ by more than noise and light do."""
    difference = np.abs(one - other)
    near = load_opencv().blur(difference, (_NEIGHBOURS, _NEIGHBOURS))
    median = float(np.median(near)) if near.max() > _FAINT else 0.0  # it takes longest, and changes nothing there
    return near > (_FAINT + _NOISE * median if median < _OTHER_SCENE else -1.0)
