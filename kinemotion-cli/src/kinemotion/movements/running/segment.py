"""Cutting a stream into windows of steady running; they need no standing start and no end."""

from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.gait.segmentation import segment_runs


def segment(skeleton: Skeleton) -> Segmenter:
    """Make a segmenter that returns windows of running of every person in view."""
    return segment_runs(skeleton)
