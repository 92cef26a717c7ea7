"""Running the command in this process, with an engine that is quick, and clips that are wrong in every way."""

import json
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinemotion import api
from kinemotion.cli.main import main
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo, Trial
from kinemotion.motion.skeleton import BLAZEPOSE, Skeleton
from kinemotion.pipeline import Analysis
from kinemotion.pose.recorded import load_poses


@dataclass(frozen=True)
class Ended:
    """What a run of the command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ended]

open_clip: Any = av.open
"""PyAV's writers are half typed."""


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> Iterator[None]:
    """Interrupts reach what tests start, even where a shell that runs the tests in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def kinemotion(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command with these arguments."""

    def run(*arguments: str | Path) -> Ended:
        capfd.readouterr()
        status = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        told = capfd.readouterr()
        return Ended(status, told.out, told.err)

    return run


class Blind:
    """An estimator that sees a person in no frame."""

    info = EstimatorInfo("blind", "none", None, "none")
    skeleton: Skeleton = BLAZEPOSE

    def poses(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        return (FramePoses(frame.index, frame.time_s, (), np.zeros(2)) for frame in frames)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is seen in any clip; no model is run."""

    @contextmanager
    def opened(*_: object, **__: object) -> Generator[Blind]:
        yield Blind()

    monkeypatch.setattr(api, "open_estimator", opened)


class Seeing(Blind):
    """An estimator that has seen the sample clip before; its answers may be changed."""

    def __init__(self, answer: Callable[[FramePoses], FramePoses]) -> None:
        recorded = load_poses(Path(__file__).parents[1] / "data" / "cmj.npz").recorded
        self._frames = {frame.index: answer(frame) for frame in recorded}

    def poses(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        return (self._frames[frame.index] for frame in frames)


@pytest.fixture
def seeing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[FramePoses], FramePoses]], None]:
    """Makes the engine see in the sample clip what the function makes of each recorded frame."""

    def sees(answer: Callable[[FramePoses], FramePoses]) -> None:
        @contextmanager
        def opened(*_: object, **__: object) -> Generator[Seeing]:
            yield Seeing(answer)

        monkeypatch.setattr(api, "open_estimator", opened)

    return sees


@pytest.fixture
def measured(toy: Any, blind: None, toy_trial: Trial, refused_trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every clip, once decoded, holds a believed and a refused toy jump."""
    finds(monkeypatch, toy_trial, refused_trial)


@pytest.fixture
def refused(toy: Any, blind: None, refused_trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every clip, once decoded, holds a refused toy jump."""
    finds(monkeypatch, refused_trial)


def finds(monkeypatch: pytest.MonkeyPatch, *trials: Trial) -> None:
    def analyze(poses: Iterable[FramePoses], analysis: Analysis) -> Iterator[Trial]:
        list(poses)
        return iter(trials)

    monkeypatch.setattr(api, "analyze", analyze)


def write_clip(path: Path, *, frames: int, width: int = 64) -> Path:
    """A clip of grey noise at 25 frames/s."""
    noise = np.random.default_rng(7)
    with open_clip(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height = width, 64
        stream.pix_fmt = "yuv420p"
        for _ in range(frames):
            picture = noise.integers(0, 255, (64, width, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of grey noise."""
    return write_clip(tmp_path_factory.mktemp("clips") / "noise.mp4", frames=25)


def write_sound(path: Path) -> Path:
    """A video file that holds sound only."""
    with open_clip(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), dtype=np.int16), format="s16", layout="mono")
        frame.rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_cut(path: Path, *, whole: Path) -> Path:
    """The first part of a Matroska file: its end is missing."""
    with open_clip(str(whole)) as source, open_clip(str(path), "w", format="matroska") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


@pytest.fixture
def wrong(tmp_path: Path, clip: Path) -> Callable[[str], Path]:
    """Makes the path that is wrong in the named way."""
    whole = clip.read_bytes()
    makers: dict[str, Callable[[], Path]] = {
        "missing": lambda: tmp_path / "nothing.mp4",
        "folder": lambda: tmp_path,
        "empty": lambda: written(tmp_path / "empty.mp4", b""),
        "text": lambda: written(tmp_path / "text.mp4", b"ffconcat version 1.0\nfile other.mp4\n" * 20),
        "sound only": lambda: write_sound(tmp_path / "sound.mp4"),
        "without its index": lambda: written(tmp_path / "cut.mp4", whole[: len(whole) // 2]),
        "huge": lambda: write_clip(tmp_path / "huge.mp4", frames=1, width=16384),
        "one frame": lambda: write_clip(tmp_path / "one.mp4", frames=1),
        "cut off": lambda: write_cut(tmp_path / "cut.mkv", whole=clip),
        "no text as name": lambda: written(tmp_path / os.fsdecode(b"caf\xe9.mp4"), whole),
        "unknown extension": lambda: written(tmp_path / "clip.xyz", whole),
        "dash": lambda: written(tmp_path / "-clip.mp4", whole),
    }
    return lambda kind: makers[kind]()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
