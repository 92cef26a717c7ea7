"""A leg taken from a passer-by is set back beside its twin; legs that are the athlete's own are left alone."""

from dataclasses import replace

import numpy as np
import pytest
from measured_jump import countermovement, measure_sequence, value
from synthetic_athlete import Camera, film, sequence

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import RIGHT, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.cmj import CMJ, CmjOptions
from kinemotion.reconstruct.repairs import measure_recovered_share, recover_limb_outliers, repair
from kinemotion.session import MeasurementSetup, analyze_trial

_LEG = [BLAZEPOSE.index[f"right_{part}"] for part in ("knee", "ankle", "heel", "foot_index")]
_PX_M = 1 / 0.0035


@pytest.fixture(scope="module")
def alone() -> PoseSequence:
    return sequence(film(countermovement(0.3), Camera(noise_px=0.5)))


def passed(clean: PoseSequence, *, from_s: float, to_s: float, knee_m: float) -> PoseSequence:
    """The sequence with its right leg on somebody who walks by behind: knee off the athlete's, foot 0.3 m higher."""
    rows = (clean.time_s >= from_s) & (clean.time_s < to_s)
    way_m = np.linspace(0.9, -0.9, int(rows.sum()))
    points, ground = clean.points.copy(), clean.ground.copy()
    walker = np.array([ground[0, RIGHT] + [x * _PX_M, -0.3 * _PX_M] for x in way_m])
    ground[rows, RIGHT] = walker
    points[np.flatnonzero(rows)[:, None], _LEG] = walker[:, None] + [[0, -0.45 * _PX_M], [0, -30], [15, -8], [-40, -8]]
    points[rows, _LEG[0], 1] -= knee_m * _PX_M
    return replace(clean, points=points, ground=ground)


def test_a_leg_on_a_passer_by_is_set_back(alone: PoseSequence):
    recovered = recover_limb_outliers(passed(alone, from_s=0.6, to_s=2.0, knee_m=0.1))
    assert np.abs(recovered.points - alone.points).max() < 0.03 * _PX_M
    assert 0.3 < measure_recovered_share(recovered) < 0.6
    truth, measured = (value(measure_sequence(poses).metrics, "jump_height") for poses in (alone, recovered))
    assert measured == pytest.approx(truth, abs=0.005)


def test_a_reclaimed_leg_costs_trust(alone: PoseSequence):
    setup = MeasurementSetup(CMJ, BLAZEPOSE, Athlete(), CmjOptions())
    recovered = recover_limb_outliers(passed(alone, from_s=0.6, to_s=2.0, knee_m=0.1))
    before, after = (analyze_trial(poses, setup, index=0).quality for poses in (alone, recovered))
    assert after.score < before.score - 10
    assert any(warning.code == "person_close_by" for warning in after.warnings)


@pytest.mark.parametrize("at_s", [1.45, 1.6])
def test_a_leg_that_leaps_away_for_one_frame_is_taken_out(alone: PoseSequence, at_s: float):
    frame = int(np.searchsorted(alone.time_s, at_s))
    points, ground = alone.points.copy(), alone.ground.copy()
    points[frame, _LEG, 1] -= 0.7 * _PX_M
    ground[frame, RIGHT, 1] -= 0.7 * _PX_M
    mended = repair(replace(alone, points=points, ground=ground), contact_model=ContactModel.JUMPING)
    others = np.arange(len(alone)) != frame
    assert np.isnan(mended.points[frame, _LEG]).all()
    assert np.isnan(mended.ground[frame, RIGHT]).all()
    assert np.array_equal(mended.points[others], repair(alone, contact_model=ContactModel.JUMPING).points[others])
    assert "leg_outliers_recovered" in mended.repairs
    for name, tolerance in (("flight_time", 0.004), ("jump_height", 0.006)):
        truth, measured = (value(measure_sequence(poses).metrics, name) for poses in (alone, mended))
        assert measured == pytest.approx(truth, abs=tolerance)


def test_what_is_the_athletes_own_is_left_alone(alone: PoseSequence):
    assert recover_limb_outliers(alone) is alone
    assert measure_recovered_share(alone) == 0.0


def test_a_step_on_legs_of_unchanged_length_is_believed(alone: PoseSequence):
    hip, knee, *foot = [BLAZEPOSE.index["right_hip"], *_LEG]
    rows = np.flatnonzero(alone.time_s < 0.5)
    points = alone.points.copy()
    straight = points[rows, _LEG[1]] - points[rows, hip]
    turn = np.array([[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]])
    points[rows[:, None], foot] += (straight @ turn.T - straight)[:, None]
    points[rows, knee] = points[rows, hip] + (alone.points[rows, knee] - points[rows, hip]) @ turn.T
    stepping = replace(alone, points=points)
    assert recover_limb_outliers(stepping) is stepping
