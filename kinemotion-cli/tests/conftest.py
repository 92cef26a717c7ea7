"""A toy movement and its report, for tests of everything that is derived from declarations; results to be read."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import numpy as np
import pytest

from kinemotion.errors import PhasesNotFound
from kinemotion.installed import find_entry_points
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Event, Phase, list_events
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.live import RoughState
from kinemotion.motion.metrics import Z_95, Estimate, metric
from kinemotion.motion.options import option
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.report import (
    EstimatorInfo,
    FrameNumbers,
    Measurement,
    Problem,
    Provenance,
    Quality,
    Repetition,
    Report,
    Trial,
)
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements import registry
from kinemotion.movements.base import Segmenter
from kinemotion.report.contract.results import Result, read_result


@dataclass(frozen=True, slots=True)
class HopMetrics:
    contact: Estimate | None = metric("s", "Time on the ground.")


@dataclass(frozen=True, slots=True)
class ToyMetrics:
    height: Estimate | None = metric("m", "Rise.", plausible=(0.02, 1.0), source="Closed form")
    air: Estimate | None = metric("s", "Time in the air.", plausible=(0.1, 1.0))
    hops: Estimate | None = metric("count", "Hops.", suffix="_count")
    style: str | None = metric("class", "Which toy.")


@dataclass(frozen=True, slots=True)
class ToyOptions:
    drop_height: float | None = option(None, "Height of the box.", unit="m", minimum=0.1, maximum=1.5, kind=float)
    arms: str = option("free", "What the arms do.", choices=("free", "hips"))
    rounds: int = option(3, "Rounds.", minimum=1)
    strict: bool = option(False, "Refuse more.")


class AllFrames:
    """Cuts nothing: all frames that show one person are one trial."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._frames: list[FramePoses] = []

    def push(self, frame: FramePoses) -> tuple[PoseSequence, ...]:
        self._frames.extend([frame] if len(frame.people) == 1 else [])
        return ()

    def close(self) -> tuple[PoseSequence, ...]:
        return (PoseSequence.of(self._frames, self._skeleton),)

    def list_states(self) -> tuple[RoughState, ...]:
        return ()

    def list_provisional_trials(self) -> tuple[PoseSequence, ...]:
        return ()


class Toy:
    """All poses of the clip are one trial, half a metre high; a clip of fewer than ten poses is refused."""

    name = "toy"
    title = "Toy jump"
    metrics = ToyMetrics
    options = ToyOptions
    repetition_metrics = HopMetrics
    headline = "height"
    leading_metrics = ()

    contact_model = ContactModel.JUMPING

    def make_segmenter(self, skeleton: Skeleton) -> Segmenter:
        return AllFrames(skeleton)

    def detect(self, motion: Motion, options: ToyOptions) -> Detection:
        del motion, options
        raise PhasesNotFound("The toy never left the ground.")

    def measure(self, detection: Detection, *, athlete: Any, options: ToyOptions) -> Measurement:
        raise NotImplementedError


TOY = Toy()


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """The toy movement, registered beside the installed ones."""
    module: Any = ModuleType("toy")
    module.TOY = TOY
    monkeypatch.setitem(sys.modules, "toy", module)
    entries = {**find_entry_points(registry.GROUP), "toy": "toy:TOY"}
    monkeypatch.setattr("kinemotion.movements.registry._find_entries", lambda: entries)
    return TOY


def frames_at(numbers: Iterable[int], *, fps: float) -> FrameNumbers:
    """Numbered frames of a clip."""
    frame = np.array(list(numbers), dtype=float)
    return FrameNumbers(frame, frame / fps)


