"""Pictures lost inside a flight, in a file with even time stamps, shortened the flight without a word."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.filming.time_breaks import doubt_time_breaks
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2, Flight, Motion
from kinemotion.motion.events import Event
from kinemotion.motion.poses import FramePoses
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
    quality = measure_trial(CMJ, lose(at_s, count, fps=fps)).quality
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
    trial = measure_trial(movement, frames)
    assert trial.problem is not None
    assert trial.problem.message.code == "not_free_fall"


@pytest.mark.parametrize("at_s", [TAKEOFF_S + 0.1, APEX_S, LANDING_S - 0.1])
def test_a_picture_shown_twice_in_a_flight_is_named(at_s: float):
    quality = measure_trial(CMJ, repeat_one(at_s, fps=60.0)).quality
    assert quality.confidence != "high"
    assert CODES & {warning.code for warning in quality.warnings}


@pytest.mark.parametrize(("fps", "seed"), [(30.0, 1), (60.0, 2), (120.0, 3), (240.0, 4)])
def test_a_whole_flight_is_believed(fps: float, seed: int):
    quality = measure_trial(CMJ, film(JUMP, Camera(fps=fps, noise_px=1.0, seed=seed))).quality
    assert not CODES & {warning.code for warning in quality.warnings}


TAKE_OFF_M_S, FPS = 2.7, 60.0


def make_flight(*, noise_m: float, lost: int = 0, posture_m: float = 0.0) -> Motion:
    """A free fall with white noise, an even clock, so many frames lost 0.1 s after take-off, and feet that still push.

    For 25 ms after take-off and before landing the centre of mass is lower by the change of posture.
    """
    landing_s = 2 * TAKE_OFF_M_S / GRAVITY_M_S2
    real_s = np.arange(0.5 / FPS, landing_s, 1 / FPS)
    height_m = TAKE_OFF_M_S * real_s - 0.5 * GRAVITY_M_S2 * real_s**2
    height_m += np.random.default_rng(7).normal(0.0, noise_m, len(real_s))
    height_m -= posture_m * ((real_s < 0.025) | (real_s > landing_s - 0.025))
    first = int(0.1 * FPS)
    seen = np.delete(height_m, slice(first, first + lost))
    time_s = real_s[: len(seen)]
    flight = Flight(Event("takeoff", 0.0, 0.0), Event("landing", landing_s - lost / FPS, 0.0), arc=None)
    parts: Any = SimpleNamespace(time_s=time_s, com=np.column_stack([0 * seen, seen]), flights=(flight,))
    return parts


@pytest.mark.parametrize(("noise_m", "lost"), [(0.0005, 1), (0.001, 2)])
def test_one_lost_picture_stands_out_of_what_the_body_shows(noise_m: float, lost: int):
    [doubt] = doubt_time_breaks(make_flight(noise_m=noise_m, lost=lost))
    assert doubt.message.code == "time_lost_in_flight"
    assert doubt.message.values["time_s"] == pytest.approx(lost / FPS, rel=0.15)


def test_noise_is_no_lost_picture():
    assert not doubt_time_breaks(make_flight(noise_m=0.015))


def test_posture_next_to_take_off_and_landing_is_no_lost_picture():
    assert not doubt_time_breaks(make_flight(noise_m=0.0005, posture_m=0.05))


@pytest.mark.parametrize("count", [4, 5, 6])
def test_time_lost_at_the_top_of_a_flight_is_named(count: int):
    """There the body hardly moves, so no step between pictures shows it: a height was 10 cm short at 94 points."""
    trial = measure_trial(CMJ, lose(APEX_S - 0.5 * count / 60, count, fps=60))
    assert trial.quality.confidence == "low"
    [lost] = [warning for warning in trial.quality.warnings if warning.code == "time_lost_in_flight"]
    assert lost.values["time_s"] == pytest.approx(count / 60, abs=1.1 / 60)


@pytest.mark.parametrize("noise_px", [0.2, 0.8])
def test_a_whole_flight_is_one_arc(noise_px: float):
    for jumper in (JUMP, HIGH):
        [trial] = analyze(
            iter(film(jumper, Camera(fps=60, noise_px=noise_px))),
            MeasurementSetup(CMJ, BLAZEPOSE, Athlete(), CMJ.options()),
        )
        assert not CODES & {warning.code for warning in trial.quality.warnings}
