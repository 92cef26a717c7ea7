"""Continuous action: a whole analysis beside the bare cost of the landmark inferences that it makes.

In each round the clip is analysed, its program loaded already, and then the network alone gets as many pictures, with
two threads. Wall time on an idle machine is what counts; CPU time is comparable on a busy one.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import pytest

from kinemotion.api import Listener, Request, Settings, measure, open_clip
from kinemotion.motion.athlete import Athlete
from kinemotion.pose.base import Effort
from kinemotion.pose.blazepose import BlazePoseEstimator
from kinemotion.pose.model_files import ModelFile
from kinemotion.pose.runtime import LoadedNetwork, Network, Tensor, find_litert
from kinemotion.prefetch import count_useful_threads

pytestmark = [pytest.mark.benchmark, pytest.mark.engine]

DATA = os.environ.get("KINEMOTION_DATA")
CLIPS = {
    "running": (Path(__file__).parents[2] / "docs" / "samples" / "running.mp4", "running"),
    **({"treadmill": (Path(DATA) / "synthetic" / "run_treadmill_60.mp4", "running")} if DATA else {}),
    **({"rope": (Path(DATA) / "real" / "kb_singleUnders.mp4", "rj")} if DATA else {}),
}
CROP = (1, 256, 256, 3)
KEPT = 32
"""Crops that the bare network gets in turn."""
BARE_THREADS = 2
ROUNDS = 3
TARGET = 1.25
"""Of the bare network's wall time, where two cores are free; told, not asserted."""


class LandmarkInferences:
    """Loads networks for an estimator; counts the inferences on crops of people, and keeps some of the crops."""

    def __init__(self) -> None:
        self.made = 0
        self.model: ModelFile | None = None
        self.crops: list[Tensor] = []

    def load(self, model: ModelFile, *, threads: int) -> LoadedNetwork:
        """Load a network that is counted."""
        network = Network(model, threads=threads)

        def infer(*tensors: Tensor) -> list[Tensor]:
            if tensors[0].shape == CROP:
                self.made += 1
                self.model = model
                if len(self.crops) < KEPT:
                    self.crops.append(tensors[0].copy())
            return network(*tensors)

        return infer


@dataclass(frozen=True)
class Spent:
    """What some work took."""

    wall_s: float
    cpu_s: float


def spend(work: Any) -> Spent:
    """Do the work and return what it took."""
    wall_s, cpu_s = perf_counter(), process_time()
    work()
    return Spent(perf_counter() - wall_s, process_time() - cpu_s)


@pytest.mark.parametrize(("clip", "movement"), CLIPS.values(), ids=CLIPS.keys())
def test_continuous_action(stopwatch: Any, clip: Path, movement: str):
    request = Request(path=clip, movement=movement, quality="balanced", athlete=Athlete(), settings=Settings())
    seen = LandmarkInferences()
    effort = Effort(threads=count_useful_threads())
    estimator = BlazePoseEstimator(effort, replace(find_litert(), load=seen.load))

    def analyse() -> None:
        with open_clip(request) as video:
            measure(request, video, estimator=estimator, listener=Listener())

    analyse()
    assert seen.model
    inferences, bare = seen.made, Network(seen.model, threads=BARE_THREADS)

    def infer() -> None:
        for index in range(inferences):
            bare(seen.crops[index % len(seen.crops)])

    rounds = [(spend(analyse), spend(infer)) for _ in range(ROUNDS)]
    stopwatch.repeat(infer, rounds=1)
    whole_s, bare_s = (median(one[part].wall_s for one in rounds) for part in (0, 1))
    stopwatch.note(
        inferences=inferences,
        analysis_s=whole_s,
        bare_two_threads_s=bare_s,
        ratio=whole_s / bare_s,
        target=TARGET,
        cpu_ratio=median(one.cpu_s for one, _ in rounds) / median(one.cpu_s for _, one in rounds),
        load=os.getloadavg()[0],
    )
