"""How many live streams of JPEG pictures the engine carries with the device that its networks run on.

Each process of the engine gets its share of the streams, from a client in a process of its own.
"""

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Thread
from time import perf_counter, sleep, time
from typing import Any

import cv2
import numpy as np
from device_networks import make_pictures

from kinemotion.pose.onnx.devices import Device
from kinemotion.stream.records import Kind, Record, encode_record

_FPS = 30.0
_QUALITY, _JPEG_QUALITY = "balanced", 85
_AHEAD_S = 1.0
_WARM_S = 3.0
"""Time of the first pictures, which are not counted: the network is used for the first time in them."""
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class HeldStreams:
    """How late the states of a number of streams came; from when a picture was due."""

    streams: int
    frames_per_s: float
    p50_ms: float | None
    p95_ms: float | None
    dropped_percent: float


@dataclass
class _Seen:
    """What one client has seen after the first pictures."""

    latencies_s: list[float] = field(default_factory=list[float])
    sent: int = 0


def measure_streams(device: Device, counts: Sequence[int], *, seconds: float, processes: int) -> list[HeldStreams]:
    """Return how late the states are for each number of streams, which so many processes of the engine share."""
    if not counts:
        return []
    context = multiprocessing.get_context("spawn")
    ends: list[Connection] = []
    for _ in range(processes):
        end, inner = context.Pipe()
        context.Process(target=_run_client, args=(inner, device), daemon=True).start()
        ends.append(end)
    for end in ends:
        end.recv()
    found = [_measure_count(ends, count, seconds=seconds) for count in counts]
    for end in ends:
        end.send(None)
        end.recv()
    return found


def _measure_count(ends: Sequence[Connection], count: int, *, seconds: float) -> HeldStreams:
    first_s = time() + _AHEAD_S
    for number, end in enumerate(ends):
        end.send((len(range(number, count, len(ends))), first_s, seconds))
    parts: list[_Seen] = [end.recv() for end in ends]
    latencies_ms = 1e3 * np.concatenate([part.latencies_s for part in parts])
    p50_ms, p95_ms = np.quantile(latencies_ms, [0.5, 0.95]).round(1).tolist() if len(latencies_ms) else (None, None)
    dropped = 1 - len(latencies_ms) / sum(part.sent for part in parts)
    return HeldStreams(count, round(len(latencies_ms) / seconds, 1), p50_ms, p95_ms, round(100 * dropped, 2))


def _run_client(end: Connection, device: Device) -> None:
    """Start an engine, and send it streams as often as the connection asks for."""
    words = ["stream", "--preload", _QUALITY, "--device", device]
    with subprocess.Popen(
        [sys.executable, "-m", "kinemotion", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as engine:
        client = _Client(engine)
        end.send("ready")
        while (asked := end.recv()) is not None:
            count, first_s, seconds = asked
            end.send(client.send_streams(count, first_s=first_s, seconds=seconds))
    end.send("ended")


class _Client:
    """Sends pictures when they are due, and notes how late their states come."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._files = [
            cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
            for picture in make_pictures()
        ]
        self._sessions = self._closed = 0
        self._from_s = float("inf")
        self._seen = _Seen()
        engine.stdout.readline()  # it is ready
        Thread(target=self._read, daemon=True).start()

    def send_streams(self, count: int, *, first_s: float, seconds: float) -> _Seen:
        """Send so many streams for some seconds and the first pictures before; return what came back."""
        self._seen, self._closed, self._from_s = _Seen(), 0, first_s + _WARM_S
        numbers = range(self._sessions, self._sessions + count)
        self._sessions += count
        opening = json.dumps({"movement": "cmj", "quality": _QUALITY}).encode()
        for number in numbers:
            self._write(Record(Kind.OPEN, number, 0, opening))
        for index in range(round((_WARM_S + seconds) * _FPS)):
            for place, number in enumerate(numbers):
                due_s = first_s + (index + place / count) / _FPS
                if (early_s := due_s - time()) > 0:
                    sleep(early_s)
                self._seen.sent += due_s >= self._from_s
                self._write(Record(Kind.JPEG, number, round(1e6 * due_s), self._files[index % len(self._files)]))
        for number in numbers:
            self._write(Record(Kind.CLOSE, number, 0))
        until_s = perf_counter() + _PATIENCE_S
        while self._closed < count and perf_counter() < until_s:
            sleep(0.01)
        return self._seen

    def _write(self, record: Record) -> None:
        self._engine.stdin.write(encode_record(record))
        self._engine.stdin.flush()

    def _read(self) -> None:
        """Read the lines of the engine; a stream that fails is closed as well."""
        for line in self._engine.stdout:
            now_s = time()
            event = json.loads(line)
            if event["event"] == "state" and event["time_us"] >= 1e6 * self._from_s:
                self._seen.latencies_s.append(now_s - event["time_us"] / 1e6)
            self._closed += event["event"] in ("closed", "error")
