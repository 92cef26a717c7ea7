"""What the pipeline itself decides of a measured trial."""

from dataclasses import replace
from typing import Any

import pytest
from measured_jump import countermovement
from synthetic_athlete import Camera, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import Measurement
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.cmj import CMJ, CountermovementJump
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.pipeline import Analysis, analyze, best_trial


class Uncertain(CountermovementJump):
    """A jump whose height came out with a given error."""

    def __init__(self, height_error_m: float) -> None:
        self._height_error_m = height_error_m

    def measure(self, *args: Any, **options: Any) -> Measurement:
        measured = super().measure(*args, **options)
        assert isinstance(measured.metrics, CmjMetrics)
        return replace(measured, metrics=replace(measured.metrics, jump_height=Estimate(0.3, self._height_error_m)))


@pytest.mark.parametrize(("height_error_m", "code"), [(0.05, None), (0.2, "not_measured")])
def test_a_headline_that_may_be_zero_speaks_for_nothing(height_error_m: float, code: str | None):
    movement = Uncertain(height_error_m)
    [trial] = analyze(film(countermovement(), Camera()), Analysis(movement, BLAZEPOSE, Athlete(), CMJ.options()))
    assert (trial.problem and trial.problem.code) == code
    assert (best_trial([trial], movement) is None) == (code is not None)
