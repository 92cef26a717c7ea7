"""The body's length in the picture: a unit for thresholds, and a ruler where the stature is known."""

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.skeleton import Skeleton

CHAIN_SHARE = Estimate(0.90, 0.022)
"""Ankle to ear along the body, BlazePose's points, as a share of the stature: 17 rendered athletes of both sexes,
with room for the differences in build between people (0.89 by the segment lengths of Drillis & Contini 1966)."""
NOMINAL_STATURE_M = Estimate(1.72, 0.14)
"""An adult of unknown stature."""
_EXTENDED = 0.9
"""Quantile over frames: the picture shortens what points to the camera, so the longest views are the true ones."""


def measure_chain_px(points: Floats, skeleton: Skeleton) -> float:
    """Length from ankle to ear along shank, thigh, trunk and neck, px, where it is seen longest.

    ``points`` (T, K, 2), px, without gaps.
    """

    def of(name: str) -> tuple[Floats, Floats]:
        return points[:, skeleton.index[f"left_{name}"]], points[:, skeleton.index[f"right_{name}"]]

    def along(upper: str, lower: str) -> Floats:
        sides = zip(of(upper), of(lower), strict=True)
        return np.mean([np.linalg.norm(a - b, axis=1) for a, b in sides], axis=0)

    def between(upper: str, lower: str) -> Floats:
        return np.linalg.norm(np.mean(of(upper), axis=0) - np.mean(of(lower), axis=0), axis=1)

    length = along("ankle", "knee") + along("knee", "hip") + between("hip", "shoulder") + between("shoulder", "ear")
    return float(np.quantile(length, _EXTENDED))
