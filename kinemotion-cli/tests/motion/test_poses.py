"""A sequence is made of one person's poses in time order, or refused; the skeleton knows its left from its right."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kinemotion.motion.poses import FramePoses, Pose, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE


def seen_at(index: int, time_s: float, *, people: int = 1) -> FramePoses:
    points = np.full((33, 2), float(index))
    poses = tuple(Pose(person, points, np.ones(33), np.zeros((2, 2))) for person in range(people))
    return FramePoses(index, time_s, poses, np.eye(2, 3))


def test_poses_become_arrays_over_frames():
    seen = PoseSequence.of([seen_at(3, 0.1), seen_at(4, 0.25)], BLAZEPOSE)
    assert len(seen) == 2
    assert seen.frame.tolist() == [3.0, 4.0]
    assert seen.point("left_hip").tolist() == [[3.0, 3.0], [4.0, 4.0]]


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [seen_at(0, 0.1), seen_at(1, 0.1)],
        [seen_at(0, 0.1), seen_at(1, 0.0)],
        [seen_at(0, 0.0), seen_at(1, 0.1, people=0)],
        [seen_at(0, 0.0), seen_at(1, 0.1, people=2)],
    ],
)
def test_no_frames_other_people_and_times_that_do_not_rise_are_refused(frames: list[FramePoses]):
    with pytest.raises(ValueError, match=r"at least one|rise"):
        PoseSequence.of(frames, BLAZEPOSE)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("points", lambda: np.zeros((2, 17, 2))), ("ground", lambda: np.zeros((2, 2))), ("change", lambda: np.zeros(3))],
)
def test_arrays_of_another_shape_are_refused_by_name(name: str, wrong: Callable[[], np.ndarray]):
    seen = PoseSequence.of([seen_at(0, 0.0), seen_at(1, 0.1)], BLAZEPOSE)
    with pytest.raises(ValueError, match=name):
        replace(seen, **{name: wrong()})


def test_a_mirror_swaps_left_and_right_and_twice_is_as_before():
    mirror = np.array(BLAZEPOSE.mirror)
    assert BLAZEPOSE.names[mirror[BLAZEPOSE.index["left_ankle"]]] == "right_ankle"
    assert BLAZEPOSE.names[mirror[BLAZEPOSE.index["mouth_left"]]] == "mouth_right"
    assert mirror[BLAZEPOSE.index["nose"]] == BLAZEPOSE.index["nose"]
    assert mirror[mirror].tolist() == list(range(33))


def test_edges_join_points_that_exist():
    assert {name for edge in BLAZEPOSE.edges for name in edge} <= set(BLAZEPOSE.names)
