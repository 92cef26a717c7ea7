"""A missed or invented contact of a run became a step twice as long, a long flight, and an asymmetry of 20 %."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from change_frames import change_people
from measured_trials import measure_trial
from synthetic_athlete import Camera
from synthetic_runner import BELT_PX, FILM_STARTS_S, Runner, film_run

from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.running import RUNNING

RUNNER = Runner(cadence_spm=170.0, contact_s=0.21, duration_s=5.0)
CAMERA = Camera(fps=60.0, noise_px=0.5)
STRIDE_S = 2 * RUNNER.step_s
RIGHT_LEG = [f"right_{part}" for part in ("knee", "ankle", "heel", "foot_index")]


def holds_zero(asymmetry: Estimate) -> bool:
    """Whether the interval of an asymmetry holds that of an even runner."""
    low, high = asymmetry.interval
    return low < 0 < high


def change_soles(frames: list[FramePoses], side: str, change: Callable[[int, float, float], float]) -> list[FramePoses]:
    """Frames in which the height of one sole is ``change(stride, s since its touchdown, height)``, px."""
    delay_s = FILM_STARTS_S - (0.0 if side == "left" else RUNNER.step_s)
    column = 0 if side == "left" else 1
    changed: list[FramePoses] = []
    for frame in frames:
        stride, since_s = divmod(frame.time_s + delay_s, STRIDE_S)
        [pose] = frame.people
        ground = pose.ground.copy()
        ground[column, 1] = change(int(stride), since_s, float(ground[column, 1]))
        changed.append(replace(frame, people=(replace(pose, ground=ground),)))
    return changed


def glide_early(stride: int, since_s: float, y_px: float) -> float:
    """The sole seems to touch the belt 130 ms before it does, once in three strides."""
    return BELT_PX if stride % 3 == 1 and since_s > STRIDE_S - 0.13 else y_px


def miss(stride: int, since_s: float, y_px: float) -> float:
    """The foot seems to pass above the belt in the fourth stride, without a rest."""
    missed = since_s < RUNNER.contact_s + 0.05 or since_s > STRIDE_S - 0.05
    return BELT_PX - 90.0 + 300.0 * abs(since_s % (STRIDE_S - 0.05) - 0.1) if missed and stride == 3 else y_px


def test_a_touchdown_that_comes_too_early_is_searched_again():
    trial = measure_trial(RUNNING, change_soles(film_run(RUNNER, CAMERA), "left", glide_early))
    metrics: Any = trial.metrics
    assert max(stance.duration_s for stance in trial.phases) < RUNNER.contact_s + 0.06
    assert len(trial.phases) >= 12
    unclear = metrics.contact_time_asymmetry is None
    assert unclear or holds_zero(metrics.contact_time_asymmetry)
    assert unclear == ("asymmetry_unclear" in [warning.code for warning in trial.quality.warnings])
    assert holds_zero(metrics.step_time_asymmetry)
    assert abs(metrics.step_time_asymmetry.value) < 5


@pytest.mark.parametrize("touch_s", [0.3, 0.36])
def test_a_toe_off_after_a_false_touch_is_looked_for_again(touch_s: float):
    """The sole seems to rest on the belt for 60 ms while it swings, once in three strides: no step is left out."""

    def touch(stride: int, since_s: float, y_px: float) -> float:
        return BELT_PX if stride % 3 == 1 and touch_s <= since_s < touch_s + 0.06 else y_px

    even, disturbed = (
        measure_trial(RUNNING, film_run(RUNNER, CAMERA)),
        measure_trial(RUNNING, change_soles(film_run(RUNNER, CAMERA), "left", touch)),
    )
    assert len(disturbed.phases) == len(even.phases)
    for found, true in zip(disturbed.phases, even.phases, strict=True):
        assert found.name == true.name
        assert found.duration_s == pytest.approx(true.duration_s, abs=0.01)
    assert disturbed.quality.confidence == "high"


def test_a_missed_contact_makes_no_flight_and_no_long_step():
    trial = measure_trial(RUNNING, change_soles(film_run(RUNNER, CAMERA), "right", miss))
    assert trial.motion is not None
    flights_s = [
        flight.landing.time_s - flight.takeoff.time_s
        for flight in trial.motion.flights
        if flight.takeoff and flight.landing
    ]
    assert max(flights_s) < RUNNER.flight_s + 0.05
    assert trial.quality.confidence == "high"
    metrics: Any = trial.metrics
    assert holds_zero(metrics.step_time_asymmetry)
    assert abs(metrics.step_time_asymmetry.value) < 5


def test_many_missed_contacts_lower_the_confidence():
    frames = film_run(RUNNER, CAMERA)
    for side, often in (("left", 3), ("right", 4)):
        frames = change_soles(
            frames, side, lambda stride, since_s, y_px, often=often: y_px if stride % often else miss(3, since_s, y_px)
        )
    quality = measure_trial(RUNNING, frames).quality
    assert "steps_left_out" in [warning.code for warning in quality.warnings]
    assert quality.score <= 75


def test_a_touchdown_that_is_seen_late_gives_no_asymmetry():
    def come_late(stride: int, since_s: float, y_px: float) -> float:
        del stride
        return y_px - 12.0 if since_s < 0.025 else y_px

    metrics: Any = measure_trial(RUNNING, change_soles(film_run(RUNNER, CAMERA), "left", come_late)).metrics
    assert holds_zero(metrics.step_time_asymmetry)
    assert abs(metrics.step_time_asymmetry.value) < 5


def test_a_limp_is_seen():
    """The right foot lands and leaves 20 ms early: left steps are 40 ms shorter than right ones, 11 % of a step."""
    frames, early = film_run(RUNNER, CAMERA), film_run(RUNNER, replace(CAMERA, start_s=0.02))
    right = [index for index, name in enumerate(BLAZEPOSE.names) if name in RIGHT_LEG]

    def join(pose: Pose, other: Pose) -> Pose:
        points = pose.points.copy()
        points[right] = other.points[right]
        return replace(pose, points=points, ground=np.stack([pose.ground[0], other.ground[1]]))

    pairs = zip(frames, early, strict=False)
    limping = [replace(a, people=(join(a.people[0], b.people[0]),)) for a, b in pairs]
    metrics: Any = measure_trial(RUNNING, limping).metrics
    assert metrics.step_time_asymmetry.value == pytest.approx(-11.3, abs=4.0)


def test_sides_that_cannot_be_distinguished_give_no_asymmetry():
    """In every second stride the model takes one leg for the other: nothing says which is the left one."""
    swapped = [BLAZEPOSE.mirror[k] for k in range(len(BLAZEPOSE.names))]

    def mirrored(pose: Pose) -> Pose:
        return replace(pose, points=pose.points[swapped], ground=pose.ground[::-1])

    frames = film_run(RUNNER, CAMERA)
    half = [int(frame.time_s / STRIDE_S) % 2 == 1 for frame in frames]
    other = change_people(frames, mirrored)
    trial = measure_trial(RUNNING, [b if change else a for a, b, change in zip(frames, other, half, strict=True)])
    metrics: Any = trial.metrics
    assert metrics.step_time_asymmetry is None
    assert metrics.contact_time_asymmetry is None
    assert "sides_uncertain" in [warning.code for warning in trial.quality.warnings]
    assert metrics.cadence.value == pytest.approx(170.0, abs=0.5)


@pytest.mark.parametrize(("cadence_spm", "contact_s"), [(290.0, 0.115), (300.0, 0.105)])
def test_a_sprint_has_its_whole_cadence(cadence_spm: float, contact_s: float):
    sprinter = Runner(cadence_spm=cadence_spm, contact_s=contact_s, speed_m_s=8.0, duration_s=4.0)
    trial = measure_trial(RUNNING, film_run(sprinter, Camera(fps=105.0, noise_px=0.5)))
    metrics: Any = trial.metrics
    assert metrics.cadence.value == pytest.approx(cadence_spm, abs=0.5)
    low, high = metrics.ground_contact_time.interval
    assert low < contact_s < high
    assert np.isclose(metrics.ground_contact_time.value, contact_s, atol=0.015)
    assert trial.quality.confidence == "high"
