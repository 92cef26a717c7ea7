"""A run whose pace changed by 10 to 20 % was refused: "The video shows a person, but no running"."""

from typing import Any

import numpy as np
import pytest
from measured_trials import measure_trials
from synthetic_athlete import Camera
from synthetic_runner import Runner, film_run

from kinemotion.motion.poses import FramePoses
from kinemotion.movements.running import RUNNING

SLOW_SPM = 170.0
CAMERA = Camera(noise_px=0.5)


def film_faster(share: float, *, length_s: float, sudden: bool) -> list[FramePoses]:
    """A runner whose pace rises by a share: in the middle of the film, or evenly from its beginning to its end."""
    half_s = length_s / 2

    def find_moment(time_s: float) -> float:
        """Return the time at which a runner of one pace is where this one is."""
        if sudden:
            return time_s + share * max(time_s - half_s, 0.0)
        return time_s + share * time_s**2 / (2 * length_s)

    return film_run(Runner(SLOW_SPM, contact_s=0.21, duration_s=length_s), CAMERA, moment=find_moment)


def measure(frames: list[FramePoses]) -> list[Any]:
    return measure_trials(RUNNING, frames)


@pytest.mark.parametrize(("share", "length_s"), [(0.1, 8.0), (0.2, 5.0)])
def test_each_pace_is_measured_in_a_window_of_its_own(share: float, length_s: float):
    trials = measure(film_faster(share, length_s=length_s, sudden=True))
    assert len(trials) == 2
    for trial, pace_spm in zip(trials, (SLOW_SPM, (1 + share) * SLOW_SPM), strict=True):
        assert trial.problem is None
        assert trial.metrics.cadence.value == pytest.approx(pace_spm, rel=0.02)
        low, high = trial.metrics.ground_contact_time.interval
        assert low < 0.21 * SLOW_SPM / pace_spm < high
    assert trials[0].end_s < trials[1].start_s


def test_a_pace_that_rises_evenly_is_followed():
    share, length_s = 0.2, 12.0
    trials = measure(film_faster(share, length_s=length_s, sudden=False))
    paces_spm = [trial.metrics.cadence.value for trial in trials if trial.problem is None]
    middles_s = [(trial.start_s + trial.end_s) / 2 for trial in trials]
    assert len(paces_spm) == len(trials) >= 2
    np.testing.assert_allclose(paces_spm, SLOW_SPM * (1 + share * np.array(middles_s) / length_s), rtol=0.01)


def test_a_run_before_standing_is_measured():
    [trial] = measure(film_run(Runner(SLOW_SPM, contact_s=0.21, duration_s=11.0), CAMERA, moment=lambda t: min(t, 4.0)))
    assert trial.problem is None
    assert trial.metrics.cadence.value == pytest.approx(SLOW_SPM, rel=0.02)
    assert trial.end_s - trial.start_s < 7.0


def test_one_pace_stays_one_window():
    [trial] = measure(film_faster(0.0, length_s=6.0, sudden=True))
    assert trial.metrics.cadence.value == pytest.approx(SLOW_SPM, abs=0.2)
