"""Several clips by the real engine: its processes, what interrupts them, and that no number depends on them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.engine, pytest.mark.posix]

KINEMOTION = [sys.executable, "-m", "kinemotion"]
CLIPS = 6
PATIENCE_S = 300.0
"""Far beyond what anything here takes, however busy the machine."""


def begin(*arguments: str | Path) -> subprocess.Popen[str]:
    """The command in a process group of its own, as a terminal begins it."""
    command = [*KINEMOTION, *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
    )


def done(*arguments: str | Path) -> tuple[int, str, str]:
    run = begin(*arguments)
    out, err = run.communicate(timeout=PATIENCE_S)
    return run.returncode, out, err


def documents(folder: Path) -> dict[str, Any]:
    """What may not differ between two runs, by file name."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("[!.]*.json")):
        found[path.name] = json.loads(path.read_text())
        found[path.name].get("metadata", {}).pop("processing", None)
    return found


def test_results_are_those_of_single_runs_whatever_the_workers(sample: Path, tmp_path: Path):
    clips = [Path(shutil.copy(sample, tmp_path / name)) for name in ("one.mp4", "two.mp4")]
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(sample.read_bytes()[:20_000])
    part = ("--start", "0.5", "--end", "2.9", "--quality", "fast")
    for name in ("alone", "both"):
        (tmp_path / name).mkdir()
    assert done("cmj-analyze", clips[0], *part, "--json", tmp_path / "alone" / "one.json")[0] == 0
    both = ("--workers", "2", "--json-dir", tmp_path / "both", "--report-dir", tmp_path / "both")
    status, out, err = done("cmj-analyze", clips[0], broken, clips[1], *part, *both, "--csv", tmp_path / "all.csv")
    assert status == 1
    assert [line.partition(":")[0] for line in out.splitlines()] == [str(clips[0]), str(broken), str(clips[1])]
    assert err == "2 of 3 clips measured.\n"
    [alone], among = documents(tmp_path / "alone").values(), documents(tmp_path / "both")
    assert among["one.json"] == alone
    assert among["two.json"]["data"] == alone["data"]
    assert among["broken.json"]["error"]["code"] == "video_unreadable"
    assert sorted(path.name for path in (tmp_path / "both").glob("*.html")) == ["one.html", "two.html"]


def interrupt_all(run: subprocess.Popen[str]) -> None:
    os.killpg(run.pid, signal.SIGINT)


def stop_it(run: subprocess.Popen[str]) -> None:
    run.send_signal(signal.SIGTERM)


def kill_it(run: subprocess.Popen[str]) -> None:
    run.kill()


@pytest.mark.parametrize(("end", "status"), [(interrupt_all, 130), (stop_it, 130), (kill_it, -9)])
def test_what_is_finished_stays_whole_and_no_process_stays(
    sample: Path, tmp_path: Path, end: Callable[[subprocess.Popen[str]], None], status: int
):
    clips = [Path(shutil.copy(sample, tmp_path / f"{name}.mp4")) for name in range(CLIPS)]
    folder = tmp_path / "out"
    folder.mkdir()
    work = ("--quality", "fast", "--end", "2.9", "--workers", "2", "--json-dir", folder)
    run = begin("cmj-analyze", *clips, *work)
    wait_until(lambda: any(folder.glob("[0-9].json")))
    end(run)
    _, err = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == status
    assert ("Error: Interrupted." in err) is (status == 130)
    wait_until(lambda: not group(run.pid))
    finished = documents(folder)
    assert 0 < len(finished) < CLIPS
    assert all(content["data"]["jump_height_m"] for content in finished.values())
    if end is not kill_it:  # which may leave what was being written, under a hidden name, and helpers in mid-sentence
        assert "Traceback" not in err
        assert sorted(path.name for path in folder.iterdir()) == sorted(finished)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def group(leader: int) -> list[psutil.Process]:
    """The processes that still live in the group of that leader."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found
