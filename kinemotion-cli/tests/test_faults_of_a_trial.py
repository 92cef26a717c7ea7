"""An error in the code that cuts, detects or measures: one trial has a problem, all others keep their numbers."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from change_frames import change_people, join_streams

from kinemotion.errors import InternalProblem
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.live import StateEvent, TrialEvent
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.movements.base import Movement, Segmenter
from kinemotion.movements.per_person import PerPersonSegmenter, PersonSegmenter
from kinemotion.pose.recorded import load_poses
from kinemotion.report.contract.document import make_trial_document
from kinemotion.session import MeasurementSetup, Session

DATA = Path(__file__).parent / "data"
HEALTHY, FAULTY = 0, 1
"""Numbers of the two athletes."""
SPORTS = registry.list_names()
FAULTS = [np.linalg.LinAlgError("singular"), ValueError("no")]

Fault = Callable[[], None]


@cache
def athlete(sport: str, number: int) -> Sequence[FramePoses]:
    """The recorded athlete of a sport, under a number of their own."""
    recorded = load_poses(DATA / f"{sport}.npz").recorded
    first = recorded[0].people[0].person
    alone = [replace(frame, people=tuple(pose for pose in frame.people if pose.person == first)) for frame in recorded]
    return change_people(alone, lambda pose: replace(pose, person=number))


@cache
def both(sport: str) -> Sequence[FramePoses]:
    return join_streams(athlete(sport, HEALTHY), athlete(sport, FAULTY))


def fail_at(call: int, fault: Exception) -> Fault:
    """Return a function that raises the fault when it is called for that time, and never again."""
    calls = list[int]()

    def fail() -> None:
        calls.append(1)
        if len(calls) == call:
            raise fault

    return fail


class FaultySegmenter:
    """Cuts one person's movement as another segmenter does, and fails at a given step."""

    def __init__(self, real: PersonSegmenter, place: str, fail: Fault) -> None:
        self._real, self._place, self._fail = real, place, fail
        self._person = -1

    def push(self, frame: FramePoses) -> Any:
        self._person = frame.people[0].person
        return self._do("push", frame)

    def close(self) -> Any:
        return self._do("close")

    def describe_state(self) -> Any:
        return self._do("describe_state")

    def find_provisional_trial(self) -> Any:
        return self._do("find_provisional_trial")

    def _do(self, name: str, *given: object) -> object:
        if name == self._place and self._person == FAULTY:
            self._fail()
        return getattr(self._real, name)(*given)


class FaultyMovement:
    """A movement as it is, but one given step fails."""

    def __init__(self, real: Movement, place: str, fail: Fault) -> None:
        self._real, self._place, self._fail = real, place, fail

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def make_segmenter(self, skeleton: Any) -> Segmenter:
        real: Any = self._real.make_segmenter(skeleton)
        return PerPersonSegmenter(lambda: FaultySegmenter(real._follow(), self._place, self._fail))

    def detect(self, *given: Any) -> Any:
        self._fail_in("detect")
        return self._real.detect(*given)

    def measure(self, *given: Any, **named: Any) -> Any:
        self._fail_in("measure")
        return self._real.measure(*given, **named)

    def _fail_in(self, place: str) -> None:
        if place == self._place:
            self._fail()


def analyze(sport: str, frames: Iterable[FramePoses], *, movement: Any = None, live: bool = False) -> list[Any]:
    movement = movement or registry.get(sport)
    session = Session(MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options()), live=live)
    return [*(event for frame in frames for event in session.push(frame)), *session.close()]


def documents(events: Iterable[Any], sport: str, *, person: int) -> list[dict[str, Any]]:
    trials = final_trials(events, person=person)
    return [{**make_trial_document(trial, registry.get(sport)), "index": 0, "person": 0} for trial in trials]


def final_trials(events: Iterable[Any], *, person: int) -> list[Trial]:
    trials = [event.trial for event in events if isinstance(event, TrialEvent) and event.final]
    return [trial for trial in trials if trial.person == person]


def errors_of(trials: Iterable[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.problem and trial.problem.code == InternalProblem.code]


@cache
def undisturbed(sport: str) -> list[dict[str, Any]]:
    return documents(analyze(sport, athlete(sport, HEALTHY)), sport, person=HEALTHY)


def logged(caplog: pytest.LogCaptureFixture) -> list[BaseException | None]:
    return [record.exc_info[1] for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    ("sport", "place"),
    [
        *((sport, "push") for sport in SPORTS),
        *product(("cmj", "running"), ("close", "describe_state", "find_provisional_trial")),
    ],
)
def test_a_fault_in_one_segmenter_leaves_the_other_athlete_alone(
    sport: str, place: str, caplog: pytest.LogCaptureFixture
):
    fault = FAULTS[SPORTS.index(sport) % len(FAULTS)]
    call = 1 if place == "close" else len(both(sport)) // 2
    movement, live = (
        FaultyMovement(registry.get(sport), place, fail_at(call, fault)),
        place in {"describe_state", "find_provisional_trial"},
    )
    with caplog.at_level(logging.ERROR, logger="kinemotion"):
        events = analyze(sport, both(sport), movement=movement, live=live)
    assert documents(events, sport, person=HEALTHY) == undisturbed(sport)
    [failed] = errors_of(final_trials(events, person=FAULTY))
    assert failed.problem is not None
    assert "error in the program" in failed.problem.message
    assert "--debug" in failed.problem.hint
    assert failed.metrics is None
    assert failed.start_s <= failed.end_s
    assert logged(caplog) == [fault]
    assert sum(isinstance(event, StateEvent) for event in events) == live * len(both(sport))


@pytest.mark.parametrize("place", ["detect", "measure"])
@pytest.mark.parametrize("sport", SPORTS)
def test_a_fault_in_one_trial_leaves_the_others_alone(sport: str, place: str, caplog: pytest.LogCaptureFixture):
    fault = FAULTS[SPORTS.index(sport) % len(FAULTS)]
    movement = FaultyMovement(registry.get(sport), place, fail_at(1, fault))
    with caplog.at_level(logging.ERROR, logger="kinemotion"):
        events = analyze(sport, both(sport), movement=movement)
    trials = [trial for person in (HEALTHY, FAULTY) for trial in final_trials(events, person=person)]
    [failed] = errors_of(trials)
    whole = FAULTY if failed.person == HEALTHY else HEALTHY
    assert documents(events, sport, person=whole) == undisturbed(sport)
    assert logged(caplog) == [fault]


def test_a_jump_after_the_fault_is_measured():
    """The segmenter that failed is replaced: the athlete's next jump counts."""
    once = athlete("cmj", FAULTY)
    gap_s = once[-1].time_s + 0.2
    again = [replace(frame, time_s=frame.time_s + gap_s, index=frame.index + len(once)) for frame in once]
    movement: Any = FaultyMovement(registry.get("cmj"), "push", fail_at(3, ValueError("no")))
    trials = final_trials(analyze("cmj", [*once, *again], movement=movement), person=FAULTY)
    assert [bool(errors_of([trial])) for trial in trials] == [True, False, False]


def test_a_segmenter_that_always_fails_is_not_asked_for_ever():
    calls = list[int]()

    def fail() -> None:
        calls.append(1)
        raise ValueError("no")

    movement: Any = FaultyMovement(registry.get("cmj"), "push", fail)
    trials = final_trials(analyze("cmj", both("cmj"), movement=movement), person=FAULTY)
    assert len(calls) == len(errors_of(trials)) == 3
