"""A landing whose silhouette flickers in hard light had a sound drop jump refused, once one more of its frames was off.

Its first touch lasted two frames, which is no contact; the flight then reached into the squat after it, and was taken
for a fall in which the body was carried: the take-off came after the landing.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from change_frames import shifted
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.movements.dropjump import DROP_JUMP

JUMP = Jumper(box_m=0.6).stand(0.8).drop().bounce(0.25, 0.4).fly().absorb(0.35).rise(0.8)
CAMERA = Camera(noise_px=0.5)
LEFT_MM = (3, 3, 27, -21, 19, -6, 60, -2, -3, 10, 53, 55, 1, 42, 27, 43, 30, 16, 16, 4)
RIGHT_MM = (-5, -6, 20, -17, 24, -1, 64, 2, 1, 15, 57, 60, 5, 47, 32, 47, 34, 21, 21, 8)
"""How far the silhouette of each foot lay above the ground in the frames after a landing, as of a rendered athlete."""


def flicker(frames: list[FramePoses], *, late: int, share: float) -> list[FramePoses]:
    """The frames with such a landing, that many frames after it."""
    first = next(number for number, frame in enumerate(frames) if frame.time_s > JUMP.flights[-1].landing_s) + late
    changed = list(frames)
    for number, both_mm in enumerate(zip(LEFT_MM, RIGHT_MM, strict=True), first):
        [pose] = frames[number].people
        ground = pose.ground.copy()
        ground[:, 1] -= share * np.array(both_mm) / 1000 / CAMERA.m_per_px
        changed[number] = replace(frames[number], people=(replace(pose, ground=ground),))
    return changed


def check_measured(trial: Trial) -> None:
    """Check that the drop jump is measured as it is with a landing that is seen well."""
    assert trial.problem is None
    metrics: Any = trial.metrics
    assert metrics.ground_contact_time.value == pytest.approx(0.25, abs=0.012)
    low, high = metrics.jump_height.interval
    assert low < 0.4 < high


@pytest.mark.parametrize("late", [0, 1])
@pytest.mark.parametrize("share", [1.0, 1.5])
def test_a_flickering_landing_costs_no_trial(late: int, share: float):
    check_measured(measure_trial(DROP_JUMP, flicker(film(JUMP, CAMERA), late=late, share=share)))


@pytest.mark.parametrize("bad", [0, 2, 6])
def test_a_frame_below_the_floor_costs_no_trial(bad: int):
    """One frame after the landing lies 10 px too low: what a foot does next is said by two frames, not by one."""
    frames = flicker(film(JUMP, CAMERA), late=1, share=1.0)
    number = bad + next(row for row, frame in enumerate(frames) if frame.time_s > JUMP.flights[-1].landing_s)
    frames[number] = shifted(frames[number], np.array([0.0, 10.0]))
    check_measured(measure_trial(DROP_JUMP, frames))


@pytest.mark.parametrize("by_px", [-10.0, -6.0, 6.0, 10.0])
def test_a_moved_frame_of_the_first_touch_costs_no_trial(by_px: float):
    """The second frame on the ground was moved: no rest was seen until the squat, and no drop from a box."""
    frames = flicker(film(JUMP, CAMERA), late=1, share=1.3)
    number = 1 + next(row for row, frame in enumerate(frames) if frame.time_s > JUMP.flights[-1].landing_s)
    frames[number] = shifted(frames[number], np.array([0.0, by_px]))
    check_measured(measure_trial(DROP_JUMP, frames))
