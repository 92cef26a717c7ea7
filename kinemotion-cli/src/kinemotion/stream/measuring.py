"""Measuring trials beside the frames: a measurement takes as long as many frames, and no frame shall wait for it."""

import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Protocol

from kinemotion.messages import Message
from kinemotion.stream.trial_worker import (
    MeasuredTrial,
    TrialJob,
    TrialWorker,
    WorkerLost,
    describe_failed_job,
    measure_job,
)

_logger = logging.getLogger(__name__)
MOST_WAITING = 128
"""Engineering limit: trials of all sessions that wait to be measured; a further one is sent without numbers."""
_MOST_WORKERS = 4
"""Engineering limit: processes that measure trials; each takes as much memory as a short analysis."""
_TRIES = 2
"""Engineering limit: workers that a trial may cost; then the trial itself is taken for the reason."""


@dataclass(frozen=True, slots=True)
class QueuedMeasurement:
    """A trial to be measured and sent, or an event to be sent after the trials of its session."""

    session: int
    deliver: Callable[[MeasuredTrial | None], None]
    """Called with the measured trial; with None where there is none to be measured."""
    job: TrialJob | None = None

    @property
    def provisional(self) -> bool:
        """Whether a later measurement of the session makes it needless."""
        return self.job is not None and not self.job.due.final


class Worker(Protocol):
    """What measures one trial after the other."""

    def measure(self, job: TrialJob) -> MeasuredTrial:
        """Measure a trial.

        Raises
        ------
        WorkerLost
            If it cannot, and is of no use any more.
        """
        ...

    def close(self) -> None:
        """Give up what it holds."""
        ...


class Measurer(Protocol):
    """What carries out measurements, those of a session in the order they come."""

    def submit(self, measurement: QueuedMeasurement) -> None:
        """Carry out a measurement, now or soon."""
        ...

    def close(self) -> None:
        """Carry out what waits."""
        ...


class MeasureAtOnce:
    """Measures in the calling thread."""

    def submit(self, measurement: QueuedMeasurement) -> None:
        """Carry out a measurement."""
        measurement.deliver(measurement.job and measure_job(measurement.job))

    def close(self) -> None:
        """Do nothing: no measurement waits."""


class MeasureBeside:
    """Measures in processes of their own, the first one started ahead.

    A provisional measurement waits until no final one does, and is left out where a later one of its session waits. A
    trial whose worker dies is measured again in a new one.

    Parameters
    ----------
    workers
        Most processes; without it, one less than there are processors.
    open_worker
        Starts a process.
    """

    def __init__(self, *, workers: int | None = None, open_worker: Callable[[], Worker] = TrialWorker) -> None:
        self._open_worker = open_worker
        self._most_workers = workers or max(1, min(_MOST_WORKERS, (os.cpu_count() or 1) - 1))
        self._waiting: deque[QueuedMeasurement] = deque()
        self._busy: set[int] = set()
        """Sessions with a measurement at work."""
        self._changed = Condition()
        self._ended = False
        self._threads: list[Thread] = []
        self._add_thread()

    def submit(self, measurement: QueuedMeasurement) -> None:
        """Add a measurement. It never waits: where too many trials wait, this one is sent without numbers."""
        if measurement.job is None and not self._has_work(measurement.session):
            measurement.deliver(None)
            return
        with self._changed:
            older = [item for item in self._waiting if item.session == measurement.session and item.provisional]
            for item in older:
                self._waiting.remove(item)
            if measurement.job is not None and len(self._waiting) >= MOST_WAITING:
                if measurement.provisional:
                    return
                measurement = _give_up(measurement, measurement.job)
            if self._busy and len(self._threads) < self._most_workers:
                self._add_thread()
            self._waiting.append(measurement)
            self._changed.notify_all()

    def close(self) -> None:
        """Carry out what waits, then end the processes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _add_thread(self) -> None:
        thread = Thread(target=self._run, name=f"trials-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        """Carry out measurements, each trial in a process that belongs to this thread."""
        worker = _LastingWorker(self._open_worker)
        try:
            while measurement := self._take():
                try:
                    measurement.deliver(measurement.job and worker.measure(measurement.job))
                except Exception:
                    _logger.exception("A measurement of session %d failed.", measurement.session)
                finally:
                    self._end(measurement)
        finally:
            worker.close()

    def _take(self) -> QueuedMeasurement | None:
        """Wait for a measurement of a session that has none at work; None when no more come."""
        with self._changed:
            while True:
                found = self._find_next()
                if found:
                    self._waiting.remove(found)
                    self._busy.add(found.session)
                    return found
                if self._ended and not self._waiting:
                    return None
                self._changed.wait()

    def _has_work(self, session: int) -> bool:
        with self._changed:
            return session in self._busy or any(item.session == session for item in self._waiting)

    def _find_next(self) -> QueuedMeasurement | None:
        """Return the first measurement of a session that has none at work.

        What is only sent goes before trials, and final trials go before provisional ones.
        """
        first: dict[int, QueuedMeasurement] = {}
        for item in self._waiting:
            if item.session not in self._busy:
                first.setdefault(item.session, item)
        return min(first.values(), key=lambda item: (item.job is not None, item.provisional), default=None)

    def _end(self, measurement: QueuedMeasurement) -> None:
        with self._changed:
            self._busy.discard(measurement.session)
            self._changed.notify_all()


class _LastingWorker:
    """A worker that is replaced when it dies."""

    def __init__(self, open_worker: Callable[[], Worker]) -> None:
        self._open = open_worker
        self._worker = open_worker()

    def measure(self, job: TrialJob) -> MeasuredTrial:
        """Measure a trial, in a new process where the first one dies under it."""
        for _ in range(_TRIES):
            try:
                return self._worker.measure(job)
            except WorkerLost:
                _logger.warning("A process that measures trials has died; another one is started.")
                self._worker.close()
                self._worker = self._open()
        return describe_failed_job(
            job,
            Message("trial_worker_died", "This trial could not be measured: the process that measured it ended twice."),
            hint=Message("jump_again", "Repeat the movement."),
        )

    def close(self) -> None:
        """End the process."""
        self._worker.close()


def _give_up(measurement: QueuedMeasurement, job: TrialJob) -> QueuedMeasurement:
    """Return the measurement that reports, in its turn, that too many trials waited."""
    refused = describe_failed_job(
        job,
        Message("too_many_trials", "This trial was not measured, because too many trials were waiting."),
        hint=Message("measure_fewer", "Measure fewer athletes at the same time, then repeat the movement."),
    )
    return QueuedMeasurement(measurement.session, lambda _: measurement.deliver(refused))
