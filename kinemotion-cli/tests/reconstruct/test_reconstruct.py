"""From pixels to metres, on a stick figure whose truth is a formula."""

from dataclasses import replace

import numpy as np
import pytest
from change_frames import change_people
from measured_jump import countermovement
from other_movements import turn_to_front
from synthetic_athlete import Camera, Jumper, film, sequence

from kinemotion.calibration import get_default_calibration
from kinemotion.errors import NobodyVisible, SlowMotion
from kinemotion.motion.arrays import Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.reconstruct import reconstruct
from kinemotion.reconstruct.angles import compute_angle, measure_angle
from kinemotion.reconstruct.body_motion import remove_camera_motion
from kinemotion.reconstruct.centre_of_mass import SEGMENTS, compute_com_weights
from kinemotion.reconstruct.left_right import unswap_limbs
from kinemotion.report.series import place_on_picture
from kinemotion.signals.affine import apply_affine, invert_affine


def jumper_in_metres(seen: PoseSequence, athlete: Athlete) -> Motion:
    return reconstruct(seen, athlete, contact_model=ContactModel.JUMPING, calibration=get_default_calibration())


def test_body_mass_is_whole():
    for sex in ("female", "male", None):
        weights = compute_com_weights(BLAZEPOSE, get_default_calibration().landmarks, sex=sex)
        assert weights.sum() == pytest.approx(1.0)
        assert np.all(weights >= 0)
    for column in (0, 1):
        assert sum(segment.mass[column] for segment in SEGMENTS) == pytest.approx(1.0, abs=0.002)


@pytest.mark.parametrize("stature_m", [1.5, 1.75, 2.0])
def test_gravity_is_the_ruler_whatever_the_stature(stature_m: float):
    motion = jumper_in_metres(sequence(film(countermovement(stature_m=stature_m), Camera(noise_px=0.5))), Athlete())
    assert motion.scale.source == "gravity"
    assert motion.scale.m_per_px == pytest.approx(0.0035, rel=0.04)


def test_stated_scale_errors_are_the_errors_made():
    scores: list[float] = []
    for seed in range(20):
        motion = jumper_in_metres(sequence(film(countermovement(), Camera(noise_px=1.5, seed=seed))), Athlete())
        scores.append((motion.scale.m_per_px / 0.0035 - 1) / motion.scale.relative_uncertainty)
    assert np.mean(np.abs(scores) < 1.96) >= 0.8


def test_a_take_off_seen_obliquely_is_later_than_the_near_edge_of_the_sole_says():
    """Only the silhouette differs between the views; the landing is the same in both."""
    frames = film(countermovement(), Camera())
    aside, oblique = (
        jumper_in_metres(sequence(seen), Athlete()).flights[0]
        for seen in (frames, turn_to_front(frames, half_width_px=60.0))
    )
    assert aside.takeoff is not None
    assert aside.landing is not None
    assert oblique.takeoff is not None
    assert oblique.landing is not None
    later_s = -get_default_calibration().jump.oblique_takeoff_offset_s
    assert 0.002 < later_s < 0.010
    assert oblique.takeoff.time_s - aside.takeoff.time_s == pytest.approx(later_s, abs=5e-4)
    assert oblique.landing.time_s == pytest.approx(aside.landing.time_s, abs=5e-4)


def test_the_stature_measures_where_nobody_flies():
    squats = Jumper(1.9).stand(0.5).sink(0.3, 0.6).rise(0.6).stand(0.5)
    unknown = jumper_in_metres(sequence(film(squats, Camera())), Athlete())
    known = jumper_in_metres(sequence(film(squats, Camera())), Athlete(height_m=1.9))
    assert not unknown.scale.measured
    assert known.scale.source == "stature"
    assert known.scale.m_per_px == pytest.approx(0.0035, rel=0.04)


def test_gravity_and_stature_together_are_surer_than_each():
    poses = sequence(film(countermovement(0.2), Camera(noise_px=1.0)))
    alone, both = (jumper_in_metres(poses, athlete).scale for athlete in (Athlete(), Athlete(height_m=1.75)))
    assert both.source == "gravity+stature"
    assert both.relative_uncertainty < alone.relative_uncertainty


def test_the_centre_of_mass_is_on_its_path_above_the_floor():
    jumper, camera = countermovement(), Camera(noise_px=0.5)
    motion = jumper_in_metres(sequence(film(jumper, camera)), Athlete())
    truth = np.array([jumper.com_m(time_s + 1e-6) for time_s in motion.time_s])
    assert np.median(np.abs(motion.com[:, 1] - truth)) < 0.03
    assert np.nanmedian(motion.sole[motion.time_s < 0.6, :, 1]) == pytest.approx(0.0, abs=0.01)


def test_arcs_fall_with_g_through_the_raw_points():
    jumper = countermovement(0.4)
    [flight] = [
        flight
        for flight in jumper_in_metres(sequence(film(jumper, Camera(noise_px=0.5))), Athlete()).flights
        if flight.arc is not None
    ]
    assert flight.arc is not None
    apex_s = flight.arc.reference_s + flight.arc.velocity_m_s.value / 9.81
    assert apex_s == pytest.approx(jumper.events["apex"], abs=0.005)
    assert flight.arc.residual_m < 0.005


def seen_by(frame: FramePoses, to_first: Floats) -> FramePoses:
    """The frame as a moved camera shows it, given the affine map (2, 3) back to the first picture."""
    back = invert_affine(to_first)
    [moved] = change_people(
        [frame],
        lambda pose: replace(pose, points=apply_affine(back, pose.points), ground=apply_affine(back, pose.ground)),
    )
    return moved


