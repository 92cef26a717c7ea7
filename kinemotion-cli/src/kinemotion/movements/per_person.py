"""Each person in a stream of frames followed alone: causal, and in bounded memory however many pass."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from kinemotion.motion.live import RoughState
from kinemotion.motion.poses import FramePoses, PoseSequence

_LOST_S = 0.95
"""Engineering limit: a person unseen for this long has left, and begins anew. With a frame's time it is within 1 s."""


class PersonSegmenter(Protocol):
    """Cuts what one person does into trials; see ``movements.base.Segmenter``."""

    def see(self, frame: FramePoses) -> PoseSequence | None:
        """Take in the next frame, which shows this person alone; return the trial that is over now."""
        ...

    def close(self) -> PoseSequence | None:
        """Return the trial that has begun when this person leaves; what follows begins anew."""
        ...

    def state(self) -> RoughState:
        """Say what this person does in the last frame."""
        ...

    def provisional(self) -> PoseSequence | None:
        """Return the trial under way where it may be measured now, each time once."""
        ...


@dataclass(slots=True)
class _Followed:
    """One person and when they were last seen."""

    segmenter: PersonSegmenter
    seen_s: float


class PerPersonSegmenter:
    """A segmenter that gives everybody in view a segmenter of their own."""

    def __init__(self, follow: Callable[[], PersonSegmenter]) -> None:
        self._follow = follow
        self._people: dict[int, _Followed] = {}
        self._now_s = float("-inf")

    def see(self, frame: FramePoses) -> tuple[PoseSequence, ...]:
        """Take in the next frame; return the trials that are over now, or whose person has left."""
        self._now_s = frame.time_s
        left = [number for number, person in self._people.items() if frame.time_s - person.seen_s > _LOST_S]
        over = [self._people.pop(number).segmenter.close() for number in left]
        for pose in frame.people:
            if pose.person not in self._people:
                self._people[pose.person] = _Followed(self._follow(), frame.time_s)
            person = self._people[pose.person]
            person.seen_s = frame.time_s
            over.append(person.segmenter.see(replace(frame, people=(pose,))))
        return _found(over)

    def close(self) -> tuple[PoseSequence, ...]:
        """Return the trials that have begun when the stream ends."""
        people, self._people = self._people, {}
        return _found(person.segmenter.close() for person in people.values())

    def state(self) -> tuple[RoughState, ...]:
        """Say what everybody in the last frame does."""
        return tuple(person.segmenter.state() for person in self._in_view())

    def provisional(self) -> tuple[PoseSequence, ...]:
        """Return the trials under way that may be measured now."""
        return _found(person.segmenter.provisional() for person in self._in_view())

    def _in_view(self) -> list[_Followed]:
        return [person for person in self._people.values() if person.seen_s == self._now_s]


def _found(sequences: Iterable[PoseSequence | None]) -> tuple[PoseSequence, ...]:
    return tuple(sequence for sequence in sequences if sequence is not None)
