"""Drop jumps of a stick figure whose truth is a formula."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from change_frames import change_people
from synthetic_athlete import Camera, Jumper, film

from kinemotion.errors import MovementNotFound
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate, find_implausible, list_metrics
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.dropjump import DROP_JUMP, DropJumpOptions
from kinemotion.movements.dropjump.metrics import DropJumpMetrics
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

NOBODY_IN_PARTICULAR, DEFAULTS = Athlete(), DropJumpOptions()


def dropped(box_m: float = 0.3, contact_s: float = 0.22, height_m: float = 0.3) -> Jumper:
    """A drop jump with a stand on the box before it."""
    jumper = Jumper(box_m=box_m).stand(0.9).drop().bounce(contact_s, height_m).fly(lower_m=0.06)
    return jumper.absorb(0.2).rise(0.6).stand(0.8)


def trials_of(
    jumper: Jumper,
    camera: Camera,
    *,
    athlete: Athlete = NOBODY_IN_PARTICULAR,
    options: DropJumpOptions = DEFAULTS,
) -> list[Trial]:
    return list(analyze(film(jumper, camera), MeasurementSetup(DROP_JUMP, BLAZEPOSE, athlete, options)))


def measured(jumper: Jumper, camera: Camera, *, athlete: Athlete = NOBODY_IN_PARTICULAR) -> Any:
    """Metrics of the one drop jump; typed loosely because every value is asked for by its presence."""
    [trial] = trials_of(jumper, camera, athlete=athlete)
    assert trial.problem is None
    assert isinstance(trial.metrics, DropJumpMetrics)
    return trial.metrics


@pytest.mark.parametrize(
    "camera", [Camera(fps=30.0, noise_px=1.0), Camera(noise_px=1.0), Camera(fps=240.0, noise_px=1.0)]
)
@pytest.mark.parametrize(("box_m", "contact_s", "height_m"), [(0.2, 0.18, 0.2), (0.3, 0.22, 0.3), (0.5, 0.3, 0.4)])
def test_a_known_drop_jump(camera: Camera, box_m: float, contact_s: float, height_m: float):
    jumper = dropped(box_m, contact_s, height_m)
    found = measured(jumper, camera)
    coarse = camera.fps < 60
    effective_m = _fall_m(jumper)
    assert found.ground_contact_time.value == pytest.approx(contact_s, abs=0.018 if coarse else 0.012)
    assert found.jump_height.value == pytest.approx(height_m, abs=0.03 if coarse else 0.022)
    assert found.effective_drop_height.value == pytest.approx(effective_m, abs=0.06 if coarse else 0.04)
    assert found.reactive_strength_index.value == pytest.approx(height_m / contact_s, abs=0.2)
    assert found.rsi_flight_contact_ratio.value == pytest.approx(
        found.flight_time.value / found.ground_contact_time.value
    )


def _fall_m(jumper: Jumper) -> float:
    """The free fall that ends as fast as the figure touches down, m."""
    touchdown_s, step_s = jumper.events["touchdown"], 1e-5
    speed = (jumper.com_m(touchdown_s - step_s) - jumper.com_m(touchdown_s - 2 * step_s)) / step_s
    return speed**2 / (2 * 9.81)


@pytest.mark.parametrize("camera", [Camera(dropout=0.1, noise_px=1.0), Camera(jitter_s=0.003, noise_px=1.0)])
def test_missing_points_and_uneven_frames_cost_little(camera: Camera):
    found = measured(dropped(), camera)
    assert found.ground_contact_time.value == pytest.approx(0.22, abs=0.015)
    assert found.jump_height.value == pytest.approx(0.3, abs=0.03)


def test_intervals_hold_the_truth():
    inside: list[bool] = []
    for seed in range(12):
        contact_s, height_m = 0.16 + 0.012 * seed, 0.2 + 0.012 * seed
        found = measured(dropped(0.3, contact_s, height_m), Camera(noise_px=1.5, seed=seed))
        truths = {"ground_contact_time": contact_s, "jump_height": height_m}
        for name, truth in truths.items():
            low, high = getattr(found, name).interval
            inside.append(low <= truth <= high)
    assert np.mean(inside) >= 0.85


def test_the_contact_is_braking_and_propulsion():
    found = measured(dropped(), Camera(fps=120.0, noise_px=0.5))
    both = found.braking_duration.value + found.propulsion_duration.value
    assert both == pytest.approx(found.ground_contact_time.value, abs=0.01)
    assert found.knee_flexion_range.value > 0


def test_phases_follow_each_other():
    [trial] = trials_of(dropped(), Camera())
    assert [part.name for part in trial.phases] == ["box", "fall", "braking", "propulsion", "flight", "landing"]
    assert [part.end for part in trial.phases[:-1]] == [part.start for part in trial.phases[1:]]


def test_standing_on_the_far_foot_before_the_drop_ends_no_trial():
    jumper, camera = dropped(contact_s=0.3), Camera(noise_px=0.5)
    higher_px = 0.07 / camera.m_per_px
    seen = [
        frame if not 0.4 < frame.time_s < 0.9 else raised
        for frame in film(jumper, camera)
        for raised in change_people([frame], lambda pose: replace(pose, ground=pose.ground - [0.0, higher_px]))
    ]
    [trial] = analyze(seen, MeasurementSetup(DROP_JUMP, BLAZEPOSE, NOBODY_IN_PARTICULAR, DEFAULTS))
    assert trial.problem is None
    assert isinstance(trial.metrics, DropJumpMetrics)
    assert trial.metrics.ground_contact_time is not None
    assert trial.metrics.ground_contact_time.value == pytest.approx(0.3, abs=0.012)


def test_stiffness_needs_the_mass():
    assert measured(dropped(), Camera()).vertical_stiffness is None
    found = measured(dropped(), Camera(noise_px=0.5), athlete=Athlete(mass_kg=75.0))
    flight_s, contact_s = found.flight_time.value, found.ground_contact_time.value
    expected = 75.0 * np.pi * (flight_s + contact_s) / (contact_s**2 * ((flight_s + contact_s) / np.pi - contact_s / 4))
    assert found.vertical_stiffness.value == pytest.approx(expected / 1000, rel=1e-3)
    assert find_implausible(found) == ()
    assert all(isinstance(getattr(found, spec.name), Estimate) for spec in list_metrics(DropJumpMetrics))


@pytest.mark.parametrize(("drop_height_m", "warned"), [(0.3, False), (0.6, True)])
def test_the_height_of_the_box_is_compared(drop_height_m: float, warned: bool):
    [trial] = trials_of(dropped(), Camera(), options=DropJumpOptions(drop_height=drop_height_m))
    assert any(warning.code.endswith("_than_box") for warning in trial.quality.warnings) == warned


def test_landing_back_on_the_box_is_a_problem():
    jumper = Jumper(box_m=0.3).stand(0.9).drop().bounce(0.25, 0.5).fly(lower_m=-0.2, onto_m=0.3)
    [trial] = trials_of(jumper.absorb(0.2).rise(0.5), Camera(noise_px=0.5))
    assert trial.problem is not None
    assert trial.problem.code == "landed_on_box"


def test_a_stumble_before_the_jump_is_a_problem():
    jumper = Jumper(box_m=0.3).stand(0.9).drop().bounce(0.22, 0.05).fly(lower_m=0.03).bounce(0.3, 0.35).fly()
    [trial] = trials_of(jumper.absorb(0.2).rise(0.6).stand(0.8), Camera(noise_px=0.5))
    assert trial.problem is not None
    assert trial.problem.code == "double_contact"


def test_an_athlete_who_stands_before_jumping_did_not_rebound():
    jumper = Jumper(box_m=0.3).stand(0.9).drop().absorb(0.2).rise(0.6).stand(0.3).sink(0.25, 0.4).push(0.3).fly()
    [trial] = trials_of(jumper.absorb(0.2).rise(0.6).stand(0.8), Camera(noise_px=0.5))
    assert trial.problem is not None
    assert trial.problem.message.code == "no_rebound"


def test_stepping_down_is_no_drop_jump():
    with pytest.raises(MovementNotFound):
        trials_of(Jumper(box_m=0.3).stand(0.9).drop().absorb(0.2).rise(0.6).stand(1.0), Camera(noise_px=0.5))


def test_a_countermovement_jump_is_no_drop_jump():
    jumper = Jumper().stand(0.8).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6).stand(0.8)
    [trial] = trials_of(jumper, Camera(noise_px=0.5))
    assert trial.problem is not None
    assert trial.problem.code == "phases_not_found"


def test_keys_of_the_contract():
    assert {spec.key for spec in list_metrics(DropJumpMetrics)} >= {
        "ground_contact_time_ms",
        "flight_time_ms",
        "jump_height_m",
        "takeoff_velocity_m_s",
        "reactive_strength_index",
        "rsi_flight_contact_ratio",
        "effective_drop_height_m",
        "vertical_stiffness_kn_m",
    }
