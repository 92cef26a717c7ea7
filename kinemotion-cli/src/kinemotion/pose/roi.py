"""The region of interest of one person, and the crop that the landmark model sees."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Floats, Image
from kinemotion.opencv import load_opencv
from kinemotion.signals.affine import apply_affine

Tensor = NDArray[np.float32]

_MARGIN = 1.25
"""Half the side of a region over the distance from the body's centre to its rim (MediaPipe Pose)."""
_BORDER = 2
"""Blocks kept around what a crop shows, so that interpolation finds its neighbours."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rotated square in the picture, px."""

    center: Floats
    """(2,)."""
    up: Floats
    """Unit vector (2,) from the body's centre to its head, y down: (0, -1) for an upright person."""
    side: float

    @classmethod
    def from_circle(cls, center: Floats, rim: Floats) -> Self:
        """Enclose a body in a square, given its centre and the point above its head on a circle around it, (2,) px."""
        reach = float(np.hypot(*(rim - center)))
        up = (rim - center) / reach if reach > 0 else np.array([0.0, -1.0])
        return cls(center, up, 2 * _MARGIN * reach)

    def map_to_image(self, size: int) -> Floats:
        """Return the affine map (2, 3) from a crop of size x size px to the picture; pixel 0 covers 0 to 1 in both."""
        right = np.array([-self.up[1], self.up[0]])
        down = -self.up
        scale = self.side / size
        corner = self.center - (right + down) * self.side / 2
        return np.column_stack([right * scale, down * scale, corner])

    def measure_distance(self, other: Self) -> float:
        """Return the distance of the centres as a share of the larger side."""
        return float(np.hypot(*(self.center - other.center))) / max(self.side, other.side)


def crop(image: Image, to_image: Floats, *, size: int) -> Tensor:
    """Return the crop (size, size, 3), 0 to 255, that a region's map shows, bilinear; the border is repeated.

    A large region is first averaged over whole blocks of pixels, on the same grid in every frame: bilinear
    interpolation alone would skip pixels, and the landmarks would jitter.
    """
    cv2 = load_opencv()
    block = max(1, round(float(np.hypot(*to_image[:, 0]))))
    part, corner = _average_blocks(image, to_image, size=size, block=block)
    to_part = to_image / block
    to_part[:, 2] += to_part[:, :2] @ (0.5, 0.5) - corner - 0.5  # OpenCV counts from the middle of a pixel
    shown = cv2.warpAffine(
        part.astype(np.float32),
        to_part,
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
        hint=cv2.ALGO_HINT_ACCURATE,
    )
    return np.floor(shown, out=shown)  # whole grey levels, cut off: the calibration was made with such pictures


def _average_blocks(image: Image, to_image: Floats, *, size: int, block: int) -> tuple[Image, Floats]:
    """Return the averaged part of the image that a region needs, and its corner (2,), both in blocks."""
    cv2 = load_opencv()
    corners = apply_affine(to_image, np.array([[0, 0], [size, 0], [0, size], [size, size]], dtype=float)) / block
    blocks = -(-np.array(image.shape[1::-1]) // block)
    low = np.clip(np.floor(corners.min(axis=0)) - _BORDER, 0, blocks - 1).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + _BORDER, low + 1, blocks).astype(int)
    (left, top), (right, bottom) = low * block, high * block
    part = image[top:bottom, left:right]
    if block == 1:
        return part, low
    missing = bottom - top - part.shape[0], right - left - part.shape[1]  # the last blocks may be incomplete
    if any(missing):
        part = cv2.copyMakeBorder(part, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
    return cv2.resize(part, (high - low).tolist(), interpolation=cv2.INTER_AREA), low
