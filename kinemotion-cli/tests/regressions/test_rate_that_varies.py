"""A film whose frames come slower after the apex of a jump, as phones make them, had no landing: "ends before it"."""

from typing import Any

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.movements.cmj import CMJ

JUMP = Jumper().stand(1.0).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(1.0)
FILMED_HZ = 240.0


@pytest.mark.parametrize(("before", "after"), [(4, 5), (4, 8), (8, 4), (6, 9)])
def test_a_jump_is_measured_at_a_rate_that_changes(before: int, after: int):
    """So many frames of a film at 240 a second make one of this film, before and after the apex."""
    apex = round(JUMP.events["apex"] * FILMED_HZ)
    frames = film(JUMP, Camera(fps=FILMED_HZ, noise_px=0.5))
    seen = [*frames[:apex:before], *frames[apex::after]]
    trial = measure_trial(CMJ, seen)
    assert trial.problem is None
    metrics: Any = trial.metrics
    assert metrics.flight_time.value == pytest.approx(JUMP.events["landing"] - JUMP.events["takeoff"], abs=0.01)
    low, high = metrics.jump_height.interval
    assert low < 0.35 < high
