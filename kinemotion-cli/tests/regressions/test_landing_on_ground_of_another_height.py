"""A jump of 30 cm onto ground 10 cm higher was measured as 26.7 ± 1.1 cm, off such ground as 36.1, at score 100."""

import pytest
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.base import Movement
from kinemotion.movements.cmj import CMJ
from kinemotion.movements.sj import SQUAT_JUMP
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

RISE_M = 0.3


def jump(*, higher_m: float, hold_s: float = 0.0) -> Jumper:
    """Jump to ground that is so much higher, from a dip, or from a squat that is held."""
    jumper = Jumper(box_m=max(-higher_m, 0.0)).stand(0.6)
    jumper = jumper.sink(0.3, 0.5, brake_m_s2=0).stand(hold_s) if hold_s else jumper.sink(0.3, 0.5)
    return jumper.push(RISE_M).fly(lower_m=0.05 - higher_m, onto_m=max(higher_m, 0.0)).absorb(0.3).rise(0.6)


def measure(movement: Movement, *, higher_m: float) -> Trial:
    jumper = jump(higher_m=higher_m, hold_s=1.0 if movement is SQUAT_JUMP else 0.0)
    setup = MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options())
    [trial] = analyze(film(jumper, Camera(noise_px=0.5)), setup)
    return trial


@pytest.mark.parametrize("movement", [CMJ, SQUAT_JUMP])
@pytest.mark.parametrize(("higher_m", "code"), [(0.1, "landing_looks_higher"), (-0.1, "landing_looks_lower")])
def test_ground_of_another_height_costs_the_confidence(movement: Movement, higher_m: float, code: str):
    trial = measure(movement, higher_m=higher_m)
    assert code in [warning.code for warning in trial.quality.warnings]
    assert trial.quality.confidence == "low"


@pytest.mark.parametrize("movement", [CMJ, SQUAT_JUMP])
@pytest.mark.parametrize("higher_m", [-0.03, 0.0, 0.03])
def test_level_ground_costs_nothing(movement: Movement, higher_m: float):
    trial = measure(movement, higher_m=higher_m)
    assert not [warning.code for warning in trial.quality.warnings if warning.code.startswith("landing_looks")]
    assert trial.quality.confidence == "high"
