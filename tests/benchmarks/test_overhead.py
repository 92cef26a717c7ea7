"""What a frame costs outside the networks: decoding, crop, comparison with earlier frames, silhouette.

Each figure is the CPU time of the thread that does the work, ms a frame, the best of several passes over the clip.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import Any

import pytest

from kinemotion.motion.arrays import Image
from kinemotion.pose.detector import Detector
from kinemotion.pose.frame_difference import FrameComparer
from kinemotion.pose.landmarks import LandmarkModel, LandmarkResult
from kinemotion.pose.model_files import LANDMARKS, load_model
from kinemotion.pose.roi import crop
from kinemotion.pose.silhouette import Silhouette, find_ground_points
from kinemotion.video import open_video

pytestmark = [pytest.mark.benchmark, pytest.mark.engine]

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
FRAMES, PASSES = 40, 5


@dataclass(frozen=True)
class Followed:
    """One frame with what was found in it."""

    image: Image
    found: LandmarkResult
    silhouette: Silhouette


def follow(frames: list[Image], model: LandmarkModel) -> list[Followed]:
    """The person in the frames."""
    [region, *_] = Detector(threads=1).detect(frames[0])
    followed: list[Followed] = []
    for image in frames:
        found = model.find_landmarks(image, region)
        followed.append(Followed(image, found, model.find_silhouette(found)))
        region = found.next_region
    return followed


def time_pass(work: Callable[[], object], *, frames: int) -> float:
    """CPU milliseconds a frame of the quickest pass."""
    spent: list[float] = []
    for _ in range(PASSES):
        began = thread_time()
        work()
        spent.append(thread_time() - began)
    return 1000 * min(spent) / frames


def test_overhead_of_a_frame(stopwatch: Any):
    def decode() -> list[Image]:
        with open_video(SAMPLE, threads=1) as video:
            return [frame.image for frame in video.frames()]

    images = decode()
    model = LandmarkModel(load_model(LANDMARKS["balanced"]), threads=1)
    seen = follow(images[:FRAMES], model)

    def compare() -> None:
        comparer = FrameComparer()
        for frame in seen:
            comparer.compare(frame.image, [frame.found.points])

    costs = {
        "decode": time_pass(decode, frames=len(images)),
        "crop": time_pass(lambda: [crop(frame.image, frame.found.to_image, size=256) for frame in seen], frames=FRAMES),
        "camera_and_change": time_pass(compare, frames=FRAMES),
        "silhouette": time_pass(
            lambda: [find_ground_points(frame.silhouette, frame.found.points) for frame in seen], frames=FRAMES
        ),
        "mask_network": time_pass(lambda: [model.find_silhouette(frame.found) for frame in seen], frames=FRAMES),
        "crop_and_landmark_network": time_pass(
            lambda: [model.find_landmarks(frame.image, frame.found.next_region) for frame in seen], frames=FRAMES
        ),
    }
    stopwatch.repeat(compare, rounds=3)
    stopwatch.note(**{f"{name}_ms": round(cost, 2) for name, cost in costs.items()})
