"""Cutting a stream into single jumps, each with what came before it."""

from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

_SETTLE_S = 0.5
"""Engineering limit: a single jump is over this long after its landing."""


def segment(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that returns each jump."""
    return segment_jumps(skeleton, cut=JumpCut(settle_s=_SETTLE_S))
