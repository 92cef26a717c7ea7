"""A run in poor light, whose feet seemed to touch the belt long before they did, was refused as walking."""

from dataclasses import replace
from typing import Any

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera
from synthetic_runner import BELT_PX, FILM_STARTS_S, Runner, film_run

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.running import RUNNING

RUNNER = Runner(cadence_spm=180.0, contact_s=0.23, duration_s=4.0)
STRIDE_S = 2 * RUNNER.step_s


def touch_early(frames: list[FramePoses], *, early_s: float) -> list[FramePoses]:
    """Frames in which both feet, heel, toes and sole, are on the belt so long before their touchdown."""
    changed: list[FramePoses] = []
    for frame in frames:
        [pose] = frame.people
        points, ground = pose.points.copy(), pose.ground.copy()
        for column, side in enumerate(("left", "right")):
            since_s = (frame.time_s + FILM_STARTS_S - column * RUNNER.step_s) % STRIDE_S
            if since_s > STRIDE_S - early_s:
                rows = [BLAZEPOSE.index[f"{side}_{part}"] for part in ("heel", "foot_index")]
                points[rows, 1] = ground[column, 1] = BELT_PX
        changed.append(replace(frame, people=(replace(pose, points=points, ground=ground),)))
    return changed


@pytest.mark.parametrize("athlete", [Athlete(), Athlete(height_m=1.75, speed_m_s=3.0)], ids=["unknown", "known"])
def test_what_needs_no_contact_is_measured(athlete: Athlete):
    trial = measure_trial(RUNNING, touch_early(film_run(RUNNER, Camera(fps=30.0, noise_px=1.0)), early_s=0.15), athlete)
    metrics: Any = trial.metrics
    assert trial.problem is None
    assert metrics.cadence.value == pytest.approx(180.0, abs=0.5)
    assert metrics.step_count.value == pytest.approx(11, abs=1)
    assert metrics.trunk_lean is not None
    assert metrics.ground_contact_time is metrics.flight_time is metrics.duty_factor is None
    assert (metrics.step_length is not None) == (metrics.vertical_oscillation is not None) == bool(athlete.height_m)
    assert not trial.phases
    assert not trial.repetitions
    assert trial.quality.confidence == "medium"
    assert "contacts_unclear" in [warning.code for warning in trial.quality.warnings]
