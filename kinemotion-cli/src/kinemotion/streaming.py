"""Frames that come one by one, from any source: people are found in each, and the session says what happens."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np

from kinemotion.calibration import find_calibration
from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame
from kinemotion.motion.live import StateEvent, TrialEvent
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.movements import registry
from kinemotion.pose.base import PoseEstimator
from kinemotion.pose.estimators import open_estimator
from kinemotion.session import MeasurementSetup, Session

_EMPTY_S = 1.0
"""Engineering limit: a picture without anybody for this long is an empty room; a lost person is remembered as long."""
_LOOK_EVERY_S = 0.4
"""Engineering limit: time between two looks into an empty room; who walks in stands still for longer before a jump."""


class PoseFollower:
    """Finds the people in frames that are pushed in. An empty room is searched twice a second."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self._waiting: list[Frame] = []
        self._poses = estimator.estimate(iter(self._waiting.pop, None))
        self._camera = np.eye(2, 3)
        self._seen_s: float | None = None
        self._looked_s = float("-inf")

    def follow(self, frame: Frame) -> FramePoses:
        """Find the people in the next frame."""
        if self._seen_s is None:
            self._seen_s = frame.time_s
        empty = frame.time_s - self._seen_s > _EMPTY_S
        if empty and frame.time_s - self._looked_s < _LOOK_EVERY_S:
            return FramePoses(frame.index, frame.time_s, (), self._camera)
        self._looked_s = frame.time_s
        self._waiting.append(frame)
        found = next(self._poses)
        self._camera = found.camera
        if found.people:
            self._seen_s = frame.time_s
        return found


@dataclass(frozen=True, slots=True)
class ProcessedFrame:
    """What is known after a frame."""

    poses: FramePoses
    """Where everybody's points are, px."""
    state: StateEvent
    """What everybody does: rough figures for a display."""
    trials: tuple[TrialEvent, ...] = ()
    """Trials that were measured now: provisional right after a landing, final when the movement has settled."""


class StreamingPoseProcessor:
    """Measures one movement in frames of any source, while they come. Close it at the end, or use it in a ``with``.

    Parameters
    ----------
    movement
        Name of an installed movement, see ``kinemotion movements``.
    quality
        "fast", "balanced" or "accurate": which pose model is run.
    athlete
        What is known of the athlete.
    options
        An instance of the movement's options class; its defaults where None.
    estimator
        What finds the points, if it is open already; it stays open. One of that quality where None.

    Raises
    ------
    KinemotionError
        Any of ``kinemotion.errors``, each with code, message and hint.
    """

    def __init__(
        self,
        movement: str = "cmj",
        *,
        quality: str = "balanced",
        athlete: Athlete | None = None,
        options: Any = None,  # noqa: ANN401  (of the movement's options class)
        estimator: PoseEstimator | None = None,
    ) -> None:
        asked = registry.get(movement)
        self._resources = ExitStack()
        found = estimator or self._resources.enter_context(
            open_estimator(preset=quality, threads=1, still_rate="often")
        )
        self._info = found.info
        self._follower = PoseFollower(found)
        calibration = find_calibration(found.info.name, found.info.model)
        setup = MeasurementSetup(asked, found.skeleton, athlete or Athlete(), options or asked.options(), calibration)
        self._session = Session(setup, live=True)
        self._frames = 0
        self._now_s = float("-inf")
        self._thread: ThreadPoolExecutor | None = None

    @property
    def estimator(self) -> EstimatorInfo:
        """Which model finds the points."""
        return self._info

    def process_frame(self, frame: Image, time_s: float) -> ProcessedFrame:
        """Find the people in the next picture and say what happens.

        Parameters
        ----------
        frame
            Picture (H, W, 3), RGB, uint8, upright.
        time_s
            Capture time, s, on any clock; later than that of the frame before.

        Raises
        ------
        UsageProblem
            If the picture has another shape or type, or if its time is not later.
        """
        check_picture(frame, time_s, after_s=self._now_s)
        poses = self._follower.follow(Frame(self._frames, time_s, frame))
        self._frames, self._now_s = self._frames + 1, time_s
        events = self._session.push(poses)
        trials = tuple(event for event in events if isinstance(event, TrialEvent))
        return ProcessedFrame(poses, cast("StateEvent", events[-1]), trials)

    async def process_frame_async(self, frame: Image, time_s: float) -> ProcessedFrame:
        """Do what `process_frame` does, in a thread of its own; frames are processed in the order of the calls."""
        self._thread = self._thread or ThreadPoolExecutor(max_workers=1, thread_name_prefix="poses")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.process_frame, frame, time_s)

    def close(self) -> tuple[TrialEvent, ...]:
        """End the stream; return the trials that were under way."""
        if self._thread:
            self._thread.shutdown()
        self._resources.close()
        return tuple(event for event in self._session.close() if isinstance(event, TrialEvent))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_picture(frame: Image, time_s: float, *, after_s: float) -> None:
    """Check that a frame is a picture and later than the one before.

    Raises
    ------
    UsageProblem
    If it is not.
    """
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or not frame.size:
        raise UsageProblem(
            Message(
                "no_picture",
                "A frame of shape {shape} and type {kind} is not a picture.",
                shape=str(frame.shape),
                kind=str(frame.dtype),
            ),
            hint=Message("give_rgb_array", "Give an array (height, width, 3) of type uint8, RGB."),
        )
    if not time_s > after_s:
        raise UsageProblem(
            Message(
                "time_not_later",
                "The time {time_s:.3s} is not later than {now_s:.3s}.",
                time_s=time_s,
                now_s=after_s,
            ),
            hint=Message("give_frames_in_order", "Give frames in the order of time."),
        )
