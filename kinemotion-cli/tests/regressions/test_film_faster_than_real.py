"""A film that plays 1.15 to 1.35 times faster than real gave a jump a quarter to a half too low, at high confidence.

One that plays 1.15 or 1.2 times slower gave one too high.
"""

from dataclasses import replace

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.movements.base import Movement
from kinemotion.movements.cmj import CMJ
from kinemotion.movements.dropjump import DROP_JUMP


def jump(*, faster: float, stature_m: float = 1.75, given_m: float | None = None, movement: Movement = CMJ) -> Trial:
    """A jump of an athlete of that height in a file that plays so much faster than real time."""
    if movement is CMJ:
        jumper = Jumper(stature_m=stature_m).stand(1.0).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
    else:
        standing = Jumper(stature_m=stature_m, box_m=0.3).stand(0.8)
        jumper = standing.drop().bounce(0.25, 0.35).fly().absorb(0.3).rise(0.6)
    frames = [replace(frame, time_s=frame.time_s / faster) for frame in film(jumper, Camera(noise_px=0.5))]
    return measure_trial(movement, frames, Athlete(height_m=given_m))


@pytest.mark.parametrize(("faster", "stature_m"), [(1.15, 1.7), (1.25, 1.75), (1.35, 1.85)])
def test_a_body_that_free_fall_makes_small_is_named(faster: float, stature_m: float):
    quality = jump(faster=faster, stature_m=stature_m).quality
    assert quality.confidence != "high"
    [said] = [warning for warning in quality.warnings if warning.code == "small_by_free_fall"]
    fallen_m = said.values["stature_m"]
    assert isinstance(fallen_m, float)
    assert fallen_m == pytest.approx(stature_m / faster**2, rel=0.06)
    assert "faster than real time" in said


@pytest.mark.parametrize(("slower", "stature_m"), [(1.15, 1.75), (1.2, 1.7), (1.1, 1.9)])
@pytest.mark.parametrize("movement", [CMJ, DROP_JUMP], ids=["cmj", "drop jump"])
def test_a_body_that_free_fall_makes_tall_is_named(movement: Movement, slower: float, stature_m: float):
    quality = jump(faster=1 / slower, stature_m=stature_m, movement=movement).quality
    assert quality.confidence != "high"
    [said] = [warning for warning in quality.warnings if warning.code == "tall_by_free_fall"]
    fallen_m = said.values["stature_m"]
    assert isinstance(fallen_m, float)
    assert fallen_m == pytest.approx(stature_m * slower**2, rel=0.06)


def test_with_a_stature_the_contradiction_is_refused():
    problem = jump(faster=1.25, given_m=1.75).problem
    assert problem is not None
    assert problem.message.code == "rulers_disagree"


@pytest.mark.parametrize("stature_m", [1.58, 1.75, 1.95])
def test_a_grown_athlete_in_real_time_is_believed(stature_m: float):
    quality = jump(faster=1.0, stature_m=stature_m).quality
    assert not {"small_by_free_fall", "tall_by_free_fall"} & {warning.code for warning in quality.warnings}


def test_a_child_whose_height_is_given_is_believed():
    trial = jump(faster=1.0, stature_m=1.3, given_m=1.3)
    assert trial.problem is None
    assert trial.quality.confidence == "high"
