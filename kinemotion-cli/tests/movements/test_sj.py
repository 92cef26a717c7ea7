"""Squat jumps of a stick figure whose truth is a formula."""

from typing import Any

import numpy as np
import pytest
from change_frames import shifted
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate, find_implausible, list_metrics
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.sj import SQUAT_JUMP, SquatJumpOptions
from kinemotion.movements.sj.metrics import SquatJumpMetrics
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

NOBODY_IN_PARTICULAR = Athlete()


def squat_jump(height_m: float = 0.3, *, hold_s: float = 1.2, dip_m: float = 0.0) -> Jumper:
    """A squat jump with a stand before it, and maybe a dip before the push-off."""
    jumper = Jumper().stand(0.6).sink(0.3, 0.8, brake_m_s2=0.0).stand(hold_s)
    if dip_m:
        jumper.sink(dip_m, 0.25)
    return jumper.push(height_m).fly(lower_m=0.05).absorb(0.2).rise(0.6).stand(0.4)


def trial_of(jumper: Jumper, camera: Camera, *, athlete: Athlete = NOBODY_IN_PARTICULAR) -> Trial:
    setup = MeasurementSetup(SQUAT_JUMP, BLAZEPOSE, athlete, SquatJumpOptions())
    [trial] = analyze(film(jumper, camera), setup)
    return trial


def measured(jumper: Jumper, camera: Camera, *, athlete: Athlete = NOBODY_IN_PARTICULAR) -> Any:
    """Metrics of the one squat jump; typed loosely because every value is asked for by its presence."""
    trial = trial_of(jumper, camera, athlete=athlete)
    assert trial.problem is None
    assert isinstance(trial.metrics, SquatJumpMetrics)
    return trial.metrics


@pytest.mark.parametrize("fps", [30.0, 60.0, 240.0])
@pytest.mark.parametrize("height_m", [0.15, 0.30, 0.45])
def test_a_known_squat_jump(fps: float, height_m: float):
    jumper = squat_jump(height_m)
    found = measured(jumper, Camera(fps=fps, noise_px=1.0))
    assert found.jump_height.value == pytest.approx(height_m, abs=0.025)
    assert found.squat_depth.value == pytest.approx(0.3, abs=0.02)
    assert found.hold_duration.value == pytest.approx(1.2, abs=0.3)
    assert abs(found.countermovement.value) < 0.02


def test_a_flight_towards_the_camera_is_measured_as_high():
    jumper, camera = squat_jump(), Camera(noise_px=1.0)
    [flight] = jumper.flights
    nearer_px = 0.08 / camera.m_per_px
    poses = film(jumper, camera)
    down_px = np.interp([frame.time_s for frame in poses], [flight.takeoff_s, flight.landing_s], [0.0, nearer_px])
    shifts = np.column_stack([np.zeros(len(poses)), down_px])
    seen = [shifted(frame, shift) for frame, shift in zip(poses, shifts, strict=True)]
    [trial] = analyze(seen, MeasurementSetup(SQUAT_JUMP, BLAZEPOSE, NOBODY_IN_PARTICULAR, SquatJumpOptions()))
    assert isinstance(trial.metrics, SquatJumpMetrics)
    assert trial.metrics.jump_height is not None
    assert trial.metrics.jump_height.value == pytest.approx(flight.height_m, abs=0.02)


def test_the_push_off_starts_where_the_body_rises():
    jumper = squat_jump()
    found = measured(jumper, Camera(noise_px=0.5))
    pushed_s = jumper.events["takeoff"] - (jumper.events["lowest"] + 1.2)
    assert found.concentric_duration.value == pytest.approx(pushed_s, abs=0.06)


@pytest.mark.parametrize("camera", [Camera(dropout=0.1, noise_px=1.0), Camera(jitter_s=0.004, noise_px=1.0)])
def test_missing_points_and_uneven_frames_cost_little(camera: Camera):
    assert measured(squat_jump(), camera).jump_height.value == pytest.approx(0.3, abs=0.025)


def test_intervals_hold_the_truth():
    inside: list[bool] = []
    for seed in range(12):
        height_m = 0.2 + 0.015 * seed
        low, high = measured(squat_jump(height_m), Camera(noise_px=1.5, seed=seed)).jump_height.interval
        inside.append(low <= height_m <= high)
    assert np.mean(inside) >= 0.85


def test_a_clip_may_start_in_the_squat():
    jumper = squat_jump()
    found = measured(jumper, Camera(start_s=jumper.events["lowest"] + 0.3, noise_px=0.5))
    assert found.jump_height.value == pytest.approx(0.3, abs=0.025)
    assert found.hold_duration is None
    assert found.squat_depth is None


def test_a_push_off_starts_at_the_end_of_a_hold_that_rises_slowly():
    creeping = Jumper().stand(0.6).sink(0.45, 0.9, brake_m_s2=0.0).stand(0.1).sink(-0.16, 3.0, brake_m_s2=0.0)
    jumper = creeping.push(0.3).fly(lower_m=0.05).absorb(0.2).rise(0.6).stand(0.4)
    trial = trial_of(jumper, Camera(noise_px=0.5))
    assert trial.problem is None
    begins = {part.name: part.start_s for part in trial.phases}
    assert begins["hold"] < begins["propulsion"] < begins["flight"]


def test_a_short_hold_is_said():
    said = trial_of(squat_jump(hold_s=0.5), Camera(noise_px=0.5)).quality.warnings
    assert any(warning.code == "squat_held_too_short" for warning in said)
    assert not trial_of(squat_jump(hold_s=1.3), Camera(noise_px=0.5)).quality.warnings


def test_a_dip_is_flagged_and_a_deep_one_is_no_squat_jump():
    flagged = trial_of(squat_jump(dip_m=0.06), Camera(noise_px=0.5))
    assert flagged.problem is None
    assert any(warning.code == "countermovement_in_squat_jump" for warning in flagged.quality.warnings)
    refused = trial_of(squat_jump(dip_m=0.15), Camera(noise_px=0.5))
    assert refused.problem is not None
    assert refused.problem.code == "countermovement"


def test_a_countermovement_jump_is_called_one():
    jumper = Jumper().stand(0.8).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6).stand(0.5)
    trial = trial_of(jumper, Camera(noise_px=0.5))
    assert trial.problem is not None
    assert trial.problem.message.code == "squat_not_held_cmj"


def test_power_and_force_need_the_mass():
    assert measured(squat_jump(), Camera()).mean_force is None
    found = measured(squat_jump(), Camera(noise_px=0.5), athlete=Athlete(mass_kg=75.0))
    weight = 75 * 9.81
    push_off_m = weight * found.jump_height.value / (found.mean_force.value - weight)
    assert push_off_m == pytest.approx(0.42, abs=0.05)
    assert find_implausible(found) == ()
    assert all(isinstance(getattr(found, spec.name), Estimate) for spec in list_metrics(SquatJumpMetrics))