@pytest.fixture
def toy_trial() -> Trial:
    """Half a metre, 638.55 ms in the air from 1.0 s; filmed at 50 frames/s, so take-off is on frame 50 exactly."""
    takeoff, landing = Event("takeoff", 1.0, 0.002), Event("landing", 1.63855, 0.002, side="left")
    flight = Phase("flight", takeoff, landing)
    return Trial(
        index=0,
        person=0,
        start_s=0.5,
        end_s=2.0,
        quality=Quality(
            91,
            "high",
            (Message("film_from_side", "Film from the side."),),
            {"frame_rate_hz": 50.0, "gravity_residual_mm": None},
        ),
        metrics=ToyMetrics(Estimate(0.5, 0.01), Estimate(0.63855, 0.004), Estimate(3.0, 0.0), "springy"),
        phases=(flight,),
        events=list_events((flight,)),
        repetitions=(Repetition(0, 1.7, 1.9, HopMetrics(Estimate(0.2, 0.01)), side="right"),),
        frames=frames_at(range(25, 100), fps=50),
    )


@pytest.fixture
def refused_trial() -> Trial:
    """A trial with a problem, whose numbers must not be believed."""
    problem = Problem(
        "slow_motion",
        Message("slow_motion", "The clip falls too slowly."),
        Message("give_capture_fps", "Give --capture-fps."),
    )
    metrics = ToyMetrics(Estimate(8.0, 0.01))
    return Trial(1, 0, 2.0, 3.0, quality=Quality(0, "low", (problem.message,)), metrics=metrics, problem=problem)


@pytest.fixture
def video_info() -> VideoInfo:
    return VideoInfo(
        source="clips/jump.mp4",
        sha256="0" * 64,
        width=720,
        height=1280,
        rotation_deg=90,
        codec="h264",
        fps=50.0,
        frame_count=150,
        duration_s=3.0,
        variable_frame_rate=False,
        promised_frames=150,
    )


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(
        version="0.1.0",
        timestamp="2026-01-01T00:00:00Z",
        quality_preset="balanced",
        processing_time_s=1.23456,
        stages_s={"decode": 0.5, "pose": 0.7},
        estimator=EstimatorInfo("recorded", "toy", None, "none"),
        settings={"threads": None},
    )


@pytest.fixture
def toy_report(
    toy: Toy, toy_trial: Trial, refused_trial: Trial, video_info: VideoInfo, provenance: Provenance
) -> Report:
    """A believed trial and a refused one."""
    return Report("toy", (toy_trial, refused_trial), toy_trial, toy_trial.quality, video_info, provenance)


@pytest.fixture
def refused_report(toy: Toy, refused_trial: Trial, video_info: VideoInfo, provenance: Provenance) -> Report:
    """Nothing but a refused trial."""
    return Report("toy", (refused_trial,), None, refused_trial.quality, video_info, provenance)


@pytest.fixture(scope="session")
def sample() -> Path:
    """The rendered countermovement jump of the documentation."""
    return Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"


@pytest.fixture(scope="session")
def faults() -> Callable[[Any, Any], list[str]]:
    """What a schema finds wrong with a document; the one place that touches the validator, which is half typed."""
    validator: Any = jsonschema.Draft202012Validator
    return lambda schema, document: [fault.message for fault in validator(schema).iter_errors(document)]


def result_document(
    name: str, values: dict[str, tuple[float, float]], *, movement: str, athlete: str | None, date: str
) -> dict[str, Any]:
    """A document of the contract with these values and standard errors, in the units of the keys."""
    return {
        "schema_version": "1.0",
        "movement": movement,
        "data": {key: value for key, (value, _) in values.items()} | {"never_measured_m": None},
        "intervals": {key: [value - Z_95 * error, value + Z_95 * error] for key, (value, error) in values.items()},
        "trials": [],
        "metadata": {
            "video": {"source_path": f"clips/{name}.mp4", "recorded_at": f"{date}T10:00:00Z"},
            "processing": {"timestamp": "2026-12-31T00:00:00Z"},
            "algorithm": {"settings": {"athlete": {"name": athlete}}},
        },
    }


@pytest.fixture
def result(tmp_path: Path) -> Callable[..., Result]:
    """Makes a result of values and standard errors by key."""

    def make(  # a document, by keyword
        name: str, *, movement: str = "cmj", athlete: str | None = None, date: str = "2026-01-01", **values: Any
    ) -> Result:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(result_document(name, values, movement=movement, athlete=athlete, date=date)))
        return read_result(path)

    return make
