"""A film at 48 pictures a second, written as 60, gave the mean of gravity's and the stature's lengths, believed."""

from dataclasses import replace

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.movements.cmj import CMJ


def jump_filmed(*, faster: float, height_m: float | None) -> Trial:
    """A jump of an athlete of 1.75 m in a file that plays so much faster than real time."""
    jumper = Jumper().stand(1.0).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
    frames = [replace(frame, time_s=frame.time_s / faster) for frame in film(jumper, Camera(noise_px=0.5))]
    return measure_trial(CMJ, frames, Athlete(height_m=height_m))


@pytest.mark.parametrize("faster", [0.88, 1.2, 1.3])
def test_gravity_and_stature_that_contradict_each_other_are_not_averaged(faster: float):
    problem = jump_filmed(faster=faster, height_m=1.75).problem
    assert problem is not None
    assert problem.message.code == "rulers_disagree"
    assert "1.75" in str(problem.message)


@pytest.mark.parametrize("height_m", [None, 1.70, 1.75, 1.80])
def test_a_film_in_real_time_is_measured(height_m: float | None):
    assert jump_filmed(faster=1.0, height_m=height_m).problem is None
