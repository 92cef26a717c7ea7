"""Two hops that were not seen made 140 jumps a minute of 150, with an interval of one and high confidence."""

from dataclasses import replace

import pytest
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.rj import REPEATED_JUMPS, RepeatedJumpOptions
from kinemotion.movements.rj.metrics import RepeatedJumpMetrics
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

HEIGHT_M, CONTACT_S = 0.06, 0.2


def skip(*, rest_s: float = 0.0) -> Jumper:
    """Skip twelve times, with a rest on the ground after the sixth."""
    jumper = Jumper().stand(0.6).sink(0.1, 0.3).push(HEIGHT_M).fly(lower_m=0.01)
    for number in range(11):
        jumper.bounce(CONTACT_S + (rest_s if number == 5 else 0.0), HEIGHT_M).fly(lower_m=0.01)
    return jumper.absorb(0.1).rise(0.5).stand(1.2)


def hide_flight(frames: list[FramePoses], jumper: Jumper, *, number: int) -> list[FramePoses]:
    """Return frames whose soles stay on the floor in one flight."""
    hidden, floor_px = jumper.flights[number], frames[0].people[0].ground
    return [
        replace(frame, people=tuple(replace(pose, ground=floor_px) for pose in frame.people))
        if hidden.takeoff_s <= frame.time_s <= hidden.landing_s
        else frame
        for frame in frames
    ]


def measure(frames: list[FramePoses]) -> tuple[Trial, RepeatedJumpMetrics]:
    [trial] = analyze(frames, MeasurementSetup(REPEATED_JUMPS, BLAZEPOSE, Athlete(), RepeatedJumpOptions()))
    assert isinstance(trial.metrics, RepeatedJumpMetrics)
    return trial, trial.metrics


def test_a_rate_allows_for_a_hop_that_may_be_missed():
    jumper = skip()
    frames = film(jumper, Camera(noise_px=0.5))
    seen, truth = measure(frames)
    trial, found = measure(hide_flight(frames, jumper, number=5))
    assert len(trial.repetitions) == len(seen.repetitions) - 1
    assert truth.jump_rate
    assert found.jump_rate
    low, high = found.jump_rate.interval
    assert low <= truth.jump_rate.value <= high
    assert trial.quality.score < seen.quality.score
    assert "hops_missed" in [warning.code for warning in trial.quality.warnings]
    assert truth.ground_contact_time
    assert found.ground_contact_time
    assert found.ground_contact_time.value == pytest.approx(truth.ground_contact_time.value, abs=0.005)


def test_a_rest_that_fits_no_rhythm_is_no_missed_hop():
    trial, found = measure(film(skip(rest_s=0.2), Camera(noise_px=0.5)))
    assert "hops_missed" not in [warning.code for warning in trial.quality.warnings]
    assert found.jump_rate
    low, high = found.jump_rate.interval
    assert high - low < 3.0
