"""A camera at this machine: lines or a window, and the last seconds saved as a clip with its result."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from measured_trials import measure_trial

from kinemotion.cli.live.cameras import CameraPictures, TimedImage
from kinemotion.cli.live.display import describe_trial
from kinemotion.cli.live.live_run import LiveOutput, LiveRun
from kinemotion.cli.live.recorder import KEPT_S, Recorder
from kinemotion.errors import ExitStatus
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.arrays import Image
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo, Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pose.recorded import load_poses
from kinemotion.report.contract.document import make_trial_document
from kinemotion.request import Request, Settings
from kinemotion.streaming import StreamingPoseProcessor
from kinemotion.video import open_video

RECORDED = load_poses(Path(__file__).parents[1] / "data" / "cmj.npz").recorded
CMJ = registry.get("cmj")
REQUEST = Request(path=Path(), movement="cmj", quality="fast", athlete=Athlete(), settings=Settings())


class Played:
    """A camera and an estimator in one: grey pictures, in which the recorded poses are seen."""

    info = EstimatorInfo("litert", "pose_landmarks_full", None, "none")
    skeleton = BLAZEPOSE

    def pictures(self) -> Iterator[TimedImage]:
        grey = np.full((96, 54, 3), 127, np.uint8)
        return ((grey, frame.time_s) for frame in RECORDED)

    def estimate(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        for frame in frames:
            recorded = RECORDED[frame.index]
            people = [replace(pose, points=pose.points / 10, ground=pose.ground / 10) for pose in recorded.people]
            yield FramePoses(frame.index, frame.time_s, tuple(people), recorded.camera)


class Screen:
    """A display that presses keys at some frames."""

    def __init__(self, **keys: int) -> None:
        self._keys = {frame: key for key, frame in keys.items()}
        self.shown: list[Image] = []
        self.is_open = True

    def show(self, picture: Image) -> str:
        self.shown.append(picture)
        return self._keys.get(len(self.shown), "")

    def close(self) -> None:
        self.is_open = False


def follow(folder: Path, display: Screen | None = None) -> None:
    played = Played()
    LiveRun(StreamingPoseProcessor("cmj", estimator=played), LiveOutput(REQUEST, folder, display)).follow(played)


def trial() -> Trial:
    return measure_trial(CMJ, RECORDED)


def test_lines_describe_every_frame_the_trials_and_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    follow(tmp_path)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines].count("state") == len(RECORDED)
    [final] = [line for line in lines if line["event"] == "trial" and line["final"]]
    expected = json.loads(json.dumps(make_trial_document(trial(), CMJ)))
    assert final["trial"]["data"]["flight_time_ms"] == pytest.approx(expected["data"]["flight_time_ms"], abs=1)
    assert lines[-1]["event"] == "closed"
    assert lines[-1]["result"]["data"] == final["trial"]["data"]
    assert lines[-1]["frames"] == len(RECORDED)


def test_a_window_shows_every_picture_until_it_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    screen = Screen(q=40)
    follow(tmp_path, screen)
    assert len(screen.shown) == 40
    assert not screen.is_open
    assert all(picture.shape == (96, 54, 3) and picture.std() > 0 for picture in screen.shown)
    assert list(tmp_path.iterdir()) == []


def test_a_key_saves_the_last_seconds_with_their_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    follow(tmp_path, Screen(s=len(RECORDED)))
    [result], [clip] = tmp_path.glob("live-*.json"), tmp_path.glob("live-*.mp4")
    assert {path.name for path in tmp_path.iterdir()} == {result.name, clip.name}
    saved = json.loads(result.read_text())
    assert saved["movement"] == "cmj"
    assert saved["metadata"]["video"]["source_path"] == clip.name
    assert saved["data"]["flight_time_ms"] is not None
    with open_video(clip) as video:
        times_s = [frame.time_s for frame in video.frames()]
    assert times_s == pytest.approx([frame.time_s for frame in RECORDED], abs=1e-4)
    assert clip.name in capsys.readouterr().out


def test_only_the_last_seconds_are_kept():
    recorder, picture = Recorder(), np.zeros((8, 8, 3), np.uint8)
    for second in range(40):
        recorder.keep(picture, replace(RECORDED[0], time_s=float(second)))
    assert len(recorder._kept) == KEPT_S + 1  # pyright: ignore[reportPrivateUsage]  (its bound)


def test_a_card_shows_the_leading_results_or_the_problem():
    found = trial()
    card = describe_trial(found, CMJ, language=load_texts("en"))
    assert card[0].startswith("Jump height")
    assert "±" in card[0]
    assert describe_trial(found, CMJ, language=load_texts("fr"))[0].startswith("Hauteur de saut")


class Capture:
    """A camera of OpenCV that sends some pictures and then none."""

    def __init__(self, pictures: Sequence[Image]) -> None:
        self._pictures = list(pictures)
        self.released = Event()

    def read(self) -> tuple[bool, Any]:
        return (True, self._pictures.pop(0)) if self._pictures else (False, None)

    def release(self) -> None:
        self.released.set()


def test_a_camera_that_ends_ends_the_session_and_times_rise():
    capture = Capture([np.full((4, 4, 3), level, np.uint8) for level in range(50)])
    seen = list(CameraPictures(capture).pictures())
    times_s = [time_s for _, time_s in seen]
    assert times_s == sorted(times_s)
    assert capture.released.wait()


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


@pytest.mark.usefixtures("no_screen")
def test_without_a_screen_the_command_says_what_to_do(kinemotion: Any, sample: Path):
    ended = kinemotion("live", "--camera", sample)
    assert ended.status == ExitStatus.USAGE
    assert "--jsonl" in ended.err


def test_a_camera_that_is_not_there_is_named(kinemotion: Any):
    ended = kinemotion("live", "--camera", "87", "--jsonl")
    assert ended.status == ExitStatus.VIDEO_UNREADABLE
    assert "The camera 87 cannot be opened." in ended.err
    assert [line["event"] for line in ended.lines] == ["error"]
