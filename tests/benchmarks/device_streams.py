"""How many live streams of JPEG pictures a device carries if the newest pictures of all streams are measured together.

The engine itself measures one picture at a time: this is what batches would be worth.
"""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from time import sleep, time
from typing import Any

import cv2
import numpy as np
from device_networks import FIRST, SIZE, load_points, make_pictures, place_points

from kinemotion.motion.arrays import Floats
from kinemotion.pose.base import PRESENT
from kinemotion.pose.onnx.devices import Device
from kinemotion.pose.onnx.network import find_onnx
from kinemotion.pose.roi import Region, crop
from kinemotion.pose.runtime import LoadedNetwork, Tensor

_FPS = 30.0
_SIZES = (1, 2, 4, 8, 16, 32)
"""Sizes of a batch: a device prepares itself for each."""
_JPEG_QUALITY = 85
_AHEAD_S, _IDLE_S = 0.2, 0.001


@dataclass(frozen=True)
class HeldStreams:
    """How late the points of a number of streams were; from when a picture was due."""

    streams: int
    frames_per_s: float
    p50_ms: float
    p95_ms: float
    dropped_percent: float
    mean_batch: float


@dataclass
class _Stream:
    """One camera: where its athlete is, and how many of its pictures were looked at or dropped."""

    first_s: float
    region: Region = FIRST
    taken: int = 0
    dropped: int = 0


@dataclass
class _Measured:
    """What one process has measured."""

    latencies_s: list[float] = field(default_factory=list[float])
    batches: list[int] = field(default_factory=list[int])
    dropped: int = 0


def measure_streams(device: Device, *, counts: Sequence[int], seconds: float, processes: int) -> list[HeldStreams]:
    """Return how late the points are for each number of streams, which the processes share."""
    if not counts:
        return []
    context = multiprocessing.get_context("spawn")
    ends: list[Connection] = []
    for _ in range(processes):
        end, inner = context.Pipe()
        context.Process(target=_follow_streams, args=(inner, device), daemon=True).start()
        ends.append(end)
    for end in ends:
        end.recv()
    found = [_measure_count(ends, count, seconds=seconds) for count in counts]
    for end in ends:
        end.send(None)
    return found


def _measure_count(ends: Sequence[Connection], count: int, *, seconds: float) -> HeldStreams:
    first_s = time() + _AHEAD_S
    for number, end in enumerate(ends):
        end.send((len(range(number, count, len(ends))), first_s, seconds))
    parts: list[_Measured] = [end.recv() for end in ends]
    latencies_ms = 1e3 * np.concatenate([part.latencies_s for part in parts])
    dropped = sum(part.dropped for part in parts)
    p50_ms, p95_ms = np.quantile(latencies_ms, [0.5, 0.95])
    return HeldStreams(
        count,
        round(len(latencies_ms) / seconds, 1),
        round(float(p50_ms), 1),
        round(float(p95_ms), 1),
        round(100 * dropped / (dropped + len(latencies_ms)), 2),
        round(float(np.mean(np.concatenate([part.batches for part in parts]))), 1),
    )


def _follow_streams(end: Connection, device: Device) -> None:
    """Measure streams in a process of its own, as often as the connection asks for."""
    cv2.setNumThreads(1)
    network = find_onnx(device).load(load_points("balanced"), threads=1)
    for size in _SIZES:
        network(np.zeros((size, SIZE, SIZE, 3), dtype=np.float32))
    files = [cv2.imencode(".jpg", one, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1] for one in make_pictures()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        end.send("ready")
        while (asked := end.recv()) is not None:
            count, first_s, seconds = asked
            streams = [_Stream(first_s + number / count / _FPS) for number in range(count)]
            end.send(_Batches(streams, network, files=files, pool=pool).run(end_s=first_s + seconds))


class _Batches:
    """Measures the newest pictures of streams together, again and again."""

    def __init__(
        self, streams: Sequence[_Stream], network: LoadedNetwork, *, files: Sequence[Any], pool: ThreadPoolExecutor
    ) -> None:
        self._streams, self._network, self._files, self._pool = streams, network, files, pool
        self._turn = 0

    def run(self, *, end_s: float) -> _Measured:
        """Measure until a time."""
        found = _Measured()
        while time() < end_s:
            due = self._take_due()
            if not due:
                sleep(_IDLE_S)
                continue
            self._measure(due)
            now_s = time()
            found.latencies_s += [now_s - (stream.first_s + index / _FPS) for stream, index in due]
            found.batches.append(len(due))
        found.dropped = sum(stream.dropped for stream in self._streams)
        return found

    def _take_due(self) -> list[tuple[_Stream, int]]:
        """Return the streams in turn that have a new picture, with the newest one's number; older ones are dropped."""
        now_s = time()
        due: list[tuple[_Stream, int]] = []
        for step in range(len(self._streams)):
            stream = self._streams[(self._turn + step) % len(self._streams)]
            newest = int((now_s - stream.first_s) * _FPS) if now_s >= stream.first_s else -1
            if newest >= stream.taken and len(due) < _SIZES[-1]:
                stream.dropped += newest - stream.taken
                stream.taken = newest + 1
                due.append((stream, newest))
        self._turn += len(due)
        return due

    def _measure(self, due: Sequence[tuple[_Stream, int]]) -> None:
        """Find the points of one picture of each stream; who is lost is looked for where everybody began."""
        crops = np.zeros((min(size for size in _SIZES if size >= len(due)), SIZE, SIZE, 3), dtype=np.float32)
        maps = list(self._pool.map(self._prepare, due, crops))
        outputs = self._network(crops)
        for number, ((stream, _), to_image) in enumerate(zip(due, maps, strict=True)):
            points = place_points(outputs, number, to_image)
            stream.region = Region.from_circle(*points[-2:]) if outputs[1][number, 0] >= PRESENT else FIRST

    def _prepare(self, due: tuple[_Stream, int], tensor: Tensor) -> Floats:
        """Decode a picture and write its crop; return the map from the crop to the picture."""
        stream, index = due
        picture = np.asarray(cv2.imdecode(self._files[index % len(self._files)], cv2.IMREAD_COLOR_RGB), dtype=np.uint8)
        to_image = stream.region.map_to_image(SIZE)
        tensor[...] = crop(picture, to_image, size=SIZE) / np.float32(255)
        return to_image
