"""Pictures lost inside a flight, in a file with even time stamps, shortened the flight without a word."""

from dataclasses import replace

import pytest
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.base import Movement
from kinemotion.movements.cmj import CMJ
from kinemotion.movements.dropjump import DROP_JUMP
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
HIGH = Jumper().stand(0.6).sink(0.35, 0.5).push(0.65).fly().absorb(0.25).rise(0.6)
TAKEOFF_S, APEX_S, LANDING_S = (JUMP.events[name] for name in ("takeoff", "apex", "landing"))
CODES = {"time_lost_in_flight", "time_added_in_flight", "pictures_repeated"}


def trial_of(frames: list[FramePoses]) -> Trial:
    [trial] = analyze(iter(frames), MeasurementSetup(CMJ, BLAZEPOSE, Athlete(), CMJ.options()))
    return trial


def lose(at_s: float, count: int, *, fps: float, jumper: Jumper = JUMP) -> list[FramePoses]:
    """The frames of a jump without so many from then on; the time stamps are even."""
    frames = film(jumper, Camera(fps=fps, noise_px=0.5))
    first = next(index for index, frame in enumerate(frames) if frame.time_s >= at_s)
    late = [replace(frame, time_s=frame.time_s - count / fps) for frame in frames[first + count :]]
    return [*frames[:first], *late]


def repeat_one(at_s: float, *, fps: float) -> list[FramePoses]:
    """The frames of a jump with one of them twice, from where everything is late."""
    frames = film(JUMP, Camera(fps=fps, noise_px=0.5))
    first = next(index for index, frame in enumerate(frames) if frame.time_s >= at_s)
    [pose] = frames[first - 1].people
    again = replace(frames[first], people=(replace(pose, change=0.0),))
    return [*frames[:first], again, *(replace(frame, time_s=frame.time_s + 1 / fps) for frame in frames[first:])]


@pytest.mark.parametrize(
    ("at_s", "count", "fps"),
    [
        (TAKEOFF_S + 0.09, 2, 60.0),
        (LANDING_S - 0.13, 3, 60.0),
        (TAKEOFF_S + 0.1, 2, 30.0),
        (LANDING_S - 0.13, 6, 120.0),
    ],
)
def test_lost_pictures_in_a_flight_are_named(at_s: float, count: int, fps: float):
    quality = trial_of(lose(at_s, count, fps=fps)).quality
    assert quality.confidence == "low"
    [said] = [warning for warning in quality.warnings if warning.code in CODES]
    assert said.code == "time_lost_in_flight"
    lost_s = said.values["time_s"]
    assert isinstance(lost_s, float)
    assert lost_s == pytest.approx(count / fps, abs=0.5 * count / fps)


@pytest.mark.parametrize(
    ("movement", "jumper"),
    [(CMJ, HIGH), (DROP_JUMP, Jumper(box_m=0.4).stand(0.8).drop().bounce(0.25, 0.65).fly().absorb(0.3).rise(0.6))],
    ids=["cmj", "drop jump"],
)
@pytest.mark.parametrize("count", [5, 7])
def test_a_flight_that_lost_too_much_is_refused_for_that(movement: Movement, jumper: Jumper, count: int):
    """It was refused as feet that never left the ground, or as a jump without a box."""
    frames = lose(jumper.flights[-1].takeoff_s + 0.09, count, fps=60.0, jumper=jumper)
    [trial] = analyze(iter(frames), MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options()))
    assert trial.problem is not None
    assert trial.problem.message.code == "not_free_fall"


@pytest.mark.parametrize("at_s", [TAKEOFF_S + 0.1, APEX_S, LANDING_S - 0.1])
def test_a_picture_shown_twice_in_a_flight_is_named(at_s: float):
    quality = trial_of(repeat_one(at_s, fps=60.0)).quality
    assert quality.confidence != "high"
    assert CODES & {warning.code for warning in quality.warnings}


@pytest.mark.parametrize(("fps", "seed"), [(30.0, 1), (60.0, 2), (120.0, 3), (240.0, 4)])
def test_a_whole_flight_is_believed(fps: float, seed: int):
    quality = trial_of(film(JUMP, Camera(fps=fps, noise_px=1.0, seed=seed))).quality
    assert not CODES & {warning.code for warning in quality.warnings}
