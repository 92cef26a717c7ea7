"""Cutting streams of poses into windows of running, and into nothing where nobody runs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion.motion.poses import Pose, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.gait.windows import windows


def test_whoever_ran_out_of_sight_is_given_out_though_the_stream_goes_on():
    run = film_run(Runner(duration_s=4.0), Camera(fps=30))
    watcher = film(Jumper().stand(8.0), Camera(fps=30), person=1)
    given_s = 0.0

    def stream() -> Iterator[Pose]:
        nonlocal given_s
        for pose in sorted([*run, *watcher], key=lambda pose: (pose.time_s, pose.person)):
            given_s = pose.time_s
            yield pose

    first = next(windows(stream(), BLAZEPOSE))
    assert (first.person, len(first)) == (0, len(run))
    assert given_s == pytest.approx(run[-1].time_s + 1.0, abs=0.1)


def test_who_comes_back_begins_a_window_of_their_own():
    before = film_run(Runner(duration_s=3.0), Camera(fps=60))
    after = [replace(pose, time_s=pose.time_s + 6.0) for pose in before]
    found = list(windows([*before, *after], BLAZEPOSE))
    assert [(len(part), part.time_s[0]) for part in found] == [(len(before), 0.0), (len(before), 6.0)]


def test_who_is_seen_for_a_moment_is_no_runner():
    assert list(windows(film_run(Runner(duration_s=0.9), Camera()), BLAZEPOSE)) == []


def seen_in(poses: list[Pose], name: str, *, parity: int | None = None) -> list[PoseSequence]:
    """Windows of poses in which a point is never seen, or in every second frame only."""
    hidden: list[Pose] = []
    for pose in poses:
        points = pose.points.copy()
        if parity is None or pose.frame % 2 != parity:
            points[BLAZEPOSE.index[name]] = np.nan
        hidden.append(replace(pose, points=points))
    return list(windows(hidden, BLAZEPOSE))


@pytest.mark.parametrize("name", ["left_heel", "right_ankle", "left_hip"])
def test_legs_with_a_point_never_seen_are_no_runners(name: str):
    assert seen_in(film_run(Runner(), Camera()), name) == []


def test_a_point_seen_in_every_second_frame_is_enough():
    assert len(seen_in(film_run(Runner(), Camera()), "left_ankle", parity=0)) == 1


def test_legs_never_seen_together_are_no_runners():
    poses = film_run(Runner(), Camera())
    for pose in poses:
        pose.points[BLAZEPOSE.index["right_ankle" if pose.frame % 2 else "left_ankle"]] = np.nan
    assert list(windows(poses, BLAZEPOSE)) == []


def test_a_still_picture_of_a_stride_is_no_run():
    poses = film_run(Runner(), Camera())
    ankles = [BLAZEPOSE.index["left_ankle"], BLAZEPOSE.index["right_ankle"]]
    stride = max(poses, key=lambda pose: float(np.ptp(pose.points[ankles, 0])))
    assert list(windows([replace(stride, frame=pose.frame, time_s=pose.time_s) for pose in poses], BLAZEPOSE)) == []
