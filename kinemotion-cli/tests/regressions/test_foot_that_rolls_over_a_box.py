"""A foot that rolls over the edge of a box seemed to leave early: a sound drop jump was said to be cut."""

from dataclasses import replace

import numpy as np
import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.movements.dropjump import DROP_JUMP
from kinemotion.movements.dropjump.metrics import DropJumpMetrics

JUMP = Jumper(box_m=0.4).stand(1.2).drop().bounce(0.25, 0.3).fly(lower_m=0.06).absorb(0.2).rise(0.6).stand(0.8)
STEP_OFF_S = JUMP.events["step_off"]
FILMED = Camera(fps=30.0, noise_px=0.5)
WOBBLE_S = 0.15


def roll_feet(frames: list[FramePoses], *, since_s: float) -> list[FramePoses]:
    """The frames with both soles shown some centimetres too high, up and down, until the body falls."""

    def rolled(frame: FramePoses) -> FramePoses:
        lift_m = 0.045 + 0.02 * np.sin(2 * np.pi * (frame.time_s - since_s) / WOBBLE_S)
        lift = np.array([0.0, -lift_m / FILMED.m_per_px])
        return replace(frame, people=tuple(replace(pose, ground=pose.ground + lift) for pose in frame.people))

    return [rolled(frame) if since_s < frame.time_s < STEP_OFF_S else frame for frame in frames]


def start_of_fall(trial: Trial) -> float:
    return next(phase.start.time_s for phase in trial.phases if phase.name == "fall")


def height_m(trial: Trial) -> float:
    assert isinstance(trial.metrics, DropJumpMetrics)
    assert trial.metrics.jump_height is not None
    return trial.metrics.jump_height.value


@pytest.fixture(scope="module")
def sound() -> Trial:
    return measure_trial(DROP_JUMP, film(JUMP, FILMED))


@pytest.mark.parametrize("early_s", [0.3, 0.5])
def test_the_body_falls_when_it_falls_not_when_a_foot_rolls(sound: Trial, early_s: float):
    rolling = measure_trial(DROP_JUMP, roll_feet(film(JUMP, FILMED), since_s=STEP_OFF_S - early_s))
    assert start_of_fall(rolling) == pytest.approx(STEP_OFF_S, abs=0.14)
    assert rolling.quality.score > sound.quality.score - 10
    assert {"time_lost_in_flight", "not_free_fall"}.isdisjoint(w.code for w in rolling.quality.warnings)
    assert height_m(rolling) == pytest.approx(height_m(sound), abs=0.01)


def test_a_step_off_that_is_seen_stays_where_it_was_seen(sound: Trial):
    assert start_of_fall(sound) == pytest.approx(STEP_OFF_S, abs=0.04)
