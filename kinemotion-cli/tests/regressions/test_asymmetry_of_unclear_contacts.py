"""A run whose contacts scatter by a tenth gave a contact asymmetry of 14 % (-3 to 30) at high confidence."""

from dataclasses import replace
from typing import Any

import numpy as np
from measured_trials import measure_trial
from synthetic_athlete import Camera
from synthetic_runner import Runner, film_run

from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses
from kinemotion.movements.running import RUNNING
from kinemotion.movements.running.symmetry import keep_clear


def test_an_interval_that_is_too_wide_is_left_out():
    unclear, clear = Estimate(13.65, 8.5), Estimate(2.2, 4.6)
    kept = keep_clear(contact_time=unclear, step_time=clear)
    assert (kept.contact_time, kept.step_time) == (None, clear)
    [doubt] = kept.doubts
    assert doubt.message.code == "asymmetry_unclear"
    assert keep_clear(contact_time=clear, step_time=None).doubts == ()


def test_contacts_that_scatter_are_not_compared_and_lower_the_confidence():
    """The soles of a short clip at 30 pictures a second flicker by several centimetres."""
    random = np.random.default_rng(3)
    frames = film_run(Runner(cadence_spm=170.0, contact_s=0.21, duration_s=3.0), Camera(fps=30.0, noise_px=0.5))
    flickering: list[FramePoses] = []
    for frame in frames:
        [pose] = frame.people
        ground = pose.ground - np.abs(random.normal(0.0, 6.0, pose.ground.shape)) * (0.0, 1.0)
        flickering.append(replace(frame, people=(replace(pose, ground=ground),)))
    trial = measure_trial(RUNNING, flickering)
    metrics: Any = trial.metrics
    assert metrics.contact_time_asymmetry is None
    assert "asymmetry_unclear" in [warning.code for warning in trial.quality.warnings]
    assert trial.quality.confidence != "high"


def test_clear_contacts_are_compared():
    trial = measure_trial(
        RUNNING, film_run(Runner(cadence_spm=170.0, contact_s=0.21, duration_s=5.0), Camera(fps=60.0, noise_px=0.5))
    )
    metrics: Any = trial.metrics
    low, high = metrics.contact_time_asymmetry.interval
    assert low < 0 < high
    assert trial.quality.confidence == "high"
