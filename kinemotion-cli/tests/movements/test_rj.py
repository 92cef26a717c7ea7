"""Hops of a stick figure whose truth is a formula."""

from typing import Any

import numpy as np
import pytest
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.rj import REPEATED_JUMPS, RepeatedJumpOptions
from kinemotion.movements.rj.metrics import HopMetrics, RepeatedJumpMetrics
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup


def hops(count: int = 7, *, contact_s: float = 0.2, height_m: float = 0.2, fading_m: float = 0.0) -> Jumper:
    """A first jump from a dip and hops that rebound, each lower than the one before."""
    jumper = Jumper().stand(0.6).sink(0.2, 0.4).push(height_m).fly(lower_m=0.03)
    for number in range(1, count):
        jumper.bounce(contact_s, height_m - fading_m * number).fly(lower_m=0.03)
    return jumper.absorb(0.2).rise(0.6).stand(1.2)


def trials_of(poses: list[FramePoses], *, athlete: Athlete | None = None) -> list[Trial]:
    setup = MeasurementSetup(REPEATED_JUMPS, BLAZEPOSE, athlete or Athlete(), RepeatedJumpOptions())
    return list(analyze(iter(poses), setup))


def measured(jumper: Jumper, camera: Camera) -> tuple[Any, list[Any]]:
    """Metrics of the one series and of its jumps; typed loosely because every value is asked for by its presence."""
    [trial] = trials_of(film(jumper, camera))
    assert isinstance(trial.metrics, RepeatedJumpMetrics)
    assert all(isinstance(jump.metrics, HopMetrics) for jump in trial.repetitions)
    return trial.metrics, [jump.metrics for jump in trial.repetitions]


@pytest.mark.parametrize("fps", [30.0, 60.0])
@pytest.mark.parametrize(("contact_s", "height_m"), [(0.17, 0.12), (0.2, 0.2), (0.3, 0.3)])
def test_every_jump_of_a_series(fps: float, contact_s: float, height_m: float):
    jumper = hops(contact_s=contact_s, height_m=height_m)
    series, jumps = measured(jumper, Camera(fps=fps, noise_px=0.7))
    assert series.jump_count.value == len(jumps) == 7
    assert jumps[0].ground_contact_time is None
    for jump, flight in zip(jumps, jumper.flights, strict=True):
        assert jump.flight_time.value == pytest.approx(flight.landing_s - flight.takeoff_s, abs=0.035)
    assert series.ground_contact_time.value == pytest.approx(contact_s, abs=0.025 if fps < 60 else 0.015)
    assert series.jump_height.value == pytest.approx(height_m, abs=0.025)
    starts = [flight.takeoff_s for flight in jumper.flights]
    assert series.jump_rate.value == pytest.approx(60 / float(np.diff(starts).mean()), abs=1.0)


def test_the_best_five_leave_out_the_first_jump_and_long_contacts():
    series, jumps = measured(hops(fading_m=0.008), Camera(noise_px=0.5))
    ranked = sorted((jump.reactive_strength_index.value for jump in jumps[1:]), reverse=True)
    assert series.rsi_best_five.value == pytest.approx(np.mean(ranked[:5]))
    slow, _ = measured(hops(contact_s=0.3), Camera(noise_px=0.5))
    assert slow.rsi_best_five is None


def test_fading_jumps_have_a_falling_slope():
    fading, _ = measured(hops(fading_m=0.008), Camera(noise_px=0.5))
    assert fading.fatigue_slope.value == pytest.approx(-0.008 / 0.16, abs=0.01)
    steady, _ = measured(hops(), Camera(noise_px=0.5))
    low, high = steady.fatigue_slope.interval
    assert low < 0.005
    assert high > -0.005


def test_stiffness_needs_the_mass():
    [trial] = trials_of(film(hops(), Camera(noise_px=0.5)), athlete=Athlete(mass_kg=70.0))
    assert isinstance(trial.metrics, RepeatedJumpMetrics)
    assert trial.metrics.vertical_stiffness is not None
    without, _ = measured(hops(), Camera(noise_px=0.5))
    assert without.vertical_stiffness is None


def test_a_single_jump_is_no_series():
    jumper = Jumper().stand(0.8).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6).stand(1.2)
    [trial] = trials_of(film(jumper, Camera(noise_px=0.5)))
    assert trial.problem is not None
    assert trial.problem.code == "phases_not_found"


def test_a_run_is_no_series_of_jumps():
    for trial in trials_of(film_run(Runner(), Camera(noise_px=0.5))):
        assert trial.problem is not None
