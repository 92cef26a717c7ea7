"""A gap in a film was called slow motion, or a movement that is missing, or was measured over without a word."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.errors import KinemotionError
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.movements.cmj import CMJ

JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
TAKEOFF_S, APEX_S, LANDING_S = (JUMP.events[name] for name in ("takeoff", "apex", "landing"))
GAP_S = 0.47

Change = Callable[[list[FramePoses], float], list[FramePoses]]


def lose(frames: list[FramePoses], begin_s: float) -> list[FramePoses]:
    """The frames without those of a gap; those that are left have right times."""
    kept = [frame for frame in frames if not begin_s < frame.time_s < begin_s + GAP_S]
    return [replace(frame, index=index) for index, frame in enumerate(kept)]


def delay(frames: list[FramePoses], begin_s: float) -> list[FramePoses]:
    """All frames, with a jump of the time stamps."""
    return [replace(frame, time_s=frame.time_s + GAP_S * (frame.time_s > begin_s)) for frame in frames]


def measure(frames: list[FramePoses]) -> Trial | KinemotionError:
    """The trial, or why there is none."""
    try:
        return measure_trial(CMJ, frames)
    except KinemotionError as error:
        return error


@pytest.mark.parametrize("change", [lose, delay])
@pytest.mark.parametrize(
    "begin_s", [JUMP.events["lowest"] - 0.25, TAKEOFF_S - 0.15, APEX_S - 0.1, LANDING_S - 0.1], ids=str
)
@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_a_gap_in_a_jump_is_named(change: Change, begin_s: float, fps: float):
    found = measure(change(film(JUMP, Camera(fps=fps, noise_px=0.5)), begin_s))
    if isinstance(found, KinemotionError):
        assert found.message.code == "pictures_missing"
        return
    assert found.quality.confidence == "low"
    assert "pictures_missing" in [warning.code for warning in found.quality.warnings]
    assert found.problem is None or found.problem.message.code == "pictures_missing"


@pytest.mark.parametrize("change", [lose, delay])
def test_a_gap_while_the_athlete_stands_costs_nothing(change: Change):
    found = measure(change(film(JUMP, Camera(noise_px=0.5)), 0.05))
    assert isinstance(found, Trial)
    assert found.quality.warnings == ()
    assert found.quality.confidence == "high"
