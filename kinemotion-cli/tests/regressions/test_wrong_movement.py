"""Rope hops were measured by `dropjump` at high confidence, and one jump off a box by `rj`."""

import pytest
from measured_trials import measure_trials
from other_movements import hop
from synthetic_athlete import Camera, Jumper, film

from kinemotion.errors import KinemotionError
from kinemotion.motion.report import Trial
from kinemotion.movements import registry


def start(height_m: float) -> Jumper:
    """An athlete in the air after a first small jump."""
    return Jumper().stand(0.6).sink(0.15, 0.4).push(height_m).fly()


def analyze_as(movement: str, jumper: Jumper, *, start_s: float = 0.0) -> list[Trial]:
    """The trials of a film that begins at that time of the jumper; none where the film is refused as a whole."""
    asked = registry.get(movement)
    frames = film(jumper, Camera(noise_px=0.5, start_s=start_s))
    try:
        return measure_trials(asked, frames)
    except KinemotionError:
        return []


@pytest.mark.parametrize("heights_m", [(0.08, 0.08, 0.08, 0.08), (0.1, 0.25, 0.1, 0.3, 0.1)], ids=["rope", "child"])
@pytest.mark.parametrize("in_the_air", [False, True])
def test_hops_from_the_ground_are_no_drop_jump(heights_m: tuple[float, ...], *, in_the_air: bool):
    jumper = start(0.3)
    start_s = jumper.flights[0].takeoff_s + 0.1 if in_the_air else 0.0
    trials = analyze_as("dropjump", hop(jumper, *heights_m, contact_s=0.25), start_s=start_s)
    assert all(trial.problem is not None and trial.metrics is None for trial in trials)


def test_the_same_hops_are_a_series():
    [trial] = analyze_as("rj", hop(start(0.15), 0.12, 0.12, 0.12, 0.12, contact_s=0.25))
    assert trial.problem is None
    assert len([phase for phase in trial.phases if phase.name == "flight"]) == 5


def test_a_jump_off_a_box_is_no_series():
    jumper = Jumper(box_m=0.4).stand(0.6).drop().bounce(0.25, 0.4).fly().absorb(0.3).rise(0.6)
    trials = analyze_as("rj", jumper)
    assert all(trial.problem is not None for trial in trials)


@pytest.mark.parametrize("box_m", [0.2, 0.4])
def test_a_drop_jump_is_one(box_m: float):
    [trial] = analyze_as(
        "dropjump", Jumper(box_m=box_m).stand(0.8).drop().bounce(0.25, 0.3).fly().absorb(0.3).rise(0.6)
    )
    assert trial.problem is None
    assert trial.quality.confidence == "high"
