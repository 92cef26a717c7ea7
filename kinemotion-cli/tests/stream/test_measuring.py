"""Trials are measured beside the frames: in order in each session, and none is lost with a process."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from stream_client import about, answer, recorded, whole_session

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.report.contract.encode import encode_line
from kinemotion.report.contract.live_document import Origin
from kinemotion.session import MeasurementSetup, Session
from kinemotion.stream.inbox import Batch
from kinemotion.stream.live_session import SharedParts
from kinemotion.stream.measuring import MOST_WAITING, MeasureBeside, QueuedMeasurement
from kinemotion.stream.open_models import PoseModels
from kinemotion.stream.sessions import Sessions
from kinemotion.stream.trial_worker import MeasuredTrial, TrialJob, TrialWorker, WorkerLost, measure_job


@pytest.fixture(scope="module")
def job() -> TrialJob:
    """The recorded jump, over and not measured yet."""
    sport = registry.get("cmj")
    setup = MeasurementSetup(sport, BLAZEPOSE, Athlete(), sport.options())
    session = Session(setup)
    [due] = [due for frame in recorded("cmj") for due in session.follow(frame)]
    return TrialJob(setup, due, Origin(7, sport, 123))


@pytest.fixture(scope="module")
def measured(job: TrialJob) -> MeasuredTrial:
    return measure_job(job)


def provisional(job: TrialJob) -> TrialJob:
    return replace(job, due=replace(job.due, final=False))


class FakeWorker:
    """Gives every trial the same numbers, once it is allowed to go on."""

    def __init__(self, result: MeasuredTrial, go_on: Event) -> None:
        self.result, self.go_on, self.begun = result, go_on, Event()

    def measure(self, job: TrialJob) -> MeasuredTrial:
        del job
        self.begun.set()
        self.go_on.wait()
        return self.result

    def close(self) -> None:
        pass


class DyingWorker(FakeWorker):
    """Dies under every trial."""

    def measure(self, job: TrialJob) -> MeasuredTrial:
        raise WorkerLost(job.due.index)


def note(done: list[Any], name: str) -> Callable[[MeasuredTrial | None], None]:
    return lambda measured: done.append((name, measured and measured.trial.problem and measured.trial.problem.message))


def test_a_provisional_measurement_gives_way_to_a_later_one(job: TrialJob, measured: MeasuredTrial):
    worker, done = FakeWorker(measured, Event()), list[Any]()

    def fail(_measured: MeasuredTrial | None) -> None:
        raise ZeroDivisionError

    measurer = MeasureBeside(workers=1, open_worker=lambda: worker)
    measurer.submit(QueuedMeasurement(9, note(done, "held"), job))
    worker.begun.wait()
    measurer.submit(QueuedMeasurement(1, note(done, "first"), provisional(job)))
    measurer.submit(QueuedMeasurement(2, note(done, "other"), provisional(job)))
    measurer.submit(QueuedMeasurement(3, fail, job))
    measurer.submit(QueuedMeasurement(1, note(done, "second"), provisional(job)))
    measurer.submit(QueuedMeasurement(1, note(done, "final"), job))
    measurer.submit(QueuedMeasurement(1, note(done, "end")))
    worker.go_on.set()
    measurer.close()
    assert [name for name, _ in done] == ["held", "final", "end", "other"]


def test_a_message_without_a_measurement_waits_for_no_other_session(job: TrialJob, measured: MeasuredTrial):
    worker, done = FakeWorker(measured, Event()), list[Any]()
    measurer = MeasureBeside(workers=1, open_worker=lambda: worker)
    measurer.submit(QueuedMeasurement(1, note(done, "trial"), job))
    worker.begun.wait()
    measurer.submit(QueuedMeasurement(2, note(done, "end")))
    assert [name for name, _ in done] == ["end"]
    worker.go_on.set()
    measurer.close()


def test_a_trial_is_sent_without_numbers_if_too_many_wait(job: TrialJob, measured: MeasuredTrial):
    worker, done = FakeWorker(measured, Event()), list[Any]()
    measurer = MeasureBeside(workers=1, open_worker=lambda: worker)
    measurer.submit(QueuedMeasurement(0, note(done, "held"), job))
    worker.begun.wait()
    for number in range(1, MOST_WAITING + 3):
        measurer.submit(QueuedMeasurement(number, note(done, "trial"), job))
    worker.go_on.set()
    measurer.close()
    reasons = [reason for _, reason in done]
    assert len(reasons) == MOST_WAITING + 3
    assert reasons.count(None) == MOST_WAITING + 1
    assert {str(reason) for reason in reasons if reason} == {
        "This trial was not measured, because too many trials were waiting."
    }


def test_a_trial_under_which_every_worker_dies_says_so(job: TrialJob, measured: MeasuredTrial):
    done = list[Any]()
    measurer = MeasureBeside(workers=1, open_worker=lambda: DyingWorker(measured, Event()))
    measurer.submit(QueuedMeasurement(1, note(done, "trial"), job))
    measurer.submit(QueuedMeasurement(1, note(done, "end")))
    measurer.close()
    assert [(name, bool(reason)) for name, reason in done] == [("trial", True), ("end", False)]


def test_a_killed_process_costs_no_trial(job: TrialJob, measured: MeasuredTrial):
    opened, trials, is_open = list[TrialWorker](), list[MeasuredTrial | None](), Event()

    def open_worker() -> TrialWorker:
        opened.append(TrialWorker())
        is_open.set()
        return opened[-1]

    measurer = MeasureBeside(workers=1, open_worker=open_worker)
    measurer.submit(QueuedMeasurement(1, trials.append, job))
    is_open.wait()
    os.kill(opened[0].pid or 0, signal.SIGTERM)
    measurer.close()
    assert [trial and trial.text for trial in trials] == [measured.text]
    assert len(opened) == 2


def test_a_session_whose_trials_are_measured_beside_says_the_same():
    sent = whole_session(1, "cmj")
    written, measurer = list[str](), MeasureBeside()
    with PoseModels() as models:
        sessions = Sessions(
            SharedParts(lambda event: written.append(encode_line(event)), written.append, measurer, models)
        )
        for record in sent:
            sessions.take(Batch(record.session, [record], 0))
        measurer.close()
    beside, at_once = [json.loads(text) for text in written], answer(sent)
    assert about(beside, 1)[-1] == about(at_once, 1)[-1]
    final = [event["trial"] for event in about(beside, 1, "trial") if event["final"]]
    assert final == [event["trial"] for event in about(at_once, 1, "trial") if event["final"]]
