"""Affine maps of the plane: 2x3 matrices that turn, scale and shift points."""

import numpy as np

from kinemotion.motion.arrays import Floats


def make_identity_affine() -> Floats:
    """Return the map (2, 3) that changes nothing."""
    return np.eye(2, 3)


def apply_affine(affine: Floats, points: Floats) -> Floats:
    """Map points (..., N, 2) by one affine map (2, 3) or by one for each leading index (..., 2, 3)."""
    return points @ affine[..., :2].swapaxes(-1, -2) + affine[..., None, :, 2]


def invert_affine(affine: Floats) -> Floats:
    """Return the maps (..., 2, 3) that undo these (..., 2, 3)."""
    back = np.linalg.inv(affine[..., :2]).astype(np.float64)
    return np.concatenate([back, -back @ affine[..., 2:]], axis=-1)


def compose_affine(second: Floats, first: Floats) -> Floats:
    """Return the map (2, 3) that applies ``first``, then ``second``."""
    return np.column_stack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2] + second[:, 2]])


def is_identity(affine: Floats) -> bool:
    """Return whether all of the maps (..., 2, 3) change nothing."""
    return bool(np.all(affine == make_identity_affine()))
