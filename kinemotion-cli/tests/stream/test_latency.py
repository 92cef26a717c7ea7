"""How soon a live session tells a result, on the clock of the clip, and whether the first one was right."""

from collections.abc import Iterator

import pytest
from stream_client import recorded

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.live import TrialEvent
from kinemotion.motion.metrics import Estimate, specs
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.session import Analysis, Session

PROVISIONAL_S, FINAL_S = 0.3, 0.8
JUMPS = ["cmj", "dropjump", "sj"]


def follow_trials(movement: str) -> Iterator[tuple[float, TrialEvent]]:
    """Yield every trial of the recorded clip with the time at which it was told."""
    sport = registry.get(movement)
    session = Session(Analysis(sport, BLAZEPOSE, Athlete(), sport.options()), live=True)
    for frame in recorded(movement):
        for event in session.push(frame):
            if isinstance(event, TrialEvent):
                yield frame.time_s, event


@pytest.mark.parametrize("movement", JUMPS)
def test_a_jump_is_told_at_once_and_its_interval_holds_the_final_value(movement: str):
    [(early_s, early), (late_s, late)] = follow_trials(movement)
    assert (early.final, late.final) == (False, True)
    landing_s = late.trial.events[-2].time_s
    assert early_s - landing_s <= PROVISIONAL_S
    assert late_s - landing_s <= FINAL_S
    held = 0
    for spec in specs(registry.get(movement).metrics):
        first, last = (getattr(event.trial.metrics, spec.name) for event in (early, late))
        if isinstance(last, Estimate) and spec.unit != "count":
            assert isinstance(first, Estimate)
            low, high = first.interval
            assert low <= last.value <= high, spec.name
            held += 1
    assert held > 5


def test_each_repeated_jump_is_told_at_once():
    *early, (late_s, late) = follow_trials("rj")
    landings_s = [event.time_s for event in late.trial.events if event.name == "landing"]
    assert len(early) >= 8
    for told_s, event in early:
        last_s = max(instant.time_s for instant in event.trial.events if instant.name == "landing")
        assert told_s - last_s <= PROVISIONAL_S
        assert min(abs(last_s - landing_s) for landing_s in landings_s) < 0.02
    assert late_s - landings_s[-1] <= 1.1
