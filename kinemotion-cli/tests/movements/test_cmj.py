"""Countermovement jumps of a stick figure whose truth is a formula."""

from pathlib import Path

import numpy as np
import pytest
from cut_stream import trials_in
from measured_jump import countermovement, measure_cmj, measure_sequence, value
from synthetic_athlete import Camera, Jumper, film, time_of_first_frame

from kinemotion.calibration import get_default_calibration
from kinemotion.errors import PhasesNotFound, SlowMotion
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.metrics import Estimate, find_implausible, list_metrics
from kinemotion.movements.cmj import CMJ
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.pose.recorded import load_poses
from kinemotion.reconstruct import reconstruct


@pytest.mark.parametrize("fps", [30.0, 60.0, 240.0])
@pytest.mark.parametrize("height_m", [0.12, 0.35, 0.60])
def test_height_of_a_known_jump(fps: float, height_m: float):
    metrics = measure_cmj(countermovement(height_m), Camera(fps=fps, noise_px=1.0)).metrics
    assert value(metrics, "jump_height") == pytest.approx(height_m, abs=0.025 if fps < 60 else 0.02)
    assert value(metrics, "takeoff_velocity") == pytest.approx(np.sqrt(2 * 9.81 * height_m), abs=0.12)


@pytest.mark.parametrize("lower_m", [-0.02, 0.05, 0.12])
def test_landing_posture_does_not_pass_for_height(lower_m: float):
    jumper = countermovement(0.35, lower_m=lower_m)
    metrics = measure_cmj(jumper, Camera(noise_px=1.0)).metrics
    flight_s = jumper.flights[0].landing_s - jumper.flights[0].takeoff_s
    assert value(metrics, "jump_height") == pytest.approx(0.35, abs=0.02)
    assert value(metrics, "jump_height_flight_time") == pytest.approx(9.81 * flight_s**2 / 8, abs=0.02)


@pytest.mark.parametrize("depth_m", [0.15, 0.30, 0.45])
@pytest.mark.parametrize("fps", [30.0, 120.0])
def test_the_dip(depth_m: float, fps: float):
    jumper = countermovement(depth_m=depth_m)
    metrics = measure_cmj(jumper, Camera(fps=fps, noise_px=1.0)).metrics
    events = jumper.events
    assert value(metrics, "countermovement_depth") == pytest.approx(depth_m, abs=0.02)
    assert value(metrics, "time_to_takeoff") == pytest.approx(events["takeoff"] - events["start"], abs=0.07)
    assert value(metrics, "concentric_duration") == pytest.approx(events["takeoff"] - events["lowest"], abs=0.03)
    assert value(metrics, "eccentric_duration") == pytest.approx(events["lowest"] - events["start"], abs=0.07)
    assert value(metrics, "peak_eccentric_velocity") < 0 < value(metrics, "peak_concentric_velocity")
    assert value(metrics, "rsi_modified") == pytest.approx(
        value(metrics, "jump_height") / value(metrics, "time_to_takeoff")
    )


@pytest.mark.parametrize("fps", [30.0, 60.0, 240.0])
@pytest.mark.parametrize("height_m", [0.15, 0.35, 0.55])
def test_the_fastest_upward_instant_is_not_smoothed_away(fps: float, height_m: float):
    jumper = countermovement(height_m)
    times = np.linspace(jumper.events["lowest"], jumper.events["takeoff"], 2000)
    fastest = np.max(np.gradient([jumper.com_m(t) for t in times], times))
    found = value(measure_cmj(jumper, Camera(fps=fps, noise_px=1.0)).metrics, "peak_concentric_velocity")
    assert found == pytest.approx(fastest, abs=0.12 if fps < 60 else 0.08)


@pytest.mark.parametrize("duration_s", [0.45, 0.55, 0.7])
def test_a_quick_and_a_slow_dip_begin_where_they_begin(duration_s: float):
    jumper = Jumper().stand(0.8).sink(0.3, duration_s, brake_m_s2=3.0 / duration_s**2)
    jumper.push(0.35).fly().absorb(0.2).rise(0.6).stand(0.4)
    found = measure_cmj(jumper, Camera(noise_px=1.0)).metrics.time_to_takeoff
    assert found is not None
    assert found.interval[0] <= jumper.events["takeoff"] - jumper.events["start"] <= found.interval[1]


