"""The sample clips, measured by the real engine from video to metric, against their truth."""

from pathlib import Path

import pytest
from scoring import Case, cases, score

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
FLOORS = {
    "jump_height_m": 0.025,
    "flight_time_ms": 12.0,
    "takeoff_velocity_m_s": 0.10,
    "countermovement_depth_m": 0.03,
    "time_to_takeoff_ms": 70.0,
    "ground_contact_time_ms": 14.0,
    "reactive_strength_index": 0.2,
    "effective_drop_height_m": 0.04,
    "cadence_spm": 0.5,
    "duty_factor": 0.02,
    "vertical_oscillation_m": 0.01,
}
"""Largest error of a single clip: some two and a half standard errors of what the engine promises."""


@pytest.mark.engine
@pytest.mark.parametrize("case", cases([SAMPLES]), ids=lambda case: case.name)
def test_a_sample_is_measured_within_the_floors(case: Case, tmp_path: Path):
    errors = score(case, model="balanced", poses=tmp_path)
    assert errors
    assert all(error.error is not None for error in errors)
    assert {error.key: error.error for error in errors if abs(error.error or 0.0) > FLOORS[error.key]} == {}
