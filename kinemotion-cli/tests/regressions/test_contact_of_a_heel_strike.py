"""Contact times of heel strikers were far off where a shadow joins the heel, or the heel is as dark as the belt."""

from dataclasses import replace
from typing import Any

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera
from synthetic_runner import BELT_PX, FILM_STARTS_S, Runner, film_run

from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import BLAZEPOSE, SIDES
from kinemotion.movements.running import RUNNING

RUNNER = Runner(cadence_spm=170.0, contact_s=0.24, duration_s=6.0)
CAMERA = Camera(fps=60.0, noise_px=0.5)
TOES_SINK_S = 0.04
"""Time after the touchdown of the heel in which the toes come down."""
TOES_UP_M, HIDDEN_M = 0.07, 0.03


def change_feet(frame: FramePoses, *, shadow: bool) -> FramePoses:
    """Let both feet land with the heel, which a shadow joins below 3 cm, or which the silhouette does not show."""
    [pose] = frame.people
    points, ground = pose.points.copy(), pose.ground.copy()
    for foot, side in enumerate(SIDES):
        stride_s, toes = 2 * RUNNER.step_s, BLAZEPOSE.index[f"{side}_foot_index"]
        since_s = (frame.time_s + FILM_STARTS_S - foot * RUNNER.step_s + 0.2) % stride_s - 0.2
        toes_up = min(1.0, 1.0 - since_s / TOES_SINK_S) if since_s < TOES_SINK_S else 0.0
        points[toes, 1] -= toes_up * TOES_UP_M / CAMERA.m_per_px
        if shadow and since_s < 0 and ground[foot, 1] > BELT_PX - HIDDEN_M / CAMERA.m_per_px:
            ground[foot, 1] = BELT_PX
        elif not shadow:
            ground[foot, 1] -= toes_up * HIDDEN_M / CAMERA.m_per_px
    return replace(frame, people=(replace(pose, points=points, ground=ground),))


@pytest.mark.parametrize(("shadow", "worst_s"), [(True, 0.008), (False, 0.024)])
def test_the_heel_shows_the_touchdown_that_the_silhouette_misreads(shadow: bool, worst_s: float) -> None:
    frames = [change_feet(frame, shadow=shadow) for frame in film_run(RUNNER, CAMERA)]
    trial = measure_trial(RUNNING, frames)
    metrics: Any = trial.metrics
    contact: Estimate = metrics.ground_contact_time
    assert contact.value == pytest.approx(RUNNER.contact_s, abs=worst_s)
    assert contact.interval[0] < RUNNER.contact_s < contact.interval[1]
