"""An event that a person corrects is taken as given, and everything measured follows."""

from pathlib import Path
from typing import Any

import pytest

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.correction import Correction
from kinemotion.motion.events import Event
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.pose.recorded import load_poses
from kinemotion.session import MeasurementSetup

DATA = Path(__file__).parents[1] / "data"
MOVED_S = 0.012
BOUNDS = {"start", "end"}
"""Events that are the ends of the film and no instants of the movement."""


def measure(sport: str, *corrections: Correction) -> Trial:
    movement = registry.get(sport)
    setup = MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options(), corrections=corrections)
    [trial] = analyze(load_poses(DATA / f"{sport}.npz").recorded, setup)
    return trial


def find(trial: Trial, name: str, *, side: str | None, near_s: float) -> Event:
    named = [event for event in trial.events if (event.name, event.side) == (name, side)]
    return min(named, key=lambda event: abs(event.time_s - near_s))


@pytest.mark.parametrize("sport", registry.list_names())
def test_every_event_can_be_corrected(sport: str):
    found = measure(sport)
    kinds = {event.name: event for event in found.events if event.name not in BOUNDS}
    corrections = [Correction(event.name, event.time_s + MOVED_S, event.side) for event in kinds.values()]
    corrected = measure(sport, *corrections)
    assert corrected.problem is None
    for automatic in kinds.values():
        event = find(corrected, automatic.name, side=automatic.side, near_s=automatic.time_s)
        assert event.time_s == pytest.approx(automatic.time_s + MOVED_S, abs=1e-6)
        assert event.automatic_s is not None
    assert len([event for event in corrected.events if event.automatic_s is not None]) == len(corrections)


def test_metrics_follow_the_corrected_events():
    automatic = measure("cmj")
    takeoff = find(automatic, "takeoff", side=None, near_s=0.0)
    corrected = measure("cmj", Correction("takeoff", takeoff.time_s + MOVED_S))
    before: Any = automatic.metrics
    after: Any = corrected.metrics
    assert find(corrected, "takeoff", side=None, near_s=0.0).automatic_s == takeoff.time_s
    spans = {part.name: part.duration_s for part in corrected.phases}
    assert after.flight_time.value == spans["flight"]
    assert after.flight_time.value == pytest.approx(before.flight_time.value - MOVED_S, abs=3e-3)
    assert after.jump_height.value < before.jump_height.value
    assert after.concentric_duration.value == pytest.approx(before.concentric_duration.value + MOVED_S, abs=2e-3)
    assert after.braking_duration.value == pytest.approx(before.braking_duration.value, abs=1e-3)


def test_the_same_instant_leaves_the_height_where_it_was():
    automatic = measure("cmj")
    times = {event.name: event.time_s for event in automatic.events}
    corrected = measure("cmj", Correction("takeoff", times["takeoff"]), Correction("landing", times["landing"]))
    before: Any = automatic.metrics
    after: Any = corrected.metrics
    low, high = before.jump_height.interval
    assert low < after.jump_height.value < high


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Correction("takeoff", 9.0), "correction_unused"),
        (Correction("no_such_event", 1.0), "correction_unused"),
        (Correction("takeoff", 1.0, "left"), "correction_unused"),
    ],
)
def test_a_correction_of_nothing_is_refused(correction: Correction, code: str):
    problem = measure("cmj", correction).problem
    assert problem is not None
    assert problem.message.code == code


def test_an_event_cannot_be_moved_past_another():
    times = {event.name: event.time_s for event in measure("cmj").events}
    problem = measure("cmj", Correction("peak_downward_velocity", times["lowest"] + 0.005)).problem
    assert problem is not None
    assert problem.message.code == "corrections_out_of_order"


def test_a_correction_of_another_trial_changes_nothing():
    takeoff = find(measure("cmj"), "takeoff", side=None, near_s=0.0)
    assert measure("cmj", Correction("takeoff", takeoff.time_s + MOVED_S, trial=1)).metrics == measure("cmj").metrics
