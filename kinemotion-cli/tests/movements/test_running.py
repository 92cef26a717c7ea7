"""A runner whose contacts are known, measured; and what is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from change_frames import change_people
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion.errors import MovementNotFound
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.running import RUNNING
from kinemotion.movements.running.measure import classify_strike
from kinemotion.movements.spring_mass import estimate_oscillation
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup


def trials_of(poses: list[FramePoses], athlete: Athlete | None = None) -> list[Trial]:
    return list(analyze(iter(poses), MeasurementSetup(RUNNING, BLAZEPOSE, athlete or Athlete(), RUNNING.options())))


def run_of(poses: list[FramePoses], athlete: Athlete | None = None) -> Any:
    [trial] = trials_of(poses, athlete)
    assert trial.problem is None, trial.problem
    return trial.metrics


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize(("cadence_spm", "contact_s"), [(160, 0.29), (172, 0.235), (186, 0.19)])
def test_cadence_and_contact_of_a_known_run(fps: float, cadence_spm: float, contact_s: float):
    runner = Runner(cadence_spm=cadence_spm, contact_s=contact_s)
    found = run_of(film_run(runner, Camera(fps=fps, noise_px=1.0, dropout=0.01)))
    assert found.cadence.value == pytest.approx(cadence_spm, abs=0.5)
    assert found.ground_contact_time.value == pytest.approx(contact_s, abs=0.012)
    assert found.flight_time.value == pytest.approx(runner.flight_s, abs=0.012)
    assert found.duty_factor.value == pytest.approx(contact_s / (2 * runner.step_s), abs=0.012 / (2 * runner.step_s))
    assert found.step_count.value >= 6


def test_oscillation_follows_from_the_times_alone():
    runner = Runner()
    exact = estimate_oscillation(Estimate(runner.contact_s, 0.0), Estimate(runner.contact_s + runner.flight_s, 0.0))
    assert exact
    assert exact.value == pytest.approx(runner.oscillation_m, rel=1e-6)
    low, high = exact.interval
    assert low < runner.oscillation_m < high


def test_a_contact_that_is_10_ms_off_hardly_moves_the_oscillation_of_a_known_step():
    runner = Runner()
    step = Estimate(runner.contact_s + runner.flight_s, 0.001)
    unsure, sure = (estimate_oscillation(Estimate(runner.contact_s, error_s), step) for error_s in (0.010, 0.0))
    longer = estimate_oscillation(Estimate(runner.contact_s + 0.010, 0.0), step)
    assert unsure
    assert sure
    assert longer
    moved_m = abs(longer.value - sure.value)
    assert (unsure.error**2 - sure.error**2) ** 0.5 == pytest.approx(moved_m, rel=0.1)
    assert unsure.error < 0.1 * runner.oscillation_m


def test_a_stature_gives_lengths_and_nothing_else_does():
    poses = film_run(Runner(), Camera(noise_px=0.5))
    assert run_of(poses).overstride is None
    known = run_of(poses, Athlete(height_m=1.75))
    assert known.overstride is not None
    assert known.vertical_oscillation.value == pytest.approx(Runner().oscillation_m, abs=0.01)


def test_speed_and_mass_give_step_length_and_stiffness():
    poses = film_run(Runner(speed_m_s=3.0), Camera(noise_px=0.5))
    found = run_of(poses, Athlete(height_m=1.75, mass_kg=70.0, speed_m_s=3.0))
    assert found.step_length.value == pytest.approx(3.0 * Runner().step_s, abs=0.02)
    assert 15 < found.vertical_stiffness.value < 45
    assert 5 < found.leg_stiffness.value < found.vertical_stiffness.value
    assert run_of(poses).vertical_stiffness is None


def test_swapped_legs_are_corrected():
    straight = run_of(film_run(Runner(), Camera(noise_px=0.5)))
    confused = run_of(film_run(Runner(), Camera(noise_px=0.5), swapped_share=0.25))
    assert confused.cadence.value == pytest.approx(straight.cadence.value, abs=0.3)
    assert confused.ground_contact_time.value == pytest.approx(straight.ground_contact_time.value, abs=0.010)


def test_a_mirrored_runner_is_the_same_runner():
    right, left = (run_of(film_run(Runner(), Camera(noise_px=0.5, mirrored=mirrored))) for mirrored in (False, True))
    tolerances = {"cadence": 0.2, "ground_contact_time": 0.004, "trunk_lean": 0.4, "knee_flexion_at_contact": 1.0}
    for name, tolerance in tolerances.items():
        assert getattr(left, name).value == pytest.approx(getattr(right, name).value, rel=0.03, abs=tolerance)


def test_a_long_run_comes_in_windows_as_the_stream_goes_on():
    poses = film_run(Runner(duration_s=45.0), Camera(fps=30, noise_px=0.5))
    found = trials_of(poses)
    assert [round(trial.start_s) for trial in found] == [0, 20, 40]
    assert all(trial.problem is None for trial in found)


def test_a_slowed_run_is_named_so():
    poses = film_run(Runner(), Camera(fps=120, noise_px=0.5))
    slowed = [replace(frame, time_s=frame.time_s * 2) for frame in poses]
    problems = [trial.problem.code for trial in trials_of(slowed) if trial.problem]
    assert problems == ["slow_motion"]


def turned(pose: Pose, width_px: float) -> Pose:
    """The pose of somebody who turns shoulders and hips this far towards the camera."""
    points = pose.points.copy()
    for part in ("shoulder", "hip"):
        points[BLAZEPOSE.index[f"left_{part}"], 0] += width_px / 2
        points[BLAZEPOSE.index[f"right_{part}"], 0] -= width_px / 2
    return replace(pose, points=points)


@pytest.mark.parametrize(("share", "codes"), [(0.1, [None]), (0.35, ["phases_not_found"])])
def test_a_run_is_measured_from_the_side_alone(share: float, codes: list[str | None]):
    poses = film_run(Runner(), Camera(noise_px=0.5))
    shoulder, hip = (poses[0].people[0].points[BLAZEPOSE.index[f"left_{part}"]] for part in ("shoulder", "hip"))
    width_px = share * float(np.hypot(*(shoulder - hip)))
    found = trials_of(change_people(poses, lambda pose: turned(pose, width_px)))
    assert [trial.problem and trial.problem.code for trial in found] == codes


def test_a_jump_is_no_run():
    jumper = Jumper().stand(1.0).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
    with pytest.raises(MovementNotFound):
        trials_of(film(jumper, Camera(noise_px=0.5)))


@pytest.mark.parametrize(
    ("angle_deg", "error_deg", "name"),
    [
        (20.0, 4.0, "rearfoot"),
        (3.0, 2.0, "midfoot"),
        (3.0, 4.0, None),
        (-8.0, 4.0, "forefoot"),
        (-8.0, 10.0, None),
        (20.0, 10.0, "rearfoot"),
    ],
)
def test_foot_strike_classes(angle_deg: float, error_deg: float, name: str | None):
    assert classify_strike(Estimate(angle_deg, error_deg)) == name


def test_posture_of_the_known_runner():
    found = run_of(film_run(Runner(), Camera(noise_px=0.3)))
    assert found.trunk_lean.value == pytest.approx(np.degrees(0.09), abs=1.5)
    assert found.foot_strike == "midfoot"
    low, high = found.contact_time_asymmetry.interval
    assert low < 0 < high
