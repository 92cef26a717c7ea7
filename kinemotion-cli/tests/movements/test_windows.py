"""Cutting streams of poses into windows of running, and into nothing where nobody runs."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from change_frames import hide_point, join_streams
from cut_stream import cut
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.gait.segmentation import segment_runs


def cut_windows(frames: Iterable[FramePoses]) -> Iterator[PoseSequence]:
    return cut(segment_runs(BLAZEPOSE), frames)


def test_a_run_out_of_the_picture_ends_while_the_stream_goes_on():
    run = film_run(Runner(duration_s=4.0), Camera(fps=30))
    watcher = film(Jumper().stand(8.0), Camera(fps=30), person=1)
    given_s = 0.0

    def stream() -> Iterator[FramePoses]:
        nonlocal given_s
        for frame in join_streams(run, watcher):
            given_s = frame.time_s
            yield frame

    first = next(cut_windows(stream()))
    assert (first.person, len(first)) == (0, len(run))
    assert given_s == pytest.approx(run[-1].time_s + 1.0, abs=0.1)


def test_a_runner_who_comes_back_begins_a_new_window():
    before = film_run(Runner(duration_s=3.0), Camera(fps=60))
    after = [replace(frame, time_s=frame.time_s + 6.0) for frame in before]
    found = list(cut_windows([*before, *after]))
    assert [(len(part), part.time_s[0]) for part in found] == [(len(before), 0.0), (len(before), 6.0)]


def test_a_person_seen_for_a_moment_is_not_measured():
    assert list(cut_windows(film_run(Runner(duration_s=0.9), Camera()))) == []


def seen_in(frames: list[FramePoses], name: str, *, parity: int | None = None) -> list[PoseSequence]:
    """Windows of frames in which a point is never seen, or in every second frame only."""
    hidden = [hide_point(frame, name) if parity is None or frame.index % 2 != parity else frame for frame in frames]
    return list(cut_windows(hidden))


@pytest.mark.parametrize("name", ["left_heel", "right_ankle", "left_hip"])
def test_legs_with_a_point_never_seen_are_no_runners(name: str):
    assert seen_in(film_run(Runner(), Camera()), name) == []


def test_a_point_seen_in_every_second_frame_is_enough():
    assert len(seen_in(film_run(Runner(), Camera()), "left_ankle", parity=0)) == 1


def test_legs_never_seen_together_are_no_runners():
    run = film_run(Runner(), Camera())
    frames = [hide_point(frame, "right_ankle" if frame.index % 2 else "left_ankle") for frame in run]
    assert list(cut_windows(frames)) == []


def test_a_still_picture_of_a_stride_is_no_run():
    frames = film_run(Runner(), Camera())
    ankles = [BLAZEPOSE.index["left_ankle"], BLAZEPOSE.index["right_ankle"]]
    stride = max(frames, key=lambda frame: float(np.ptp(frame.people[0].points[ankles, 0])))
    still = [replace(stride, index=frame.index, time_s=frame.time_s) for frame in frames]
    assert list(cut_windows(still)) == []