def test_phases_follow_each_other_without_a_gap():
    phases = measure_cmj(countermovement(), Camera()).phases
    assert [part.name for part in phases] == ["unweighting", "braking", "propulsion", "flight", "landing"]
    assert [part.end for part in phases[:-1]] == [part.start for part in phases[1:]]


@pytest.mark.parametrize("camera", [Camera(dropout=0.1, noise_px=1.0), Camera(jitter_s=0.004, noise_px=1.0)])
def test_missing_points_and_uneven_frames_cost_little(camera: Camera):
    assert value(measure_cmj(countermovement(), camera).metrics, "jump_height") == pytest.approx(0.35, abs=0.025)


def test_intervals_hold_the_truth():
    inside: list[bool] = []
    for seed in range(24):
        height_m = 0.2 + 0.015 * seed
        found = measure_cmj(countermovement(height_m), Camera(noise_px=1.5, seed=seed)).metrics.jump_height
        assert found is not None
        inside.append(found.interval[0] <= height_m <= found.interval[1])
    assert np.mean(inside) >= 0.8


def test_a_clip_that_starts_in_the_dip_has_height_but_no_start():
    jumper = countermovement()
    camera = Camera(start_s=jumper.events["lowest"] + 0.05, noise_px=0.5)
    metrics = measure_cmj(jumper, camera).metrics
    assert value(metrics, "jump_height") == pytest.approx(0.35, abs=0.03)
    assert metrics.time_to_takeoff is None
    assert metrics.countermovement_depth is None
    assert metrics.rsi_modified is None


def test_a_clip_that_starts_at_the_end_of_the_push_off_shows_no_countermovement():
    jumper = countermovement()
    with pytest.raises(PhasesNotFound, match="push-off"):
        measure_cmj(jumper, Camera(start_s=jumper.events["takeoff"] - 0.12, noise_px=0.5))


def test_a_clip_that_ends_after_the_landing_is_measured():
    jumper = Jumper().stand(0.8).sink(0.3, 0.5).push(0.35).fly(lower_m=0.06).absorb(0.2)
    assert value(measure_cmj(jumper, Camera(noise_px=0.5)).metrics, "jump_height") == pytest.approx(0.35, abs=0.025)


def test_power_and_force_need_the_mass():
    without = measure_cmj(countermovement(), Camera()).metrics
    with_mass = measure_cmj(countermovement(), Camera(), Athlete(mass_kg=75.0)).metrics
    assert without.peak_power is None
    assert value(with_mass, "peak_power") == pytest.approx(6070 * value(with_mass, "jump_height") + 45.3 * 75 - 2055)
    # The work of the mean force over the push-off lifts the body through the push-off and the jump (Samozino 2008).
    weight = 75 * 9.81
    push_off_m = weight * value(with_mass, "jump_height") / (value(with_mass, "mean_force") - weight)
    assert push_off_m == pytest.approx(0.42, abs=0.05)


def test_events_are_in_the_films_time():
    jumper, camera = countermovement(), Camera(fps=120.0, noise_px=0.5, start_s=0.3)
    measured = measure_cmj(jumper, camera)
    first = time_of_first_frame(jumper, camera)
    begins = {part.name: part.start_s + first for part in measured.phases}
    assert begins["flight"] == pytest.approx(jumper.events["takeoff"], abs=0.012)
    assert begins["landing"] == pytest.approx(jumper.events["landing"], abs=0.012)
    assert begins["propulsion"] == pytest.approx(jumper.events["lowest"], abs=0.02)


@pytest.mark.parametrize("slowed", [2.0, 4.0, 8.0])
def test_slow_motion_is_refused_with_its_factor(slowed: float):
    [sequence] = trials_in(CMJ, film(countermovement(), Camera(slowed=slowed, fps=240.0 / slowed)))
    with pytest.raises(SlowMotion, match=f"{slowed:.0f}\\.\\d times"):
        reconstruct(sequence, Athlete(), contact_model=ContactModel.JUMPING, calibration=get_default_calibration())


