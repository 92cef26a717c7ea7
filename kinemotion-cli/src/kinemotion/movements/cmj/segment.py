"""Cutting a stream into single jumps, each with the stand and the dip before it."""

from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

_SETTLE_S = 0.5
"""Engineering limit: a single jump is over this long after its landing; the next countermovement may begin."""
_LEAST_RISE = 0.025
"""Engineering limit: a jump of 3 cm lifts the feet this far (body lengths); the flicker of a standing foot is less."""


def segment(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that returns each jump."""
    return segment_jumps(skeleton, cut=JumpCut(settle_s=_SETTLE_S, least_rise=_LEAST_RISE))
