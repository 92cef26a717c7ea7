"""The people in a stream of poses, each watched for themselves: causal, and in bounded memory however many pass."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from kinemotion.motion.poses import FramePoses, PoseSequence

_LOST_S = 1.0
"""A person unseen for this long begins anew."""


class PersonSegmenter(Protocol):
    """Follows one person and tells what belongs together."""

    def see(self, frame: FramePoses) -> Iterator[PoseSequence]:
        """What this frame, which shows the person alone, completes."""
        ...

    def rest(self) -> Iterator[PoseSequence]:
        """What has begun when the person is out of sight."""
        ...


def segment_per_person(
    frames: Iterable[FramePoses], *, watcher: Callable[[], PersonSegmenter]
) -> Iterator[PoseSequence]:
    """What a watcher of their own makes of each person, as soon as it is complete, they are lost or the stream ends."""
    people: dict[int, PersonSegmenter] = {}
    seen_s: dict[int, float] = {}
    for frame in frames:
        for person in [person for person, last_s in seen_s.items() if frame.time_s - last_s > _LOST_S]:
            del seen_s[person]
            yield from people.pop(person).rest()
        for pose in frame.people:
            if pose.person not in people:
                people[pose.person] = watcher()
            seen_s[pose.person] = frame.time_s
            yield from people[pose.person].see(replace(frame, people=(pose,)))
    for person in people.values():
        yield from person.rest()
