"""Measuring trials in a process of its own: a trial takes as long as hundreds of frames, and no frame shall wait."""

import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from kinemotion.messages import Message
from kinemotion.motion.report import Problem, Trial
from kinemotion.report.contract.encode import encode_line
from kinemotion.report.contract.live_document import Origin, make_live_trial_event
from kinemotion.session import DueTrial, MeasurementSetup, analyze_trial, as_event, describe_unmeasured

_LONGEST_S = 60.0
"""Engineering limit: time after which a worker that has not measured its trial is taken for stuck."""
_NICENESS = 10
"""Engineering limit: how much frames go before trials, where the system has priorities."""
_LOADED_AHEAD = ("kinemotion.movements.jumps.jump_height",)
"""Modules that a first trial would wait for."""
_CONTEXT = get_context("spawn")
"""A copy of the process that follows frames would share its threads' locks."""


@dataclass(frozen=True, slots=True)
class TrialJob:
    """A trial to be measured, and what its line says of its session. Can be pickled."""

    setup: MeasurementSetup
    due: DueTrial
    origin: Origin


@dataclass(frozen=True, slots=True)
class MeasuredTrial:
    """A measured trial without its motion, and its line; no line for a provisional trial without numbers."""

    trial: Trial
    text: str | None


class WorkerLost(Exception):
    """The worker has died, or is stuck."""


def measure_job(job: TrialJob) -> MeasuredTrial:
    """Measure a trial, and write the line about it."""
    return _write(job, analyze_trial(job.due.sequence, job.setup, index=job.due.index))


def describe_failed_job(job: TrialJob, message: Message, *, hint: Message) -> MeasuredTrial:
    """Return a trial that could not be measured, with the reason."""
    problem = Problem("internal_error", message, hint)
    return _write(job, describe_unmeasured(job.due.sequence, problem, index=job.due.index))


def _write(job: TrialJob, trial: Trial) -> MeasuredTrial:
    event = as_event(trial, job.setup.movement, final=job.due.final)
    return MeasuredTrial(
        trial.without_motion(), encode_line(make_live_trial_event(event, job.origin)) if event else None
    )


class TrialWorker:
    """A process that measures one trial after the other. Used by one thread."""

    def __init__(self) -> None:
        self._connection, theirs = _CONTEXT.Pipe()
        kwargs = {"with_traces": logging.getLogger("kinemotion").isEnabledFor(logging.INFO)}
        self._process = _CONTEXT.Process(target=_work, args=(theirs,), kwargs=kwargs, daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int | None:
        """Number of the process."""
        return self._process.pid

    def measure(self, job: TrialJob) -> MeasuredTrial:
        """Measure a trial in the process.

        Raises
        ------
        WorkerLost
            If the process dies under it, or is stuck. It is of no use any more.
        """
        try:
            self._connection.send(job)
            if self._connection.poll(_LONGEST_S):
                return self._connection.recv()
        except (EOFError, OSError):
            raise WorkerLost from None
        raise WorkerLost

    def close(self) -> None:
        """End the process, whatever it does."""
        self._connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _work(connection: "Connection[Any, Any]", *, with_traces: bool) -> None:
    """The life of a worker: load what trials need, then measure until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process: the parent ends this one
    with suppress(OSError):
        os.dup2(sys.stderr.fileno(), 1)  # who reads the lines of the parent shall not wait for this process
    if sys.platform != "win32":
        os.nice(_NICENESS)
    if with_traces:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    for module in _LOADED_AHEAD:
        import_module(module)
    with suppress(EOFError, OSError):
        while True:
            connection.send(measure_job(connection.recv()))
