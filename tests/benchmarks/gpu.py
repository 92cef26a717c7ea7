"""Speed of the pose networks on a device of ONNX Runtime: batches of pictures, live streams, and whole clips.

``python tests/benchmarks/gpu.py --device cuda --out gpu.json`` needs ``kinemotion[gpu]``. ``--device cpu`` runs
everywhere. First the points are compared with those of LiteRT.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import get_args

import numpy as np
from device_networks import CLIP, FIRST, SIZE, load_points, make_pictures, place_points
from device_streams import measure_streams

from kinemotion.pose.base import Preset
from kinemotion.pose.onnx.devices import Device
from kinemotion.pose.onnx.network import find_onnx
from kinemotion.pose.roi import crop
from kinemotion.pose.runtime import find_litert

_BATCHES = (1, 8, 32)
_FEWEST_TIMES = 5


@dataclass(frozen=True)
class BatchSpeed:
    """How fast batches of one size are, with the copies to the device and back."""

    quality: str
    batch: int
    pictures_per_s: float
    p50_ms: float
    p95_ms: float


def compare_points(device: Device, quality: Preset) -> float:
    """Return the largest distance, px, between points of the device and of LiteRT."""
    model = load_points(quality)
    to_image = FIRST.map_to_image(SIZE)
    crops = np.stack([crop(picture, to_image, size=SIZE) for picture in make_pictures()[:8]]) / np.float32(255)
    on_device = find_onnx(device).load(model, threads=1)(crops)
    litert = find_litert().load(model, threads=1)
    differences = [
        place_points(on_device, number, to_image) - place_points(litert(one[None]), 0, to_image)
        for number, one in enumerate(crops)
    ]
    return float(np.linalg.norm(differences, axis=-1).max())


def measure_batches(device: Device, quality: Preset, *, seconds: float) -> list[BatchSpeed]:
    """Return the speed for each size of a batch."""
    network = find_onnx(device).load(load_points(quality), threads=os.cpu_count() or 1)
    found: list[BatchSpeed] = []
    for batch in _BATCHES:
        crops = np.random.default_rng(batch).random((batch, SIZE, SIZE, 3), dtype=np.float32)
        network(crops)
        times_s: list[float] = []
        end_s = perf_counter() + seconds
        while perf_counter() < end_s or len(times_s) < _FEWEST_TIMES:
            begin_s = perf_counter()
            network(crops)
            times_s.append(perf_counter() - begin_s)
        p50_ms, p95_ms = 1e3 * np.quantile(times_s, [0.5, 0.95])
        found.append(
            BatchSpeed(
                quality,
                batch,
                round(batch / float(np.mean(times_s)), 1),
                round(float(p50_ms), 2),
                round(float(p95_ms), 2),
            )
        )
    return found


def measure_clips(device: Device, *, clips: int, workers: int) -> float:
    """Return how many clips of four seconds a minute one ``kinemotion`` analyses, its start included."""
    with TemporaryDirectory() as folder:
        copies = [Path(folder) / f"{number}.mp4" for number in range(clips)]
        for copy in copies:
            copyfile(CLIP, copy)
        words = ["--json-dir", folder, "--device", device, "--estimator", "onnx", "--workers", str(workers)]
        begin_s = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "kinemotion", "cmj-analyze", *map(str, copies), *words, "--progress", "none"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return round(60 * clips / (perf_counter() - begin_s), 1)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print each part as soon as it is there, and keep all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=get_args(Device), default="auto")
    parser.add_argument("--qualities", nargs="*", choices=get_args(Preset), default=get_args(Preset))
    parser.add_argument("--streams", type=int, nargs="*", default=[40, 80, 100, 120, 160])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each figure")
    parser.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(words)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    found: dict[str, object] = {
        "device": find_onnx(given.device).version,
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }
    for quality in given.qualities:
        found[f"difference_px_{quality}"] = round(compare_points(given.device, quality), 6)
        found[f"batches_{quality}"] = [
            asdict(speed) for speed in measure_batches(given.device, quality, seconds=given.seconds)
        ]
        _print(found[f"difference_px_{quality}"], found[f"batches_{quality}"])
    found["streams"] = [
        asdict(held)
        for held in measure_streams(given.device, given.streams, seconds=given.seconds, processes=given.processes)
    ]
    _print(found["streams"])
    if given.clips:
        found["clips_per_minute"] = measure_clips(given.device, clips=given.clips, workers=given.processes)
        _print(found["clips_per_minute"])
    given.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def _print(*parts: object) -> None:
    print(*map(json.dumps, parts), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
