"""Frames of any source, pushed in one by one: the same numbers as for a file, and an empty room costs little."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinemotion import StreamingPoseProcessor
from kinemotion.errors import UnknownMovement, UsageProblem
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.pose.recorded import load_poses
from kinemotion.report.contract.document import make_trial_document
from kinemotion.session import MeasurementSetup
from kinemotion.streaming import PoseFollower

RECORDED = load_poses(Path(__file__).parents[1] / "data" / "cmj.npz").recorded
GREY = np.full((8, 8, 3), 127, np.uint8)


class Played:
    """An estimator that sees in each frame what was recorded under its number, and counts its looks."""

    info = EstimatorInfo("litert", "pose_landmarks_full", None, "none")
    skeleton = BLAZEPOSE

    def __init__(self, recorded: Iterable[FramePoses] = RECORDED) -> None:
        self._recorded = {frame.index: frame for frame in recorded}
        self.looked: list[int] = []

    def estimate(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        for frame in frames:
            self.looked.append(frame.index)
            yield replace(self._recorded[frame.index], time_s=frame.time_s)


def final_documents(processor: StreamingPoseProcessor) -> list[Any]:
    trials = [event for frame in RECORDED for event in processor.process_frame(GREY, frame.time_s).trials]
    movement = registry.get("cmj")
    return [make_trial_document(event.trial, movement) for event in (*trials, *processor.close()) if event.final]


def test_frames_give_what_their_clip_gives():
    movement = registry.get("cmj")
    batch = analyze(RECORDED, MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options()))
    assert final_documents(StreamingPoseProcessor("cmj", estimator=Played())) == [
        make_trial_document(trial, movement) for trial in batch
    ]


def test_every_frame_gives_poses_and_state():
    with StreamingPoseProcessor("cmj", estimator=Played()) as processor:
        seen = processor.process_frame(GREY, 5.0)
        assert processor.estimator.model == "pose_landmarks_full"
    assert seen.poses.people[0].points.shape == (33, 2)
    assert seen.state.people[0].phase == "standing"
    assert seen.trials == ()


def test_frames_are_processed_in_order_in_another_thread():
    async def run() -> list[float]:
        with StreamingPoseProcessor("cmj", estimator=Played()) as processor:
            calls = [processor.process_frame_async(GREY, frame.time_s) for frame in RECORDED[:20]]
            return [seen.state.time_s for seen in await asyncio.gather(*calls)]

    assert asyncio.run(run()) == [frame.time_s for frame in RECORDED[:20]]


@pytest.mark.parametrize(
    "frame",
    [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 4), np.uint8), np.zeros((8, 8, 3)), np.zeros((0, 8, 3), np.uint8)],
)
def test_what_is_no_picture_is_refused(frame: Any):
    with (
        StreamingPoseProcessor("cmj", estimator=Played()) as processor,
        pytest.raises(UsageProblem, match="picture"),
    ):
        processor.process_frame(frame, 0.0)


@pytest.mark.parametrize("time_s", [1.0, 0.5, float("nan")])
def test_a_clock_that_stands_or_runs_back_is_refused(time_s: float):
    with StreamingPoseProcessor("cmj", estimator=Played()) as processor:
        processor.process_frame(GREY, 1.0)
        with pytest.raises(UsageProblem, match="not later"):
            processor.process_frame(GREY, time_s)


def test_an_unknown_movement_is_refused():
    with pytest.raises(UnknownMovement):
        StreamingPoseProcessor("triple jump", estimator=Played())


def followed(seconds_empty: float, *, then: int = 0) -> tuple[list[int], list[FramePoses]]:
    """The looks into a room that is empty for some seconds, at 30 frames a second, and what each frame showed."""
    empty = int(30 * seconds_empty)
    people = [*[()] * empty, *[RECORDED[0].people] * then]
    frames = [FramePoses(index, index / 30, shown, np.eye(2, 3)) for index, shown in enumerate(people)]
    estimator = Played(frames)
    follower = PoseFollower(estimator)
    return estimator.looked, [follower.follow(Frame(frame.index, frame.time_s, GREY)) for frame in frames]


def test_an_empty_room_is_looked_at_now_and_then():
    looked, found = followed(600.0)
    assert len(found) == 18_000
    assert [frame.time_s for frame in found] == [index / 30 for index in range(18_000)]
    assert len(looked) < 18_000 / 10


def test_a_person_who_enters_is_seen_within_half_a_second_and_then_in_every_frame():
    _, found = followed(60.0, then=90)
    seen = [frame.index for frame in found if frame.people]
    assert seen[0] - 1800 < 15
    assert seen == list(range(seen[0], 1890))


def test_a_person_who_is_lost_is_looked_for_in_every_frame_at_first():
    looked, _ = followed(1.0)
    assert looked == list(range(30))
