"""The person's mask where their feet are: a small window of the mask network gives there what the whole one gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Floats
from kinemotion.pose.model_files import ModelFile
from kinemotion.pose.networks.graph import scale
from kinemotion.pose.runtime import LoadedNetwork, LoadNetwork, Network, Tensor
from kinemotion.pose.silhouette import NOBODY

_CELLS, _CELL_PX = 64, 4
"""Cells along each side of the coarsest feature, and pixels of the mask along a side of one."""
_WINDOW = 24
"""Cells along each side of the window, which covers about 85 cm of an athlete: both feet when they are together."""
_REACH_PX = 16
"""Pixels of the mask that the network's filters reach: so far from an inner edge of the window its mask is not true."""
_MARGIN_PX = _REACH_PX + 1
"""Pixels between what is asked for and an inner edge of the window: one more for the interpolation between pixels."""


@dataclass(frozen=True, slots=True)
class FootFeatures:
    """Windows of the features of a picture, of which the mask is drawn near the feet: a seventh of all or two."""

    windows: Sequence[tuple[int, int]] | None
    """First row and column of each window, cells; None for all of the picture."""
    parts: Sequence[Sequence[Tensor]]
    """Of each window, a part of each feature."""

    @classmethod
    def take(cls, features: Sequence[Tensor], areas: Sequence[Floats]) -> Self:
        """Copy what the mask in the areas needs, each (2, 2): low and high corner, px of the mask (256, 256)."""
        windows = _choose_windows(areas)
        if windows is None:
            return cls(None, [[feature.copy() for feature in features]])
        return cls(
            windows, [[_take(feature, row=row, column=column) for feature in features] for row, column in windows]
        )


class MaskNetwork:
    """The second part of the landmark network, which draws the mask from features."""

    def __init__(self, model: ModelFile, load: LoadNetwork = Network) -> None:
        self._load = load
        self._small = replace(model, content=scale(model.content, numerator=_WINDOW, denominator=_CELLS))
        # One thread, as it is quicker than the first part all the same.
        self._window = load(self._small, threads=1)

    @cached_property
    def _whole(self) -> LoadedNetwork:
        """The network for the whole mask, which few pictures need: made of the small one, as a copy is 6 MB."""
        content = scale(self._small.content, numerator=_CELLS, denominator=_WINDOW)
        return self._load(replace(self._small, content=content), threads=1)

    def draw(self, features: FootFeatures) -> NDArray[np.float32]:
        """Return the log odds of the mask (256, 256) in the areas that the features are of; elsewhere very low ones."""
        if features.windows is None:
            return self._whole(*features.parts[0])[0][0, :, :, 0].copy()
        side = _CELLS * _CELL_PX
        logit = np.full((side, side), NOBODY, dtype=np.float32)
        for (row, column), parts in zip(features.windows, features.parts, strict=True):
            (rows, kept_rows), (columns, kept_columns) = _find_valid(row), _find_valid(column)
            logit[rows, columns] = self._window(*parts)[0][0, kept_rows, kept_columns, 0]
        return logit


def _choose_windows(areas: Sequence[Floats]) -> list[tuple[int, int]] | None:
    """Return the first row and column, cells, of one window for all areas or of one for each; None if one is larger."""
    if not areas:
        return []
    joined = np.array([np.min(areas, axis=0)[0], np.max(areas, axis=0)[1]])
    together = _place_window(joined)
    if together is not None:
        return [together]
    apart = [window for window in map(_place_window, areas) if window is not None]
    return apart if len(apart) == len(areas) else None


def _place_window(area: Floats) -> tuple[int, int] | None:
    """Return the first row and column, cells, of the window about an area (2, 2), px of the mask; None if it is larger.

    The window stays inside the mask: outside nobody is looked for.
    """
    low = np.clip(np.floor((area[0] - _MARGIN_PX) / _CELL_PX), 0, _CELLS).astype(int)
    high = np.clip(np.ceil((area[1] + _MARGIN_PX) / _CELL_PX), 0, _CELLS).astype(int)
    if np.any(high - low > _WINDOW):
        return None
    column, row = np.clip((low + high - _WINDOW) // 2, 0, _CELLS - _WINDOW).tolist()
    return row, column


def _find_valid(first: int) -> tuple[slice, slice]:
    """Return the pixels along one side, in the mask and in a window from a cell on, that the window's edges leave true.

    An edge of the window that is the mask's own leaves all of them true.
    """
    low = 0 if first == 0 else _REACH_PX
    high = _WINDOW * _CELL_PX - (0 if first + _WINDOW == _CELLS else _REACH_PX)
    begin = first * _CELL_PX
    return slice(begin + low, begin + high), slice(low, high)


def _take(feature: Tensor, *, row: int, column: int) -> Tensor:
    """Return a copy of the window of a feature (1, H, W, C), whose sides are a multiple of the coarsest one's."""
    fine = feature.shape[1] // _CELLS
    rows, columns = (slice(first * fine, (first + _WINDOW) * fine) for first in (row, column))
    return feature[:, rows, columns].copy()
