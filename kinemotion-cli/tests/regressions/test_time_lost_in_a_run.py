"""Eight of 240 pictures lost in a run, in a file with even time stamps, made its cadence 5 % too high, unnoticed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera
from synthetic_runner import Runner, film_run

from kinemotion.motion.poses import FramePoses
from kinemotion.movements.running import RUNNING

RUNNER = Runner(cadence_spm=178.0, contact_s=0.215, duration_s=4.0)
CODES = {"time_lost_in_run", "time_added_in_run", "pictures_repeated"}
LOST_CHANGES = 1.5
"""A picture that follows a lost one changes this many times as much as the others."""


def show(frames: Sequence[FramePoses], order: Sequence[int], *, fps: float) -> list[FramePoses]:
    """The frames of those numbers at even times; what follows a lost one changes more, what is repeated not at all."""
    shown: list[FramePoses] = []
    for number, source in enumerate(order):
        [pose] = frames[source].people
        step = source - order[number - 1] if number else 1
        change = {0: 0.0, 1: 1.0}.get(step, LOST_CHANGES)
        people = (replace(pose, change=change),)
        shown.append(replace(frames[source], index=number, time_s=number / fps, people=people))
    return shown


def film_with_losses(lost: Sequence[range], *, fps: float = 60.0, runner: Runner = RUNNER) -> list[FramePoses]:
    frames = film_run(runner, Camera(fps=fps, noise_px=1.0))
    gone = {number for part in lost for number in part}
    return show(frames, [number for number in range(len(frames)) if number not in gone], fps=fps)


@pytest.mark.parametrize(
    ("first", "count", "fps"), [(90, 8, 60.0), (150, 4, 60.0), (60, 4, 30.0), (40, 2, 30.0), (240, 9, 120.0)]
)
def test_pictures_lost_in_a_row_are_named(first: int, count: int, fps: float):
    quality = measure_trial(RUNNING, film_with_losses([range(first, first + count)], fps=fps)).quality
    assert quality.confidence == "low"
    [said] = [warning for warning in quality.warnings if warning.code in CODES]
    assert said.code == "time_lost_in_run"
    lost_s = said.values["time_s"]
    assert isinstance(lost_s, float)
    assert lost_s == pytest.approx(count / fps, rel=0.35)


def test_single_pictures_lost_all_over_a_run_are_named():
    lost = [range(first, first + 1) for first in range(15, 220, 30)]
    quality = measure_trial(RUNNING, film_with_losses(lost)).quality
    assert quality.confidence == "low"
    assert "time_lost_in_run" in [warning.code for warning in quality.warnings]


@pytest.mark.parametrize("at", [41, 70, 75, 80, 85, 90])
def test_a_picture_shown_again_is_named_wherever_the_legs_are(at: int):
    frames = film_run(RUNNER, Camera(noise_px=0.5))
    quality = measure_trial(RUNNING, show(frames, [*range(at), at - 1, *range(at, len(frames))], fps=60.0)).quality
    assert quality.confidence != "high"
    assert "pictures_repeated" in [warning.code for warning in quality.warnings]


def test_pictures_that_change_more_now_and_then_are_believed():
    """As after the key frames of a compressed film."""
    frames = film_run(RUNNER, Camera(noise_px=1.0))
    for frame in range(12, len(frames), 12):
        [pose] = frames[frame].people
        frames[frame] = replace(frames[frame], people=(replace(pose, change=LOST_CHANGES),))
    assert not CODES & {warning.code for warning in measure_trial(RUNNING, frames).quality.warnings}


@pytest.mark.parametrize(("fps", "seed"), [(25.0, 0), (30.0, 1), (60.0, 2), (120.0, 3), (240.0, 4)])
@pytest.mark.parametrize("cadence_spm", [155.0, 200.0])
def test_a_whole_run_is_believed(fps: float, seed: int, cadence_spm: float):
    runner = replace(RUNNER, cadence_spm=cadence_spm)
    quality = measure_trial(RUNNING, film_run(runner, Camera(fps=fps, noise_px=2.0, seed=seed))).quality
    assert not CODES & {warning.code for warning in quality.warnings}
