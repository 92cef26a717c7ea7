"""One session of a live stream: its records in, the lines about it out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kinemotion.errors import PictureSizeChanged, RecordMalformed
from kinemotion.messages import Message
from kinemotion.motion.report import EstimatorInfo, Problem, Report, Trial
from kinemotion.pipeline import find_best_trial
from kinemotion.report.contract.live_document import (
    Origin,
    Summary,
    make_closed_event,
    make_dropped_event,
    make_state_event,
)
from kinemotion.session import DueTrial, Session
from kinemotion.stream.landmark_records import LandmarkFrame
from kinemotion.stream.measuring import Measurer, QueuedMeasurement
from kinemotion.stream.open_models import PoseModels
from kinemotion.stream.opening import Opening
from kinemotion.stream.processor_time import ProcessorTime
from kinemotion.stream.provenance import FrameCounter, describe_session
from kinemotion.stream.records import Kind, Record
from kinemotion.stream.sources import Decoded, LandmarkSource, PictureSource, Source
from kinemotion.stream.trial_worker import MeasuredTrial, TrialJob
from kinemotion.streaming import PoseFollower

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What all sessions of a process share."""

    write: Callable[[Line], None]
    write_text: Callable[[str], None]
    """Takes a line that is JSON already."""
    measurer: Measurer
    models: PoseModels
    processor_time: ProcessorTime | None = None
    """Measures what each frame costs; None where the lines must be the same whenever the same frames come."""


class LiveSession:
    """Follows one session. Its memory is bounded however long it lasts."""

    def __init__(self, number: int, opening: Opening, *, shared: SharedParts) -> None:
        self._number = number
        self._opening = opening
        self._shared = shared
        self._setup = opening.setup
        self._session = Session(self._setup, live=True)
        self._kind: Kind | None = None
        self._source: Source = LandmarkSource()
        self._estimator: EstimatorInfo | None = None
        self._first: Decoded | None = None
        self._now_us = 0
        self._dropped = self._unreported = self._trials = 0
        self._counter = FrameCounter()
        self._best: Trial | None = None
        self._problem: Problem | None = None

    def drop(self, frames: int) -> None:
        """Count frames that nobody looks at."""
        self._dropped += frames
        self._unreported += frames

    def take(self, records: Sequence[Record]) -> None:
        """Take in records of frames: each is decoded, all landmarks and the newest picture are looked at.

        One state is sent, of the newest frame: where frames wait, a display need not follow each of them.

        Raises
        ------
        StreamProblem
            If a record cannot be used; the session cannot go on.
        """
        newest: Decoded | None = None
        before = self._counter.frames
        for decoded in self._decode(records):
            if self._first is None:
                self._begin(decoded)
            elif decoded.time_us <= self._now_us:
                self.drop(1)
                continue
            self._check(decoded)
            self._now_us = decoded.time_us
            if isinstance(decoded.content, LandmarkFrame):
                self._see(decoded)
            else:
                self.drop(0 if newest is None else 1)
                newest = decoded
        if newest is not None:
            self._see(newest)
        if frames := self._counter.frames - before:
            self._tell_state(frames=frames)

    def close(self) -> None:
        """End the session: the trial under way is measured, then the result is sent."""
        self._measure(self._session.finish())
        self._shared.measurer.submit(QueuedMeasurement(self._number, lambda _: self._send_end()))

    @property
    def _origin(self) -> Origin:
        return Origin(self._number, self._setup.movement, self._now_us)

    def _decode(self, records: Sequence[Record]) -> Iterator[Decoded]:
        for record in records:
            if self._kind is None:
                self._kind, self._source = record.kind, self._open_source(record.kind)
            if self._kind is not record.kind:
                raise RecordMalformed(Message("session_kind_changed", "A session sends frames of one kind."))
            yield from self._source.decode(record)

    def _open_source(self, kind: Kind) -> Source:
        if kind is Kind.LANDMARKS:
            return LandmarkSource()
        estimator = self._shared.models.get(self._opening.quality)
        self._estimator = estimator.info
        return PictureSource(kind, PoseFollower(estimator))

    def _begin(self, decoded: Decoded) -> None:
        """Take the first frame: what it lacks, all frames lack."""
        self._first = decoded
        if not decoded.has_ground:
            self._setup = replace(self._setup, has_ground_points=False)
            self._session = Session(self._setup, live=True)

    def _check(self, decoded: Decoded) -> None:
        """Check that a frame is of the kind of the first."""
        first = self._first or decoded
        if decoded.size != first.size:
            width, height = decoded.size
            raise PictureSizeChanged(
                Message("size_changed", "The pictures have {width} x {height} pixels now.", width=width, height=height)
            )
        if decoded.has_ground != first.has_ground:
            raise RecordMalformed(
                Message("ground_points_changed", "A session sends ground points in every frame or in none.")
            )

    def _see(self, decoded: Decoded) -> None:
        """Find everybody in a frame, and measure the trials that may be measured now."""
        first_us = self._first.time_us if self._first else decoded.time_us
        time_s = (decoded.time_us - first_us) / 1e6
        frame = self._source.look(decoded, index=self._counter.frames, time_s=time_s)
        self._counter.count(time_s)
        if self._unreported:
            self._shared.write(make_dropped_event(self._number, frames=self._unreported))
            self._unreported = 0
        self._measure(self._session.follow(frame))

    def _tell_state(self, *, frames: int) -> None:
        """Write what everybody does in the newest frame, and what each of the frames behind it has cost."""
        state = make_state_event(self._session.describe_state(), self._origin)
        if self._shared.processor_time:
            state["cpu_time_s"] = round(self._shared.processor_time.take_s() / frames, 6)
        self._shared.write(state)

    def _measure(self, due: Iterable[DueTrial]) -> None:
        for trial in due:
            job = TrialJob(self._setup, trial, self._origin)
            deliver = partial(self._send_trial, final=trial.final)
            self._shared.measurer.submit(QueuedMeasurement(self._number, deliver, job))

    def _send_trial(self, measured: MeasuredTrial | None, *, final: bool) -> None:
        """Send a measured trial; keep the best one so far, and why the first one without numbers has none."""
        if measured is None or measured.text is None:
            return
        trial = measured.trial
        self._session.remember_scale(trial)
        if final:
            self._trials += 1
            self._problem = self._problem or trial.problem
            found = [trial for trial in (self._best, trial) if trial is not None]
            self._best = find_best_trial(found, self._setup.movement)
        self._shared.write_text(measured.text)

    def _send_end(self) -> None:
        reason = self._session.explain_no_trial()
        problem = self._problem if reason is None else Problem(reason.code, reason.message, reason.hint)
        summary = Summary(
            frames=self._counter.frames,
            dropped=self._dropped,
            trials=self._trials,
            best=self._best,
            problem=None if self._best else problem,
        )
        self._shared.write(make_closed_event(self._origin, summary, report=self._describe(summary)))

    def _describe(self, summary: Summary) -> Report:
        size = self._first.size if self._first else (0, 0)
        video = self._counter.describe(self._kind, size=size)
        return describe_session(self._opening, video, estimator=self._estimator, summary=summary)
