"""Poses without ground points: the landmarks of the feet stand for them, and the intervals say that they are worse."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from change_frames import change_people

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.pose.recorded import load_poses
from kinemotion.session import MeasurementSetup

DATA = Path(__file__).parents[1] / "data"
TIMES = {
    "cmj": ("flight_time",),
    "dropjump": ("flight_time", "ground_contact_time"),
    "rj": ("flight_time", "ground_contact_time"),
    "running": ("flight_time", "ground_contact_time"),
    "sj": ("flight_time",),
}


def measured(movement: str, *, bare: bool) -> Trial:
    frames = load_poses(DATA / f"{movement}.npz").recorded
    if bare:
        frames = change_people(frames, lambda pose: replace(pose, ground=np.full((2, 2), np.nan), change=1.0))
    sport = registry.get(movement)
    asked = MeasurementSetup(sport, BLAZEPOSE, Athlete(), sport.options(), has_ground_points=not bare)
    [trial] = analyze(frames, asked)
    return trial


@pytest.mark.parametrize("movement", registry.list_names())
def test_landmarks_alone_are_measured_with_wider_intervals(movement: str):
    whole, bare = (measured(movement, bare=without) for without in (False, True))
    assert bare.problem is None
    assert "soles_from_landmarks" in bare.repairs
    assert "soles_from_landmarks" not in whole.repairs
    assert "no_ground_points" in {warning.code for warning in bare.quality.warnings}
    for name in TIMES[movement]:
        known, found = (getattr(trial.metrics, name) for trial in (whole, bare))
        assert isinstance(known, Estimate)
        assert isinstance(found, Estimate)
        assert found.error > known.error
        together = np.hypot(found.error, known.error)
        assert abs(found.value - known.value) < 2 * together
