"""Cutting a stream into drop jumps, each with the stand on the box before it."""

from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

_SETTLE_S = 0.6
"""Engineering limit: longer than any contact of a rebound, so that a stumble stays in its trial."""


def segment(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that returns each drop jump."""
    return segment_jumps(skeleton, cut=JumpCut(settle_s=_SETTLE_S, rebound_count=1))
