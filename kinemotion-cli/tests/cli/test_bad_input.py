"""Every way a call can be wrong: the documented status, one message with a hint, a document, no trace, no debris."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from change_frames import change_people

from kinemotion.cli import failures
from kinemotion.cli.analyze import make_command
from kinemotion.cli.environment import Environment
from kinemotion.errors import ExitStatus, Interrupted, KinemotionError, ModelProblem
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.report.contract.schema import SCHEMAS

Wrong = Callable[[str], Path]

UNREADABLE = {
    "missing": "video_not_found",
    "folder": "video_unreadable",
    "empty": "video_unreadable",
    "text": "video_unreadable",
    "sound only": "video_unreadable",
    "without its index": "video_unreadable",
    "huge": "video_too_large",
}
"""What is said of each file that is no video to be analysed."""


def holds(ended: Any, status: ExitStatus, code: str) -> None:
    """The run ended as documented: status, one message, one hint, no trace, an error document on standard output."""
    assert ended.status == status
    lines = [line for line in ended.err.splitlines() if not line.startswith("INFO")]
    assert lines[0].startswith("Error: ")
    assert lines[1].startswith("Hint: ")
    assert len(lines) == 2
    failure = ended.document["error"]
    assert failure["code"] == code
    assert lines[0] == f"Error: {failure['message']}"
    assert lines[1] == f"Hint: {failure['hint']}"


@pytest.mark.parametrize(("kind", "code"), UNREADABLE.items())
@pytest.mark.parametrize("command", ["cmj-analyze", "probe"])
def test_a_file_that_is_no_video(kinemotion: Any, wrong: Wrong, kind: str, code: str, command: str):
    holds(kinemotion(command, wrong(kind), "--json", "-"), ExitStatus.VIDEO_UNREADABLE, code)


@pytest.mark.parametrize("kind", ["one frame", "cut off", "no text as name", "unknown extension"])
def test_a_video_that_shows_nobody(kinemotion: Any, wrong: Wrong, blind: None, kind: str):
    holds(kinemotion("cmj-analyze", wrong(kind), "--json", "-"), ExitStatus.NOBODY_VISIBLE, "nobody_visible")


@pytest.mark.engine
def test_the_model_sees_nobody_in_noise(kinemotion: Any, clip: Path):
    ended = kinemotion("cmj-analyze", clip, "--json", "-", "--quality", "fast")
    holds(ended, ExitStatus.NOBODY_VISIBLE, "nobody_visible")


def test_a_person_who_only_stands(kinemotion: Any, sample: Path, seeing: Any):
    def standing(frame: FramePoses) -> FramePoses:
        return frame if frame.time_s < 0.8 else replace(frame, people=())

    seeing(standing)
    holds(kinemotion("cmj-analyze", sample, "--json", "-"), ExitStatus.MOVEMENT_NOT_FOUND, "movement_not_found")


def test_slow_motion_that_was_not_declared(kinemotion: Any, sample: Path, seeing: Any):
    def slowed(frame: FramePoses) -> FramePoses:
        return replace(frame, time_s=4 * frame.time_s)

    seeing(slowed)
    ended = kinemotion("cmj-analyze", sample, "--json", "-")
    assert ended.status == ExitStatus.MOVEMENT_NOT_FOUND
    assert ended.document["error"]["code"] == "slow_motion"
    assert "--capture-fps" in ended.err
    assert set(ended.document["data"].values()) == {None}


def test_feet_out_of_the_picture_give_no_confident_number(kinemotion: Any, sample: Path, seeing: Any):
    def hide_feet(pose: Pose) -> Pose:
        confidence = pose.confidence.copy()
        confidence[27:] = 0.0
        return replace(pose, confidence=confidence, ground=np.full((2, 2), np.nan))

    def without_feet(frame: FramePoses) -> FramePoses:
        return change_people([frame], hide_feet)[0]

    seeing(without_feet)
    ended = kinemotion("cmj-analyze", sample, "--json", "-")
    assert ended.status != 0 or ended.document["metadata"]["quality"]["confidence"] == "low"


def test_a_cut_file_is_analysed_and_reported(kinemotion: Any, wrong: Wrong, measured: None):
    ended = kinemotion("toy-analyze", wrong("cut off"), "--json", "-")
    assert ended.status == 0
    assert any("cut off" in warning for warning in ended.document["metadata"]["video"]["warnings"])


def test_a_trial_that_must_not_be_believed(kinemotion: Any, clip: Path, refused: None):
    ended = kinemotion("toy-analyze", clip, "--json", "-")
    assert ended.status == ExitStatus.MOVEMENT_NOT_FOUND
    assert "Error: The clip falls too slowly.\nHint: Give --capture-fps.\n" in ended.err
    assert ended.document["error"]["code"] == "slow_motion"
    assert ended.document["trials"][0]["problem"]["code"] == "slow_motion"


def test_a_path_that_begins_with_a_dash_needs_a_double_dash(
    kinemotion: Any, wrong: Wrong, blind: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(wrong("dash").parent)
    refused = kinemotion("cmj-analyze", "-clip.mp4", "--json", "-")
    holds(refused, ExitStatus.USAGE, "usage")
    assert "Put -- before" in refused.err
    holds(kinemotion("cmj-analyze", "--json", "-", "--", "-clip.mp4"), ExitStatus.NOBODY_VISIBLE, "nobody_visible")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["cmj-analyze"], id="no video"),
        pytest.param(["cmj-analyze", "a.mp4", "b.mp4"], id="two videos"),
        pytest.param(["cmj-analyze", "a.mp4", "--mass", "heavy"], id="no number"),
        pytest.param(["cmj-analyze", "a.mp4", "--athlete-height", "180"], id="centimetres"),
        pytest.param(["cmj-analyze", "a.mp4", "--mass", "nan"], id="not a number"),
        pytest.param(["cmj-analyze", "a.mp4", "--end", "inf"], id="infinity"),
        pytest.param(["dropjump-analyze", "a.mp4", "--drop-height", "nan"], id="not a number of the movement's own"),
        pytest.param(["cmj-analyze", "a.mp4", "--csv", "a.csv", "--trajectories", "../{}/a.csv"], id="one place twice"),
        pytest.param(["cmj-analyze", "a.mp4", "--quality", "best"], id="unknown preset"),
        pytest.param(["cmj-analyze", "a.mp4", "--nonsense"], id="unknown flag"),
        pytest.param(["cmj-analyze", "a.mp4", "--jsonl"], id="two documents on one output"),
    ],
)
def test_a_call_that_cannot_be_carried_out(
    kinemotion: Any, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    ended = kinemotion(*(argument.format(tmp_path.name) for argument in arguments), "-j", "-")
    holds(ended, ExitStatus.USAGE, "usage")


def test_numbers_may_be_typed_with_a_comma():
    given = make_command("dropjump").make_context("analyze", ["a.mp4", "--mass", "72,5", "--drop-height=0,3"]).params
    assert (given["mass_kg"], given["drop_height"]) == (72.5, 0.3)


def test_whether_a_file_can_be_read_is_not_a_matter_of_usage(
    kinemotion: Any, clip: Path, monkeypatch: pytest.MonkeyPatch
):
    """The system knows better than a look at the permissions; what it says has a status of its own."""

    def unlikely(*_: object, **__: object) -> bool:
        return False

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "access", unlikely)
    assert kinemotion("probe", clip).status == 0
    monkeypatch.setattr(Path, "open", denied)
    holds(kinemotion("probe", clip, "-j", "-"), ExitStatus.VIDEO_UNREADABLE, "video_unreadable")


def test_an_estimator_that_nobody_knows(kinemotion: Any, clip: Path):
    holds(kinemotion("cmj-analyze", clip, "--estimator", "oracle", "--json", "-"), ExitStatus.USAGE, "usage")


def test_recorded_poses_that_are_none(kinemotion: Any, clip: Path):
    ended = kinemotion("cmj-analyze", clip, "--estimator", f"recorded:{clip}", "--json", "-")
    holds(ended, ExitStatus.MODEL_PROBLEM, "model_problem")


def test_an_empty_part_of_the_clip(kinemotion: Any, clip: Path, blind: None):
    ended = kinemotion("cmj-analyze", clip, "--start", "2", "--end", "1", "--json", "-")
    holds(ended, ExitStatus.USAGE, "usage")


@pytest.fixture
def locked(tmp_path: Path):
    """A folder that may not be written to."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    yield folder
    folder.chmod(0o700)


