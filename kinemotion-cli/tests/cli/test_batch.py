"""Several clips in one call: names, tables, statuses; the processes themselves are tested beside."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli.batch import run as batch
from kinemotion.cli.batch.options import BatchOptions
from kinemotion.cli.batch.pool import Lost
from kinemotion.cli.execute import Order
from kinemotion.errors import ExitStatus, UsageProblem
from kinemotion.report.contract.encode import make_error_document

pytestmark = pytest.mark.usefixtures("measured", "one_process")


@pytest.fixture
def clips(clip: Path, tmp_path: Path) -> list[Path]:
    """Two clips and, between them, one that is none."""
    (tmp_path / "out").mkdir()
    paths = [tmp_path / name for name in ("b.mp4", "broken.mp4", "a.mp4")]
    for path in (paths[0], paths[2]):
        shutil.copy(clip, path)
    paths[1].write_text("no video")
    return paths


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_bad_clip_stops_no_other(kinemotion: Any, clips: list[Path], tmp_path: Path):
    ended = kinemotion("toy-analyze", *clips, "--json-dir", tmp_path / "out", "--csv", tmp_path / "all.csv")
    assert ended.status == ExitStatus.SOME_FAILED
    first, second, third = ended.out.splitlines()
    assert first.startswith(f"{clips[0]}: Height 50.0\u00a0cm (48.0 to 52.0), quality 91")
    assert second == f"{clips[1]}: video_unreadable: The file is not a video that can be read."
    assert third.startswith(f"{clips[2]}: Height")
    assert ended.err == "2 of 3 clips measured.\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "b.json", "broken.json"]
    assert json.loads((tmp_path / "out" / "broken.json").read_text())["error"]["code"] == "video_unreadable"
    table = rows(tmp_path / "all.csv")
    assert [Path(row["file"]).name for row in table] == ["b.mp4", "b.mp4", "broken.mp4", "a.mp4", "a.mp4"]
    assert [row["problem"] for row in table] == ["", "slow_motion", "video_unreadable", "", "slow_motion"]


def test_a_trace_is_shown_only_on_request(kinemotion: Any, clips: list[Path]):
    assert "Traceback" not in kinemotion("toy-analyze", *clips).err
    assert "Traceback" in kinemotion("toy-analyze", *clips, "--debug").err


def test_a_batch_without_failures_ends_well(kinemotion: Any, clips: list[Path]):
    ended = kinemotion("toy-analyze", clips[0], clips[2])
    assert ended.status == ExitStatus.DONE
    assert len(ended.out.splitlines()) == 2


def test_a_document_is_that_of_a_single_run(kinemotion: Any, clips: list[Path], tmp_path: Path):
    kinemotion("toy-analyze", clips[0], "--json", tmp_path / "alone.json")
    kinemotion("toy-analyze", *clips, "--json-dir", tmp_path / "out", "--threads", "1")
    alone, among = (json.loads(path.read_text()) for path in (tmp_path / "alone.json", tmp_path / "out" / "b.json"))
    del alone["metadata"]["processing"], among["metadata"]["processing"]
    assert alone == among


def test_nothing_is_done_twice(kinemotion: Any, clips: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    command = ("toy-analyze", *clips, "--json-dir", tmp_path / "out")
    first = kinemotion(*command)
    assert carried_out(kinemotion, monkeypatch, *command, "--resume") == ["broken.mp4"]
    assert kinemotion(*command, "--resume").out == first.out
    assert carried_out(kinemotion, monkeypatch, *command, "--resume", "--threads", "1") == ["broken.mp4"]
    assert carried_out(kinemotion, monkeypatch, *command) == ["b.mp4", "broken.mp4", "a.mp4"]


@pytest.mark.parametrize("more", [["--mass", "70"], ["--quality", "fast"], ["--rounds", "5"], ["--start", "0.1"]])
def test_other_settings_are_other_work(
    kinemotion: Any, clips: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
):
    command = ("toy-analyze", clips[0], "--json-dir", tmp_path / "out", "--resume")
    kinemotion(*command)
    assert carried_out(kinemotion, monkeypatch, *command, *more) == ["b.mp4"]


def test_other_content_versions_and_missing_pages_are_other_work(
    kinemotion: Any, clips: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    command = ("toy-analyze", clips[0], "--json-dir", out, "--resume")
    kinemotion(*command)
    assert carried_out(kinemotion, monkeypatch, *command) == []
    content = (out / "b.json").read_text()
    (out / "b.json").write_text(content.replace('"version": "0.', '"version": "9.'))
    assert carried_out(kinemotion, monkeypatch, *command) == ["b.mp4"]
    (out / "b.json").write_text(content)
    clips[0].write_bytes(clips[0].read_bytes() + b"more")
    assert carried_out(kinemotion, monkeypatch, *command) == ["b.mp4"]
    kinemotion(*command)
    assert carried_out(kinemotion, monkeypatch, *command, "--report-dir", out) == ["b.mp4"]


def carried_out(kinemotion: Any, monkeypatch: pytest.MonkeyPatch, *command: str | Path) -> list[str]:
    """Names of the clips that the command looks at."""
    seen: list[str] = []

    def noted(order: Order, *_: Any, **__: Any) -> batch.Outcome:
        seen.append(Path(order.clip).name)
        return batch.Outcome(make_error_document(UsageProblem("none")))

    with monkeypatch.context() as patched:
        patched.setattr(batch, "carry_out", noted)
        kinemotion(*command)
    return seen


def test_a_process_that_dies_is_reported(kinemotion: Any, clips: list[Path], monkeypatch: pytest.MonkeyPatch):
    def killed(*_: Any, **__: Any) -> Lost:
        return Lost(-9)

    monkeypatch.setattr(batch, "carry_out", killed)
    ended = kinemotion("toy-analyze", *clips)
    assert ended.status == ExitStatus.SOME_FAILED
    assert "internal_error: The process that analysed it was ended by signal 9." in ended.out


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (["--json", "{}/x.json"], 2, "--json writes the result of one clip"),
        (["--jsonl"], 2, "--jsonl writes the result of one clip"),
        (["--overlay", "{}/x.mp4"], 2, "--overlay writes the result of one clip"),
        (["--json-dir", "{}/missing/out"], 7, "There is no folder"),
        (["--report-dir", "{}/missing/out"], 7, "There is no folder"),
        (["--json-dir", "{}/new", "--csv", "{}/all.txt"], 2, "no extension that can be written"),
        (["--csv", "{}/missing/all.csv"], 7, "There is no folder"),
        (["--csv", "{}/all.txt"], 2, "no extension that can be written"),
        (["--overlay-dir", "{}"], 7, "would overwrite the video"),
        (["--csv", "{}/out"], 7, "is a folder"),
        (["--resume"], 2, "--resume looks for results in --json-dir"),
    ],
)
def test_what_would_fail_after_the_work_is_said_before_it(
    kinemotion: Any, clips: list[Path], tmp_path: Path, arguments: list[str], status: int, expected: str
):
    ended = kinemotion("toy-analyze", *clips, *(part.format(tmp_path) for part in arguments))
    assert ended.status == status
    assert expected in ended.err
    assert "confidence" not in ended.out
    assert not (tmp_path / "new").exists()


def test_a_missing_folder_for_results_is_made(kinemotion: Any, clips: list[Path], tmp_path: Path):
    ended = kinemotion("toy-analyze", clips[0], clips[2], "--json-dir", tmp_path / "new")
    assert ended.status in {ExitStatus.DONE, ExitStatus.SOME_FAILED}
    assert len(list((tmp_path / "new").glob("*.json"))) == 2


def test_two_clips_of_one_name_are_refused(kinemotion: Any, clips: list[Path], tmp_path: Path):
    other = tmp_path / "out" / "B.mov"
    shutil.copy(clips[0], other)
    ended = kinemotion("toy-analyze", clips[0], other, "--json-dir", tmp_path / "out")
    assert ended.status == ExitStatus.USAGE
    assert "would have the same name" in ended.err
    assert kinemotion("toy-analyze", clips[0], other, "--csv", tmp_path / "all.csv").status == ExitStatus.DONE


def test_a_result_that_cannot_be_written_fails_its_clip(
    kinemotion: Any, clips: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write = Path.write_text

    def full(path: Path, text: str, **more: Any) -> int:
        if ".b." in path.name:
            raise OSError(28, "No space left on device")
        return write(path, text, **more)

    monkeypatch.setattr(Path, "write_text", full)
    ended = kinemotion("toy-analyze", *clips, "--json-dir", tmp_path / "out")
    [line] = [text for text in ended.out.splitlines() if "b.mp4: " in text]
    assert "b.mp4: Height 50.0\u00a0cm (48.0 to 52.0)" in line
    assert line.endswith("; output_not_writable: 'b.json' could not be written: \"No space left on device\".")
    assert ended.status == ExitStatus.SOME_FAILED
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "broken.json"]


def test_progress_is_counted_in_clips(kinemotion: Any, clips: list[Path]):
    lines = kinemotion("toy-analyze", *clips, "--progress", "json").err.splitlines()
    assert json.loads(lines[-2]) == {"event": "progress", "done": 3, "total": 3}


@pytest.mark.parametrize(
    ("given", "clips_there", "shares"),
    [
        ({"workers": None, "threads": None}, 20, (8, 1)),
        ({"workers": None, "threads": None}, 2, (2, 1)),
        ({"workers": 3, "threads": None}, 20, (3, 1)),
        ({"workers": 1, "threads": 2}, 20, (1, 2)),
        ({"workers": None, "threads": 3}, 20, (2, 3)),
        ({"workers": None, "threads": 16}, 20, (1, 16)),
    ],
)
def test_workers_and_threads_share_the_cores(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], clips_there: int, shares: tuple[int, int]
):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert BatchOptions(folders={}, **given).shares(clips=clips_there) == shares
