"""How soon a live session gives a result, on the clock of the clip, and whether the first one was right."""

from functools import cache
from typing import Any

import pytest
from stream_client import recorded

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.live import TrialEvent
from kinemotion.motion.metrics import Estimate, list_metrics
from kinemotion.motion.report import Repetition
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.session import MeasurementSetup, Session

PROVISIONAL_S, FINAL_S = 0.3, 0.8
JUMPS = ["cmj", "dropjump", "sj"]


@cache
def list_trials(movement: str) -> tuple[tuple[float, TrialEvent], ...]:
    """Return every trial of the recorded clip with the time at which it came."""
    sport = registry.get(movement)
    session = Session(MeasurementSetup(sport, BLAZEPOSE, Athlete(), sport.options()), live=True)
    heard = ((frame.time_s, event) for frame in recorded(movement) for event in session.push(frame))
    return tuple((time_s, event) for time_s, event in heard if isinstance(event, TrialEvent))


@pytest.mark.parametrize("movement", JUMPS)
def test_a_jump_is_sent_at_once_and_its_interval_contains_the_final_value(movement: str):
    [(early_s, early), (late_s, late)] = list_trials(movement)
    assert (early.final, late.final) == (False, True)
    landing_s = late.trial.events[-2].time_s
    assert early_s - landing_s <= PROVISIONAL_S
    assert late_s - landing_s <= FINAL_S
    held = 0
    for spec in list_metrics(registry.get(movement).metrics):
        first, last = (getattr(event.trial.metrics, spec.name) for event in (early, late))
        if isinstance(last, Estimate) and spec.unit != "count":
            assert isinstance(first, Estimate)
            low, high = first.interval
            assert low <= last.value <= high, spec.name
            held += 1
    assert held > 5


def test_each_repeated_jump_is_sent_at_once():
    *early, (late_s, late) = list_trials("rj")
    landings_s = [event.time_s for event in late.trial.events if event.name == "landing"]
    assert len(early) >= 8
    for told_s, event in early:
        last_s = max(instant.time_s for instant in event.trial.events if instant.name == "landing")
        assert told_s - last_s <= PROVISIONAL_S
        assert min(abs(last_s - landing_s) for landing_s in landings_s) < 0.02
    assert late_s - landings_s[-1] <= FINAL_S


def test_an_unfinished_series_lists_each_jump_and_no_mean():
    *early, (_, late) = list_trials("rj")
    metrics: list[Any] = [event.trial.metrics for _, event in early]
    assert [one.jump_count.value for one in metrics] == [len(event.trial.repetitions) for _, event in early]
    assert {one.reactive_strength_index for one in metrics} == {None}
    last = [read_flight_time(repetition) for repetition in late.trial.repetitions]
    held: list[bool] = []
    for _, event in early:
        for repetition, final in zip(event.trial.repetitions, last, strict=False):
            low, high = read_flight_time(repetition).interval
            held.append(low <= final.value <= high)
    assert sum(held) >= 0.95 * len(held) > 20


def read_flight_time(repetition: Repetition) -> Estimate:
    metrics: Any = repetition.metrics
    return metrics.flight_time
