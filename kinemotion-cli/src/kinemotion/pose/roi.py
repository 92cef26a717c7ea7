"""The square of the picture in which one person is looked at, and the picture cut out of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image as Pillow

from kinemotion.motion.arrays import Floats, Image

_MARGIN = 1.25
"""Half the side of a region over the distance from the body's centre to its rim (MediaPipe Pose)."""

_AFFINE, _BILINEAR = Pillow.Transform.AFFINE, Pillow.Resampling.BILINEAR


@dataclass(frozen=True, slots=True)
class Region:
    """A turned square in the picture, px; ``up`` is the unit vector from the body's centre to its head."""

    center: Floats
    """(2,)."""
    up: Floats
    """(2,), y down: (0, -1) for an upright person."""
    side: float

    @classmethod
    def around(cls, center: Floats, rim: Floats) -> "Region":
        """The square about a body's centre that reaches beyond its rim, both (2,) px."""
        reach = float(np.hypot(*(rim - center)))
        up = (rim - center) / reach if reach > 0 else np.array([0.0, -1.0])
        return cls(center, up, 2 * _MARGIN * reach)

    def to_image(self, size: int) -> Floats:
        """Affine map (2, 3) from a crop of size x size px to the picture, both with corners at whole numbers."""
        right = np.array([-self.up[1], self.up[0]])
        down = -self.up
        scale = self.side / size
        corner = self.center - (right + down) * self.side / 2
        return np.column_stack([right * scale, down * scale, corner])

    def distance(self, other: "Region") -> float:
        """Distance of the centres as a share of the larger side."""
        return float(np.hypot(*(self.center - other.center))) / max(self.side, other.side)


def apply(affine: Floats, points: Floats) -> Floats:
    """Points (N, 2) carried through a map (2, 3)."""
    return points @ affine[:, :2].T + affine[:, 2]


def crop(image: Image, to_image: Floats, *, size: int) -> Image:
    """The picture (size, size, 3) seen through a region's map, bilinear; the border repeats its last pixel.

    A large region is first averaged over whole blocks of pixels, of the same grid in every frame: bilinear
    sampling alone would skip pixels, and the points would tremble.
    """
    block = max(1, round(float(np.hypot(*to_image[:, 0]))))
    corners = apply(to_image, np.array([[0, 0], [size, 0], [0, size], [size, size]], dtype=float)) / block
    low, high = np.floor(corners.min(axis=0)) - 2, np.ceil(corners.max(axis=0)) + 2
    rows = _span(low[1], high[1], block=block, length=image.shape[0])
    columns = _span(low[0], high[0], block=block, length=image.shape[1])
    inside = Pillow.fromarray(np.ascontiguousarray(image[rows.part, columns.part])).reduce(block)
    box = _extended(np.asarray(inside), rows=rows.missing, columns=columns.missing)
    to_box = to_image / block
    to_box[:, 2] -= columns.start, rows.start
    picture = Pillow.fromarray(box)
    return np.asarray(picture.transform((size, size), _AFFINE, tuple(to_box.ravel()), resample=_BILINEAR))


def _extended(inside: Image, *, rows: tuple[int, int], columns: tuple[int, int]) -> Image:
    """The picture with its border repeated: so many rows above and below, columns left and right."""
    height, width = inside.shape[:2]
    top, left = rows[0], columns[0]
    picture = np.empty((top + height + rows[1], left + width + columns[1], 3), dtype=np.uint8)
    middle = picture[top : top + height]
    middle[:, left : left + width] = inside
    middle[:, :left] = inside[:, :1]
    middle[:, left + width :] = inside[:, -1:]
    picture[:top] = middle[0]
    picture[top + height :] = middle[-1]
    return picture


@dataclass(frozen=True, slots=True)
class _Span:
    """What is cut out of a picture along one axis."""

    start: int
    """First block, counted from the picture's first."""
    part: slice
    """Pixels that exist."""
    missing: tuple[int, int]
    """Blocks before and behind them that do not."""


def _span(low: float, high: float, *, block: int, length: int) -> _Span:
    """The blocks from low to high along an axis of so many pixels."""
    blocks = -(-length // block)
    first, last = min(max(int(low), 0), blocks - 1), max(min(int(high), blocks), 1)
    missing = max(0, -int(low)), max(0, int(high) - blocks)
    return _Span(first - missing[0], slice(first * block, max(last, first + 1) * block), missing)
