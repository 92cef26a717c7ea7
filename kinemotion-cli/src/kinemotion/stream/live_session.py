"""One session of a live stream: its records in, the lines about it out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from kinemotion.errors import PictureSizeChanged, RecordMalformed
from kinemotion.messages import Message
from kinemotion.motion.live import SessionEvent, TrialEvent
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Problem, Trial
from kinemotion.pipeline import best_trial
from kinemotion.report.contract.live_document import (
    Origin,
    Summary,
    closed_event,
    dropped_event,
    live_state,
    live_trial,
)
from kinemotion.session import Session
from kinemotion.stream.landmarks import decode_landmarks
from kinemotion.stream.opening import Opening
from kinemotion.stream.records import Kind, Record

Line = Mapping[str, Any]
_STANDS = np.eye(2, 3)


class LiveSession:
    """Follows one athlete's session. Its memory is bounded however long it lasts."""

    def __init__(self, number: int, opening: Opening) -> None:
        self._number = number
        self._opening = opening
        self._session = Session(opening.analysis, live=True)
        self._first_us: int | None = None
        self._now_us = 0
        self._kind: Kind | None = None
        self._size: tuple[int, int] | None = None
        self._frames = self._dropped = self._not_told = self._trials = 0
        self._best: Trial | None = None
        self._problem: Problem | None = None

    def drop(self, frames: int) -> None:
        """Count frames that nobody looks at."""
        self._dropped += frames
        self._not_told += frames

    def take(self, record: Record) -> Iterator[Line]:
        """Take in a record with a frame; yield what is to be said now.

        Raises
        ------
        StreamProblem
            If the record cannot be used; the session cannot go on.
        """
        if self._kind not in {None, record.kind}:
            raise RecordMalformed(Message("session_kind_changed", "A session sends frames of one kind."))
        self._kind = record.kind
        if self._first_us is not None and record.time_us <= self._now_us:
            self.drop(1)
            return
        if self._first_us is None:
            self._first_us = record.time_us
        self._now_us = record.time_us
        for frame in self._see(record, time_s=(record.time_us - self._first_us) / 1e6):
            self._frames += 1
            yield from self._tell(self._session.push(frame))

    def close(self) -> Iterator[Line]:
        """End the session; yield the trial under way and what was measured."""
        yield from self._tell(self._session.close())
        reason = self._session.nothing_found()
        problem = self._problem if reason is None else Problem(reason.code, reason.message, reason.hint)
        summary = Summary(
            frames=self._frames,
            dropped=self._dropped,
            trials=self._trials,
            best=self._best,
            problem=None if self._best else problem,
        )
        yield closed_event(self._origin, summary)

    @property
    def _origin(self) -> Origin:
        return Origin(self._number, self._opening.analysis.movement, self._now_us)

    def _see(self, record: Record, *, time_s: float) -> Iterable[FramePoses]:
        """Yield the poses of the frame that a record holds."""
        seen = decode_landmarks(record.payload)
        self._check_size(seen.size)
        camera = _STANDS if seen.camera is None else seen.camera
        yield FramePoses(self._frames, time_s, seen.people, camera)

    def _check_size(self, size: tuple[int, int]) -> None:
        if self._size not in {None, size}:
            raise PictureSizeChanged(
                Message(
                    "size_changed", "The pictures have {width} x {height} pixels now.", width=size[0], height=size[1]
                )
            )
        self._size = size

    def _tell(self, events: Iterable[SessionEvent]) -> Iterator[Line]:
        if self._not_told:
            yield dropped_event(self._number, frames=self._not_told)
            self._not_told = 0
        for event in events:
            if isinstance(event, TrialEvent):
                if event.final:
                    self._remember(event.trial)
                yield live_trial(event, self._origin)
            else:
                yield live_state(event, self._origin)

    def _remember(self, trial: Trial) -> None:
        """Keep the best trial so far, and why the first one that has no numbers has none."""
        self._trials += 1
        self._problem = self._problem or trial.problem
        found = [item for item in (self._best, trial.without_motion()) if item is not None]
        self._best = best_trial(found, self._opening.analysis.movement)
