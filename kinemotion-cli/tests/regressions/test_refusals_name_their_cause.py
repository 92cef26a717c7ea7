"""The table of refusals: situation, movement, code, hint. A clip was refused for what it was not, or measured."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from change_frames import shifted
from refused_situations import CAMERA, TABLE, Refusal, cmj, drop_jump, rope_hops, squat_jump
from synthetic_athlete import Jumper, film

from kinemotion import analyze_frames
from kinemotion.errors import KinemotionError
from kinemotion.motion.arrays import Image
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup


def refuse(case: Refusal) -> KinemotionError | list[Trial]:
    """Return what comes of a clip: the failure of the whole, or its trials."""
    asked = registry.get(case.movement)
    setup = MeasurementSetup(
        asked, BLAZEPOSE, case.athlete or Athlete(), asked.options(), picture_px=(2000, case.height_px)
    )
    frames = (shifted(frame, np.array([600.0, 0.0])) for frame in case.frames())
    try:
        return list(analyze(frames, setup))
    except KinemotionError as error:
        return error


@pytest.mark.parametrize("situation", TABLE)
def test_a_refusal_names_the_cause_and_what_to_do(situation: str):
    case = TABLE[situation]
    found = refuse(case)
    problems = [found] if isinstance(found, KinemotionError) else [trial.problem for trial in found]
    assert problems
    for problem in problems:
        assert problem is not None
        assert (problem.code, problem.message.code) == (case.code, case.message)
        assert case.hint in problem.hint


def test_the_height_of_the_box_is_in_the_message():
    found = refuse(TABLE["box jump"])
    assert isinstance(found, list)
    [trial] = found
    assert trial.problem is not None
    assert trial.problem.message.values["height_m"] == pytest.approx(0.4, abs=0.03)


def dark_pictures() -> Iterator[tuple[float, Image]]:
    noise = np.random.default_rng(1)
    for number in range(12):
        yield number / 30, noise.integers(0, 25, (180, 120, 3), dtype=np.uint8)


def test_a_dark_film_is_named():
    with pytest.raises(KinemotionError) as caught:
        analyze_frames(dark_pictures())
    assert (caught.value.code, caught.value.message.code) == ("too_dark", "dark_film")
    assert "more light" in caught.value.hint


def test_an_empty_film_in_light_is_not_called_dark():
    with pytest.raises(KinemotionError) as caught:
        analyze_frames((time_s, picture + np.uint8(150)) for time_s, picture in dark_pictures())
    assert caught.value.code == "nobody_visible"


@pytest.mark.parametrize("jumper", [cmj, rope_hops, drop_jump, squat_jump])
def test_what_each_command_asks_for_is_measured(jumper: Callable[[], Jumper]):
    movement = {cmj: "cmj", rope_hops: "rj", drop_jump: "dropjump", squat_jump: "sj"}[jumper]
    found = refuse(Refusal(movement, lambda: film(jumper(), CAMERA), "", "", ""))
    assert isinstance(found, list)
    [trial] = found
    assert trial.problem is None
    assert trial.quality.confidence == "high"
