"""A film brought to another rate by blending neighbouring pictures shows each athlete twice; the model takes one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.poses import FramePoses
from kinemotion.movements.cmj import CMJ

JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)


def blend(filmed_hz: float, shown_hz: float, *, seed: int) -> list[FramePoses]:
    """The poses of a film at another rate: of two blended pictures the model sees the stronger one more often."""
    random = np.random.default_rng(seed)
    frames = film(JUMP, Camera(fps=filmed_hz, noise_px=0.5))
    shown: list[FramePoses] = []
    for index, time_s in enumerate(np.arange(0.0, frames[-1].time_s, 1.0 / shown_hz)):
        before = int(filmed_hz * time_s + 1e-9)
        share = filmed_hz * time_s - before
        taken = frames[min(before + int(random.random() < share), len(frames) - 1)]
        shown.append(replace(taken, index=index, time_s=float(time_s)))
    return shown


def measure(filmed_hz: float, shown_hz: float, *, seed: int) -> Any:
    frames = blend(filmed_hz, shown_hz, seed=seed)
    return measure_trial(CMJ, frames)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_blended_pictures_in_a_flight_are_named(seed: int):
    trial = measure(25.0, 30.0, seed=seed)
    assert trial.quality.confidence == "low"
    assert {"time_added_in_flight", "not_free_fall"} & {warning.code for warning in trial.quality.warnings}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_blended_pictures_that_are_not_named_do_no_harm(seed: int):
    trial = measure(50.0, 60.0, seed=seed)
    low_s, high_s = trial.metrics.flight_time.interval
    low_m, high_m = trial.metrics.jump_height.interval
    is_right = low_s < JUMP.flights[0].landing_s - JUMP.flights[0].takeoff_s < high_s and low_m < 0.35 < high_m
    assert is_right or trial.quality.confidence == "low"


def test_a_film_at_its_own_rate_is_believed():
    assert measure(60.0, 60.0, seed=1).quality.confidence == "high"