def untouched(*_: object, **__: object) -> None:
    pytest.fail("the analysis was begun")


@pytest.mark.parametrize("target", ["nowhere/out.json", ".", f"{'a' * 300}.json"])
def test_an_output_that_cannot_be_written_is_said_before_the_work(
    kinemotion: Any, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
):
    monkeypatch.setattr("kinemotion.api.open_video", untouched)
    ended = kinemotion("cmj-analyze", clip, "--json", tmp_path / target)
    assert ended.status == ExitStatus.OUTPUT_NOT_WRITABLE
    assert ended.err.count("Error: ") == 1
    assert ended.out == ""


@pytest.mark.posix
def test_a_read_only_folder_is_said_before_the_work(
    kinemotion: Any, clip: Path, locked: Path, monkeypatch: pytest.MonkeyPatch
):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    monkeypatch.setattr("kinemotion.api.open_video", untouched)
    ended = kinemotion("cmj-analyze", clip, "--json", locked / "out.json")
    assert ended.status == ExitStatus.OUTPUT_NOT_WRITABLE


def test_the_result_never_overwrites_the_video(kinemotion: Any, wrong: Wrong):
    video = wrong("unknown extension")
    before = video.read_bytes()
    ended = kinemotion("cmj-analyze", video, "--json", video)
    assert ended.status == ExitStatus.OUTPUT_NOT_WRITABLE
    assert video.read_bytes() == before