@pytest.mark.parametrize("how", ["shift", "rotation", "zoom"])
def test_a_moving_camera_is_taken_out(how: str):
    frames = film(countermovement(), Camera(noise_px=0.3))
    random = np.random.default_rng(4)
    moved_frames: list[FramePoses] = []
    for frame in frames:
        amount = random.normal(0.0, 0.01)
        cos, sin = (np.cos(amount), np.sin(amount)) if how == "rotation" else (1.0, 0.0)
        turn = np.array([[cos, -sin], [sin, cos]]) * (1.0 + amount if how == "zoom" else 1.0)
        to_first = np.column_stack([turn, random.normal(0.0, 5.0, 2)])
        moved_frames.append(replace(seen_by(frame, to_first), camera=to_first))
    still, moved = (jumper_in_metres(sequence(stream), Athlete()) for stream in (frames, moved_frames))
    np.testing.assert_allclose(moved.com, still.com, atol=1e-9)
    np.testing.assert_allclose(remove_camera_motion(sequence(moved_frames)).points, sequence(frames).points, atol=1e-9)
    shown = place_on_picture(moved, moved.joints[20], row=20)
    np.testing.assert_allclose(shown, moved_frames[20].people[0].points, atol=1e-6)


def test_swapped_legs_are_put_back():
    clean = sequence(film(countermovement(), Camera()))
    apart = clean.points.copy()
    right = [BLAZEPOSE.index[name] for name in BLAZEPOSE.names if name.startswith("right")]
    apart[:, right, 0] += 25.0
    truth = replace(clean, points=apart)
    tangled = apart.copy()
    legs = [
        BLAZEPOSE.index[f"{side}_{part}"]
        for side in ("left", "right")
        for part in ("knee", "ankle", "heel", "foot_index")
    ]
    frames = np.r_[20:24, 60:61, 90:110]
    tangled[frames[:, None], legs] = tangled[frames[:, None], [BLAZEPOSE.mirror[leg] for leg in legs]]
    np.testing.assert_array_equal(unswap_limbs(replace(clean, points=tangled)).points, truth.points)
    np.testing.assert_array_equal(unswap_limbs(truth).points, truth.points)


def test_errors_grow_in_gaps():
    poses = sequence(film(countermovement(), Camera()))
    points = poses.points.copy()
    points[30:50, BLAZEPOSE.index["left_wrist"]] = np.nan
    motion = jumper_in_metres(replace(poses, points=points), Athlete())
    error = motion.joint_error[:, BLAZEPOSE.index["left_wrist"]]
    assert error[40] > 2 * error[10]
    assert np.isfinite(motion.joints).all()


def test_nobody_is_measured_without_a_body():
    poses = sequence(film(countermovement(), Camera()))
    points = poses.points.copy()
    points[:, BLAZEPOSE.index["left_hip"]] = np.nan
    with pytest.raises(NobodyVisible):
        jumper_in_metres(replace(poses, points=points), Athlete())


def test_a_speeded_up_file_is_refused():
    with pytest.raises(SlowMotion, match="too fast"):
        jumper_in_metres(sequence(film(countermovement(), Camera(slowed=0.5, fps=120.0))), Athlete())


@pytest.mark.parametrize("mirrored", [False, True])
def test_angles_of_known_postures(mirrored: bool):
    jumper = countermovement()
    motion = jumper_in_metres(sequence(film(jumper, Camera(mirrored=mirrored))), Athlete())
    standing = measure_angle(motion, "knee_flexion", time_s=0.4).value
    deepest = measure_angle(motion, "knee_flexion", time_s=jumper.events["lowest"]).value
    assert standing == pytest.approx(7.0, abs=7.0)
    assert deepest > standing + 50
    assert measure_angle(motion, "trunk_lean", time_s=jumper.events["lowest"]).value > 10
    assert measure_angle(motion, "ankle_dorsiflexion", time_s=jumper.events["lowest"]).value > 10
    assert measure_angle(motion, "ankle_dorsiflexion", time_s=jumper.events["takeoff"]).value < -10
    np.testing.assert_allclose(
        compute_angle(motion, "hip_flexion", side="left"), compute_angle(motion, "hip_flexion", side="right"), atol=1e-6
    )


@pytest.mark.parametrize(("hip_deg", "knee_deg", "expected"), [(50, 90, (50, 90)), (110, 115, (115, 124.5))])
def test_joints_are_bent_more_than_the_points_of_a_folded_body(
    hip_deg: float, knee_deg: float, expected: tuple[float, float]
):
    motion = jumper_in_metres(sequence(film(countermovement(), Camera())), Athlete())
    joints = motion.joints.copy()
    hip = np.array([0.0, 1.0])
    knee = hip + 0.4 * _direction(hip_deg - 90)
    ankle = knee + 0.4 * _direction(hip_deg - knee_deg - 90)
    points = {"shoulder": hip + np.array([0.0, 0.5]), "hip": hip + np.array([0.045, 0.0]), "knee": knee, "ankle": ankle}
    for part, place in points.items():
        for side in ("left", "right"):
            joints[:, BLAZEPOSE.index[f"{side}_{part}"]] = place
    posed = replace(motion, joints=joints)
    found = [compute_angle(posed, name, side="left")[0] for name in ("hip_flexion", "knee_flexion")]
    assert found == pytest.approx(expected, abs=0.3)


def _direction(above_horizontal_deg: float) -> Floats:
    return np.array([np.cos(np.radians(above_horizontal_deg)), np.sin(np.radians(above_horizontal_deg))])
