"""Where the silhouette of each foot ends below: evidence of ground contact that landmarks do not carry.

Heel and toe landmarks rise with the heel, long before the toes leave the ground; the lower edge of the
person's mask stays on the floor until they do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Floats
from kinemotion.motion.skeleton import BLAZEPOSE, SIDES
from kinemotion.opencv import load_opencv
from kinemotion.signals.affine import compose_affine, invert_affine

_FEET = tuple(
    tuple(BLAZEPOSE.index[f"{side}_{part}"] for part in ("knee", "ankle", "heel", "foot_index")) for side in SIDES
)
_REACH = 0.15
"""How far beyond its landmarks a foot is looked for, in shank lengths; shoes stick out by about a tenth."""
_STEP = 0.5
"""Spacing of the samples along columns and rows, mask pixels."""
_SURE = 3.0
"""Log odds at the edge: 95 % sure. A shadow on the floor just below a lifted sole is believed to half."""
NOBODY = -1e6
"""Log odds outside the mask."""
_BLUNT = 5
"""Samples of the edge averaged before the lowest is taken, so that one ragged pixel does not decide."""


@dataclass(frozen=True, slots=True)
class Silhouette:
    """The person as the model sees them: a soft mask and where it lies in the picture."""

    logit: NDArray[np.float32]
    """Log odds that a pixel of the mask shows the person (M, N)."""
    to_image: Floats
    """Affine map (2, 3) from mask to image, px; in both, pixel (i, j) covers x in [j, j+1), y in [i, i+1)."""

    @property
    def pixel_px(self) -> float:
        """Side of a mask pixel in the picture."""
        return float(np.hypot(self.to_image[0, 0], self.to_image[1, 0]))

    def sample(self, corner: Floats, *, step_px: float, size: tuple[int, int]) -> Floats:
        """Return log odds on an upright grid of the picture (rows, columns), bilinear; very low outside the mask.

        ``corner`` is the first point (2,), px, ``size`` the number of columns and rows, ``step_px`` their spacing.
        """
        cv2 = load_opencv()
        to_grid = np.array([[step_px, 0.0, corner[0]], [0.0, step_px, corner[1]]])
        to_mask = compose_affine(invert_affine(self.to_image), to_grid)
        to_mask[:, 2] -= 0.5  # OpenCV counts from the middle of a pixel
        return cv2.warpAffine(
            self.logit,
            to_mask,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderValue=NOBODY,
            hint=cv2.ALGO_HINT_ACCURATE,
        ).astype(np.float64)


def find_ground_points(silhouette: Silhouette, points: Floats) -> Floats:
    """Return the silhouette's lowest point near each foot (2, 2): left and right, x and y, image px; NaN where unseen.

    ``points`` are the landmarks (33, 2), image px.
    """
    return np.array([_find_lowest(silhouette, area) for area in find_foot_areas(points)])


def find_foot_areas(points: Floats) -> Floats:
    """Return where the lower edge of each foot is looked for (2, 2, 2): foot, low and high corner, x and y, image px.

    NaN where a foot or both shanks are unseen. ``points`` are the landmarks (33, 2), image px.
    """
    left, right = (np.hypot(*(points[foot[0]] - points[foot[1]])) for foot in _FEET)
    reach = _REACH * float(np.fmax(left, right))
    areas = np.full((2, 2, 2), np.nan)
    for area, foot in zip(areas, (points[list(foot[1:])] for foot in _FEET), strict=True):
        if np.isfinite(reach) and np.all(np.isfinite(foot)):
            area[0] = foot[:, 0].min() - reach, foot[0, 1] - reach
            area[1] = foot[:, 0].max() + reach, foot[:, 1].max() + 2 * reach
    return areas


def _find_lowest(silhouette: Silhouette, area: Floats) -> Floats:
    """Return the lowest point of the edge under one foot (2,), image px, in an area (2, 2) of the picture."""
    nowhere = np.full(2, np.nan)
    if not np.all(np.isfinite(area)):
        return nowhere
    step = silhouette.pixel_px * _STEP
    x, y = (np.arange(area[0, axis], area[1, axis], step) for axis in (0, 1))
    logit = silhouette.sample(area[0], step_px=step, size=(len(x), len(y)))
    edge = _find_lower_edge(logit, y)
    seen = np.isfinite(edge)
    if seen.sum() < _BLUNT:
        return nowhere
    kernel = np.ones(_BLUNT)
    total = np.convolve(np.where(seen, edge, 0.0), kernel, "same")
    blunt = np.where(seen, total / np.maximum(np.convolve(seen, kernel, "same"), 1.0), -np.inf)
    lowest = int(np.argmax(blunt))
    return np.array([x[lowest], blunt[lowest]])


def _find_lower_edge(logit: Floats, y: Floats) -> Floats:
    """Return the height at which each column (R, C) surely leaves the person for good (C,); NaN without."""
    sure = logit - _SURE
    inside = sure > 0
    columns = np.arange(int(inside.shape[1]))
    last = len(y) - 1 - np.argmax(inside[::-1], axis=0)
    leaves = inside.any(axis=0) & (last < len(y) - 1)
    last = np.minimum(last, len(y) - 2)
    above, below = sure[last, columns], np.maximum(sure[last + 1, columns], -1e3)
    part = np.divide(above, above - below, out=np.zeros_like(above), where=leaves)
    return np.where(leaves, y[last] + part * (y[1] - y[0]), np.nan)
