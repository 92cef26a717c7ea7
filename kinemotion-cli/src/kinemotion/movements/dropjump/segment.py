"""Cutting a stream into drop jumps, each with the stand on the box before it."""

from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

_CUT = JumpCut(settle_s=0.6, rebound_count=1, stands_up_s=0.4)
"""Engineering limit: longer than any contact of a rebound, so that a stumble stays in its trial; less is enough for an
athlete who stands up slowly."""


def segment(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that returns each drop jump."""
    return segment_jumps(skeleton, cut=_CUT)
