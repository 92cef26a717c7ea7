"""Each person in a stream of frames followed alone: causal, and in bounded memory however many pass."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from kinemotion.motion.live import RoughState
from kinemotion.motion.poses import FailedSegment, FramePoses, PoseSequence
from kinemotion.movements.completeness import check_segmenter

_logger = logging.getLogger(__name__)
_logger.addHandler(logging.NullHandler())  # the application decides where a trace is shown
_LOST_S = 0.95
"""Engineering limit: a person unseen for this long has left, and counts as new afterwards. With a frame's time
it is within 1 s."""
_MOST_FAILURES = 3
"""Engineering limit: errors after which a person is left out until they have left the picture."""

_Answer = TypeVar("_Answer")


class PersonSegmenter(Protocol):
    """Cuts what one person does into trials; see ``movements.base.Segmenter``."""

    def push(self, frame: FramePoses) -> PoseSequence | None:
        """Take in the next frame, which shows this person alone; return the trial that is over now."""
        ...

    def close(self) -> PoseSequence | None:
        """Return the next trial that has begun when this person leaves; None when there is none left."""
        ...

    def describe_state(self) -> RoughState:
        """Return what this person does in the last frame."""
        ...

    def find_provisional_trial(self) -> PoseSequence | None:
        """Return the unfinished trial if it can be measured now; each call returns a trial only once."""
        ...


@dataclass(slots=True)
class _Followed:
    """One person and when they were last seen."""

    seen_s: float
    since: tuple[int, float]
    """Number and time, s, of the first frame that no trial holds yet."""
    segmenter: PersonSegmenter | None = None
    """None after an error, until the next frame."""
    failures: int = 0


class PerPersonSegmenter:
    """A segmenter that gives everybody in view a segmenter of their own. An error in one of them ends no other."""

    def __init__(self, follow: Callable[[], PersonSegmenter]) -> None:
        self._follow = follow
        self._people: dict[int, _Followed] = {}
        self._failed: list[FailedSegment] = []
        self._now = (-1, float("-inf"))

    def push(self, frame: FramePoses) -> tuple[PoseSequence | FailedSegment, ...]:
        """Take in the next frame; return the trials that are over now, or whose person has left.

        Raises
        ------
        MovementOutdated
            Where the segmenter of a person is written for another version of the engine.
        """
        self._now = (frame.index, frame.time_s)
        left = [number for number, person in self._people.items() if self._has_left(person)]
        over = [trial for number in left for trial in self._close(number)]
        for number in left:
            del self._people[number]
        for pose in frame.people:
            person = self._people.get(pose.person)
            if person is None:
                person = self._people[pose.person] = _Followed(frame.time_s, self._now)
            person.seen_s = frame.time_s
            if person.segmenter is None and person.failures < _MOST_FAILURES:
                person.segmenter = self._follow()
                check_segmenter(person.segmenter, PersonSegmenter)
            alone = frame if len(frame.people) == 1 else replace(frame, people=(pose,))
            trial = self._ask(pose.person, lambda segmenter, alone=alone: segmenter.push(alone))
            if trial is not None:
                person.since = self._now
                over.append(trial)
        return (*over, *self._take_failed())

    def close(self) -> tuple[PoseSequence | FailedSegment, ...]:
        """Return the trials that have begun when the stream ends."""
        over = [trial for number in self._people for trial in self._close(number)]
        self._people = {}
        return (*over, *self._take_failed())

    def list_states(self) -> tuple[RoughState, ...]:
        """Return what everybody in the last frame does."""
        states = [self._ask(number, lambda segmenter: segmenter.describe_state()) for number in self._in_view()]
        return tuple(state for state in states if state is not None)

    def list_provisional_trials(self) -> tuple[PoseSequence, ...]:
        """Return the unfinished trials that can be measured now."""
        trials = [self._ask(number, lambda segmenter: segmenter.find_provisional_trial()) for number in self._in_view()]
        return tuple(trial for trial in trials if trial is not None)

    def _close(self, number: int) -> list[PoseSequence]:
        trials: list[PoseSequence] = []
        while (trial := self._ask(number, lambda segmenter: segmenter.close())) is not None:
            trials.append(trial)
        return trials

    def _ask(self, number: int, question: Callable[[PersonSegmenter], _Answer]) -> _Answer | None:
        """Return the answer of a person's segmenter. One that fails is replaced at the next frame."""
        person = self._people[number]
        if person.segmenter is None:
            return None
        try:
            return question(person.segmenter)
        except Exception:
            _logger.exception("The movement of person %d could not be cut into trials.", number)
            frame, time_s = np.array((person.since, self._now), dtype=float).T
            self._failed.append(FailedSegment(number, frame, time_s))
            person.segmenter, person.since = None, self._now
            person.failures += 1
            return None

    def _take_failed(self) -> list[FailedSegment]:
        failed, self._failed = self._failed, []
        return failed

    def _has_left(self, person: _Followed) -> bool:
        return self._now[1] - person.seen_s > _LOST_S

    def _in_view(self) -> list[int]:
        return [number for number, person in self._people.items() if person.seen_s == self._now[1]]
