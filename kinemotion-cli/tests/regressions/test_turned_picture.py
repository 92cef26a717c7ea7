"""A film that is upside down or lies on its side was refused for feet that never left the ground."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from change_frames import change_people

from kinemotion.errors import KinemotionError, PictureTurned
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pose import load_poses
from kinemotion.reconstruct.uprightness import check_upright, find_body_axes, find_turn_deg
from kinemotion.session import MeasurementSetup, Session
from kinemotion.signals.affine import apply_affine

DATA = Path(__file__).parents[1] / "data"
STANDING = 40
"""Frames of the recorded clip in which the athlete only stands."""
TURNED = {
    90: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 1000.0]]),
    180: np.array([[-1.0, 0.0, 1000.0], [0.0, -1.0, 1000.0]]),
    270: np.array([[0.0, -1.0, 1000.0], [1.0, 0.0, 0.0]]),
}
"""Maps to the picture that the named clockwise turn would make upright again."""


def turn(frames: tuple[FramePoses, ...], needed_deg: int) -> list[FramePoses]:
    """The frames of a picture that needs that turn."""
    turned = TURNED[needed_deg]
    return change_people(frames, lambda pose: replace(pose, points=apply_affine(turned, pose.points)))


@pytest.mark.parametrize("sport", ["cmj", "dropjump", "rj", "running", "sj"])
def test_every_sport_is_upright(sport: str):
    frames = [frame for frame in load_poses(DATA / f"{sport}.npz").recorded if len(frame.people) == 1]
    check_upright(PoseSequence.of(frames, BLAZEPOSE).points, BLAZEPOSE)


@pytest.mark.parametrize("needed_deg", [90, 180, 270])
@pytest.mark.parametrize("sport", ["cmj", "running"])
def test_a_turned_picture_is_refused_with_the_turn_that_helps(sport: str, needed_deg: int):
    frames = [frame for frame in turn(load_poses(DATA / f"{sport}.npz").recorded, needed_deg) if len(frame.people) == 1]
    points = PoseSequence.of(frames, BLAZEPOSE).points
    assert find_turn_deg(find_body_axes(points, BLAZEPOSE)) == needed_deg
    with pytest.raises(PictureTurned) as caught:
        check_upright(points, BLAZEPOSE)
    assert str(caught.value.hint) == f"Analyse the video again with --rotate {needed_deg}."


def test_nobody_seen_is_not_turned():
    assert find_turn_deg(find_body_axes(np.full((4, 33, 2), np.nan), BLAZEPOSE)) == 0


def explain_standing(frames: Sequence[FramePoses]) -> KinemotionError | None:
    """Why a clip that ends before the jump has no trial."""
    movement = registry.get("cmj")
    session = Session(MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options()))
    for frame in frames[:STANDING]:
        assert session.push(frame) == ()
    assert session.close() == ()
    return session.explain_no_trial()


@pytest.mark.parametrize("needed_deg", [90, 180, 270])
def test_a_turned_picture_without_any_trial_is_refused_as_turned(needed_deg: int):
    problem = explain_standing(turn(load_poses(DATA / "cmj.npz").recorded, needed_deg))
    assert isinstance(problem, PictureTurned)
    assert problem.hint == f"Analyse the video again with --rotate {needed_deg}."


def test_an_upright_picture_without_any_trial_is_not_called_turned():
    problem = explain_standing(load_poses(DATA / "cmj.npz").recorded)
    assert problem
    assert problem.code == "movement_not_found"
