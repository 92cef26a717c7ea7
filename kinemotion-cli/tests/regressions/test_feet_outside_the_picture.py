"""A film in which the feet are below the picture's edge was measured at high confidence: 38 cm in place of 35 cm."""

import pytest
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
FLOOR_PX = 800
"""Height of the floor in the synthetic picture, px, down."""


def jump(height_px: int | None) -> Trial:
    """The trial of a jump in a picture of that height; unknown where None."""
    cmj = registry.get("cmj")
    picture_px = None if height_px is None else (640, height_px)
    asked = MeasurementSetup(cmj, BLAZEPOSE, Athlete(), cmj.options(), picture_px=picture_px)
    [trial] = analyze(iter(film(JUMP, Camera(noise_px=0.5))), asked)
    return trial


@pytest.mark.parametrize("height_px", [FLOOR_PX - 10, FLOOR_PX - 30])
def test_feet_outside_the_picture_are_named(height_px: int):
    problem = jump(height_px).problem
    assert problem is not None
    assert problem.code == "feet_outside"
    assert "outside the picture" in problem.message
    assert "feet and the floor" in problem.hint


@pytest.mark.parametrize("height_px", [FLOOR_PX + 10, 1000, None])
def test_feet_in_the_picture_are_measured(height_px: int | None):
    assert jump(height_px).problem is None
