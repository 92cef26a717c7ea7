"""Cutting a stream into series of jumps."""

from math import inf

from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

_CUT = JumpCut(settle_s=1.0, before_s=1.5, longest_s=30.0, rebound_count=inf, stands_s=0.75, stands_up_s=0.55)
"""Engineering limit: a second on the ground ends a series, or less upright and still, but more
than the two contacts around a hop that was missed. Still less is enough for an athlete who stands up slowly: longer
than a contact of rebounds, and no missed hop looks like it. Longer series come in parts."""


def segment(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that returns each series."""
    return segment_jumps(skeleton, cut=_CUT)
