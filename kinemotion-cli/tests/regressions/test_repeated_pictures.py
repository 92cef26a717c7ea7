"""Pictures repeated around take-off were refused as feet that never left the ground, or measured without a word."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.errors import KinemotionError, PicturesRepeated
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.movements.cmj import CMJ

JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
TAKEOFF_S, APEX_S, LANDING_S = (JUMP.events[name] for name in ("takeoff", "apex", "landing"))


def freeze(frames: Sequence[FramePoses], begin_s: float, duration_s: float) -> list[FramePoses]:
    """The frames with each picture of that time replaced by the last one before it."""
    frozen: list[FramePoses] = []
    for frame in frames:
        if frozen and begin_s <= frame.time_s < begin_s + duration_s:
            [pose] = frozen[-1].people
            frozen.append(replace(frame, people=(replace(pose, change=0.01),)))
        else:
            frozen.append(frame)
    return frozen


def jump(begin_s: float, duration_s: float, *, fps: float = 60.0) -> Trial | KinemotionError:
    """What comes of a jump whose pictures are repeated from then on: its trial, or why there is none."""
    frames = freeze(film(JUMP, Camera(fps=fps, noise_px=0.5)), begin_s, duration_s)
    try:
        trial = measure_trial(CMJ, frames)
    except KinemotionError as error:
        return error
    return trial


@pytest.mark.parametrize(
    ("begin_s", "duration_s", "fps"),
    [
        (TAKEOFF_S - 0.08, 0.15, 60.0),
        (TAKEOFF_S - 0.08, 0.07, 30.0),
        (TAKEOFF_S, 0.07, 60.0),
        (TAKEOFF_S + 0.05, 0.15, 30.0),
        (APEX_S + 0.1, 0.07, 30.0),
        (LANDING_S - 0.1, 0.3, 60.0),
        (LANDING_S - 0.03, 0.07, 60.0),
    ],
)
def test_repeated_pictures_in_a_jump_are_named(begin_s: float, duration_s: float, fps: float):
    found = jump(begin_s, duration_s, fps=fps)
    if isinstance(found, Trial):
        assert found.quality.confidence == "low"
        assert "pictures_repeated" in [warning.code for warning in found.quality.warnings]
        assert found.problem is None or found.problem.code == "pictures_repeated"
    else:
        assert isinstance(found, PicturesRepeated)


def test_a_flight_that_is_not_shown_at_all_is_named():
    found = jump(TAKEOFF_S - 0.05, LANDING_S - TAKEOFF_S + 0.1)
    assert (found.code if isinstance(found, KinemotionError) else found.problem and found.problem.code) == (
        "pictures_repeated"
    )


@pytest.mark.parametrize("fps", [30.0, 120.0])
def test_a_whole_film_has_no_repeated_pictures(fps: float):
    found = jump(0.0, 0.0, fps=fps)
    assert isinstance(found, Trial)
    assert "pictures_repeated" not in [warning.code for warning in found.quality.warnings]


def test_pictures_repeated_while_the_athlete_stands_change_nothing():
    found = jump(0.1, 0.3)
    assert isinstance(found, Trial)
    assert found.quality.confidence == "high"


def test_a_body_at_the_apex_may_hardly_change_from_picture_to_picture():
    """At 120 pictures a second a body moves by a millimetre there, and a sound clip was said to repeat pictures."""

    def changed(frame: FramePoses) -> FramePoses:
        way_m = 9.81 * abs(frame.time_s - 0.5 / 120 - APEX_S) / 120
        [pose] = frame.people
        return replace(frame, people=(replace(pose, change=0.015 + 10 * way_m),))

    frames = [changed(frame) for frame in film(JUMP, Camera(fps=120.0, noise_px=0.5))]
    trial = measure_trial(CMJ, frames)
    assert "pictures_repeated" not in [warning.code for warning in trial.quality.warnings]
