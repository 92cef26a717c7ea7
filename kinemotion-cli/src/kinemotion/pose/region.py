"""The square of the picture in which one person is looked at, and the picture cut out of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image as Pillow

from kinemotion.motion.arrays import Floats, Image

_MARGIN = 1.25
"""Half the side of a region over the distance from the body's centre to its rim (MediaPipe Pose)."""


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
    left, top = (int(value) * block for value in np.floor(corners.min(axis=0)) - 2)
    right, bottom = (int(value) * block for value in np.ceil(corners.max(axis=0)) + 2)
    box = _along(_along(image, top, end=bottom, axis=0), left, end=right, axis=1)
    matrix = to_image.copy()
    matrix[:, 2] -= left, top
    picture = Pillow.fromarray(np.ascontiguousarray(box)).reduce(block)
    seen = picture.transform(
        (size, size), Pillow.Transform.AFFINE, tuple((matrix / block).ravel()), resample=Pillow.Resampling.BILINEAR
    )
    return np.asarray(seen)


def _along(image: Image, start: int, *, end: int, axis: int) -> Image:
    """The part of the picture from start to end along an axis, px, its edge repeated outside of it."""
    length = image.shape[axis]
    if start >= 0 and end <= length:
        return image[start:end] if axis == 0 else image[:, start:end]
    return np.take(image, np.clip(np.arange(start, end), 0, length - 1), axis=axis)