def test_squats_are_no_jump():
    squats = Jumper().stand(0.5).sink(0.3, 0.7).rise(0.7).stand(0.3).sink(0.3, 0.7).rise(0.7).stand(0.5)
    assert trials_in(CMJ, film(squats, Camera(noise_px=1.0))) == []


def test_hops_are_no_countermovement_jump():
    hops = Jumper().stand(0.5).sink(0.04, 0.2).push(0.05).fly()
    for _ in range(6):
        hops.bounce(0.2, 0.05).fly()
    with pytest.raises(PhasesNotFound):
        measure_cmj(hops.absorb(0.1).rise(0.5).stand(0.6), Camera(noise_px=0.5))


def test_a_leap_out_of_a_held_squat_is_called_a_squat_jump():
    squatting = Jumper().stand(0.6).sink(0.3, 0.8, brake_m_s2=0.0).stand(1.2).sink(0.07, 0.25)
    with pytest.raises(PhasesNotFound, match="squat jump"):
        measure_cmj(squatting.push(0.3).fly().absorb(0.2).rise(0.6).stand(0.4), Camera(noise_px=0.5))


@pytest.mark.parametrize("box_m", [0.15, 0.2, 0.4])
@pytest.mark.parametrize("contact_s", [0.18, 0.5])
def test_a_drop_jump_is_refused_from_any_box(box_m: float, contact_s: float):
    dropped = Jumper(box_m=box_m).stand(0.9).drop().bounce(contact_s, 0.3).fly().absorb(0.2).rise(0.6)
    with pytest.raises(PhasesNotFound, match=r"drop jump|directly after"):
        measure_cmj(dropped, Camera(noise_px=0.5))


def test_an_athlete_who_steps_down_and_stands_may_jump():
    stepped = Jumper(box_m=0.3).stand(0.9).drop().absorb(0.2).rise(0.6).stand(1.0)
    jumper = stepped.sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
    assert value(measure_cmj(jumper, Camera(noise_px=0.5)).metrics, "jump_height") == pytest.approx(0.35, abs=0.02)


def test_a_dip_out_of_a_half_squat_is_a_countermovement():
    squatting = Jumper().stand(0.6).sink(0.24, 0.8, brake_m_s2=0.0).stand(1.2).sink(0.16, 0.4)
    jumper = squatting.push(0.3).fly().absorb(0.2).rise(0.6).stand(0.4)
    assert value(measure_cmj(jumper, Camera(noise_px=0.5)).metrics, "jump_height") == pytest.approx(0.3, abs=0.025)


def test_a_landing_that_was_not_filmed_is_named():
    jumper = countermovement()
    jumper.end_s = jumper.events["apex"]
    with pytest.raises(PhasesNotFound, match="landing"):
        measure_cmj(jumper, Camera(noise_px=0.5))


def test_a_known_jump_is_plausible_and_fully_measured():
    metrics = measure_cmj(countermovement(), Camera(noise_px=0.5), Athlete(mass_kg=75.0)).metrics
    assert find_implausible(metrics) == ()
    assert all(isinstance(getattr(metrics, spec.name), Estimate) for spec in list_metrics(CmjMetrics))


def test_the_deep_joints_of_a_rendered_athlete():
    """The recorded athlete bends the knees by 102° and the hips by 101°; BlazePose's points bend less."""
    recorded = load_poses(Path(__file__).parents[1] / "data" / "cmj.npz")
    [sequence] = trials_in(CMJ, recorded.estimate())
    metrics = measure_sequence(sequence).metrics
    assert value(metrics, "knee_flexion_lowest") == pytest.approx(102.3, abs=3)
    assert value(metrics, "hip_flexion_lowest") == pytest.approx(101.4, abs=3)


def test_keys_of_the_contract():
    keys = {spec.key for spec in list_metrics(CmjMetrics)}
    assert {
        "jump_height_m",
        "jump_height_flight_time_m",
        "jump_height_above_standing_m",
        "flight_time_ms",
        "takeoff_velocity_m_s",
        "countermovement_depth_m",
        "unweighting_duration_ms",
        "braking_duration_ms",
        "eccentric_duration_ms",
        "concentric_duration_ms",
        "time_to_takeoff_ms",
        "peak_eccentric_velocity_m_s",
        "peak_concentric_velocity_m_s",
        "rsi_modified",
    } <= keys