def test_the_document_of_a_failure_is_declared(kinemotion: Any, wrong: Wrong, faults: Callable[[Any, Any], list[str]]):
    assert faults(SCHEMAS["error-1"](), kinemotion("cmj-analyze", wrong("empty"), "--json", "-").document) == []


def test_a_failure_leaves_one_whole_document_and_nothing_else(kinemotion: Any, wrong: Wrong, tmp_path: Path):
    folder = tmp_path / "out"
    folder.mkdir()
    kinemotion("cmj-analyze", wrong("empty"), f"--json-output={folder / 'result.json'}")
    assert [path.name for path in folder.iterdir()] == ["result.json"]
    assert json.loads((folder / "result.json").read_text())["error"]["code"] == "video_unreadable"


def test_an_internal_error_is_shown_without_a_trace(kinemotion: Any, clip: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("kinemotion.api.open_video", broken)
    holds(kinemotion("cmj-analyze", clip, "--json", "-"), ExitStatus.INTERNAL, "internal_error")
    shown = kinemotion("cmj-analyze", clip, "--debug")
    assert shown.status == ExitStatus.INTERNAL
    assert "Traceback" in shown.err


def test_a_second_interrupt_does_not_cut_off_what_the_first_has_to_say(
    kinemotion: Any, clip: Path, monkeypatch: pytest.MonkeyPatch
):
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def interrupted_again(problem: KinemotionError, environment: Environment, *, lang: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        show_problem(problem, environment, lang=lang)

    show_problem, before = failures.show_problem, signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("kinemotion.api.open_video", stopped)
    monkeypatch.setattr(failures, "show_problem", interrupted_again)
    try:
        ended = kinemotion("cmj-analyze", clip, "--json", "-")
    except KeyboardInterrupt:
        pytest.fail("it was cut off")
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.status == ExitStatus.INTERRUPTED
    assert ended.document["error"]["code"] == "interrupted"


def test_a_library_whose_import_was_interrupted_is_not_broken():
    problem, failed = ModelProblem("The runtime cannot be loaded."), ImportError("initialization failed")
    problem.__cause__, failed.__cause__ = failed, KeyboardInterrupt()
    assert isinstance(failures.as_kinemotion_error(problem), Interrupted)
    failed.__cause__ = None
    assert failures.as_kinemotion_error(problem) is problem
