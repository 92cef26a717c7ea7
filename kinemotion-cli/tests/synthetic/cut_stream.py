"""Driving a segmenter over a stream, as a session does."""

from collections.abc import Iterable, Iterator

from kinemotion.motion.poses import FailedSegment, FramePoses, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.base import Movement, Segmenter


def cut(segmenter: Segmenter, frames: Iterable[FramePoses]) -> Iterator[PoseSequence]:
    """Trials of the stream, each as soon as it is over."""
    for frame in frames:
        yield from without_failures(segmenter.push(frame))
    yield from without_failures(segmenter.close())


def without_failures(found: Iterable[PoseSequence | FailedSegment]) -> Iterator[PoseSequence]:
    """The trials, where no segmenter failed."""
    for trial in found:
        assert isinstance(trial, PoseSequence)
        yield trial


def trials_in(movement: Movement, frames: Iterable[FramePoses]) -> list[PoseSequence]:
    """All trials that a movement cuts out of a stream."""
    return list(cut(movement.make_segmenter(BLAZEPOSE), frames))
