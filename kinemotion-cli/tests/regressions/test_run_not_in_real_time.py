"""A run that plays 1.25 times too fast or too slowly was measured at full confidence: people do run at that cadence."""

from dataclasses import replace

import pytest
from synthetic_athlete import Camera
from synthetic_runner import Runner, film_run

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.running import RUNNING
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

RUNNER = Runner(cadence_spm=165.0, contact_s=0.24, duration_s=4.0)
CODES = {"run_sped_up", "run_slowed"}


def run(runner: Runner, *, faster: float = 1.0, athlete: Athlete | None = None) -> Trial:
    frames = (replace(frame, time_s=frame.time_s / faster) for frame in film_run(runner, Camera(noise_px=0.5)))
    setup = MeasurementSetup(RUNNING, BLAZEPOSE, athlete or Athlete(), RUNNING.options())
    [trial] = analyze(frames, setup)
    return trial


@pytest.mark.parametrize(
    ("faster", "height_m", "code"),
    [
        (1.25, None, "run_sped_up"),
        (1.4, None, "run_sped_up"),
        (0.8, None, "run_slowed"),
        (1.2, 1.75, "run_sped_up"),
        (0.83, 1.75, "run_slowed"),
    ],
)
def test_a_wrong_speed_is_named(faster: float, height_m: float | None, code: str):
    trial = run(RUNNER, faster=faster, athlete=Athlete(height_m=height_m))
    assert trial.quality.confidence == "low"
    [said] = [warning for warning in trial.quality.warnings if warning.code in CODES]
    assert said.code == code
    times = said.values["times"]
    assert isinstance(times, float)
    assert times == pytest.approx(max(faster, 1 / faster), rel=0.1)


@pytest.mark.parametrize("stature_m", [1.55, 1.75, 1.9])
@pytest.mark.parametrize(("cadence_spm", "contact_s"), [(155.0, 0.3), (165.0, 0.24), (180.0, 0.22), (200.0, 0.19)])
def test_a_run_in_real_time_is_believed(stature_m: float, cadence_spm: float, contact_s: float):
    runner = replace(RUNNER, stature_m=stature_m, cadence_spm=cadence_spm, contact_s=contact_s)
    for athlete in (Athlete(), Athlete(height_m=stature_m)):
        assert not CODES & {warning.code for warning in run(runner, athlete=athlete).quality.warnings}
