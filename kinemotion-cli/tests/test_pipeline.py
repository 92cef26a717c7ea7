"""What the flow itself decides of a measured trial."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import pytest
from measured_jump import countermovement
from synthetic_athlete import Camera, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import Measurement
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.cmj import CMJ
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.movements.lazy import LazyMovement
from kinemotion.pipeline import analyze, find_best_trial
from kinemotion.session import MeasurementSetup


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain(LazyMovement):
    """A jump whose height came out with a given error."""

    height_error_m: float

    def measure(self, *args: Any, **options: Any) -> Measurement:
        measured = CMJ.measure(*args, **options)
        assert isinstance(measured.metrics, CmjMetrics)
        return replace(measured, metrics=replace(measured.metrics, jump_height=Estimate(0.3, self.height_error_m)))


@pytest.mark.parametrize(("height_error_m", "code"), [(0.05, None), (0.2, "not_measured")])
def test_a_headline_that_may_be_zero_speaks_for_nothing(height_error_m: float, code: str | None):
    movement = Uncertain(**asdict(CMJ), height_error_m=height_error_m)
    [trial] = analyze(
        film(countermovement(), Camera()), MeasurementSetup(movement, BLAZEPOSE, Athlete(), CMJ.options())
    )
    assert (trial.problem and trial.problem.code) == code
    assert (find_best_trial([trial], movement) is None) == (code is not None)
