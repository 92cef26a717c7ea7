"""A sprint in a fast film was measured at half its rate; a run in slow motion of 4 did "not look like running"."""

from dataclasses import replace
from typing import Any

import pytest
from measured_trials import measure_trials
from synthetic_athlete import Camera
from synthetic_runner import Runner, film_run

from kinemotion.movements.running import RUNNING


def run(runner: Runner, *, slowed: float = 1.0, fps: float = 60.0) -> list[Any]:
    frames = film_run(runner, Camera(noise_px=0.5, fps=fps))
    slow = (replace(frame, time_s=slowed * frame.time_s) for frame in frames)
    return measure_trials(RUNNING, slow)


@pytest.mark.parametrize(("cadence_spm", "contact_s", "fps"), [(285.0, 0.13, 30.0), (315.0, 0.11, 60.0)])
def test_a_sprint_has_its_whole_rate(cadence_spm: float, contact_s: float, fps: float):
    [trial] = run(Runner(cadence_spm, contact_s, speed_m_s=8.0, duration_s=3.0), fps=fps)
    assert trial.problem is None
    assert trial.metrics.cadence.value == pytest.approx(cadence_spm, abs=0.5)


@pytest.mark.parametrize("faster", [1.15, 1.5])
def test_a_sprint_that_plays_too_fast_is_refused_and_not_measured_at_half_its_rate(faster: float):
    [trial] = run(Runner(300.0, 0.12, speed_m_s=8.0, duration_s=3.0), slowed=1 / faster)
    assert trial.problem is not None
    assert (trial.problem.code, trial.problem.message.code) == ("slow_motion", "cadence_too_high")
    assert trial.problem.message.values["cadence_per_min"] == pytest.approx(300.0 * faster, rel=0.01)
    assert "at normal speed" in trial.problem.hint


@pytest.mark.parametrize("slowed", [4.0, 8.0])
def test_a_run_in_slow_motion_is_named(slowed: float):
    trials = run(Runner(170.0, duration_s=2.4), slowed=slowed)
    assert trials
    for trial in trials:
        assert trial.problem is not None
        assert (trial.problem.code, trial.problem.message.code) == ("slow_motion", "cadence_too_low")
        assert trial.problem.message.values["cadence_per_min"] == pytest.approx(170.0 / slowed, rel=0.02)
