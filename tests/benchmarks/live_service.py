"""Live streams through the service over real WebSockets: how late states and results are, and how many it holds.

``python tests/benchmarks/live_service.py --out RESULTS.json``

Clients, service and engines share the machine. A figure of a busy machine says little, so the load stands beside each.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import av
import numpy as np
import psutil
from frames import read_landmarks
from kept_results import keep
from live_load import FPS, Scene, run_clients
from PIL import Image
from stand_in import Server, running_server

CLIP = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
JPEG, LANDMARKS = 2, 5
PICTURE = (360, 640)
EVERY_S = 10
"""How often an athlete jumps."""
STANDING = 30
"""Frames of the recorded jump in which the athlete stands."""
SECONDS = 10.0
PICTURE_SECONDS = 5.0
MOST_PICTURES = 6
LATEST_MS, LEAST_FPS = 200.0, 15.0
"""A number of streams of pictures is held while each state comes this soon, and each stream gets so many a second."""
SERVICE = {"STREAM_ENGINES": "2", "MAX_CONNECTIONS_A_CLIENT": "400", "ENGINE_NICE": "0"}


@dataclass(frozen=True, slots=True)
class Row:
    """What one run has shown. Times of states are from the client's sending to its reading, of results from the
    landing before the camera."""

    scene: str
    streams: int
    load: float
    """Load average of the last minute before it began."""
    connect_s: float
    """Slowest."""
    p50_ms: float
    p95_ms: float
    p99_ms: float
    server_p95_ms: float
    """From a frame's arrival in the service to its state, by the service's own histogram."""
    fps: float
    """States a second, of the stream with the fewest."""
    dropped: int
    errors: int
    provisional_p95_s: float
    final_p95_s: float
    client_late_p95_ms: float
    """How late the clients themselves were: part of the figures beside it."""
    service_cores: float
    engine_cores: float
    client_cores: float
    """Processor time a second: of the service, of its engines with those that measure trials, of the clients."""


@cache
def make_landmarks() -> tuple[bytes, ...]:
    """Payloads of an athlete who jumps every ten seconds, 30 a second."""
    jump = [moment.payload for moment in read_landmarks()][::2]
    still = (jump[number % STANDING] for number in range(EVERY_S * FPS - len(jump)))
    return tuple(chain(jump, still))


@cache
def make_pictures() -> tuple[bytes, ...]:
    """JPEG pictures of the sample jump, 30 a second."""
    pictures = list[bytes]()
    with av.open(str(CLIP)) as container:
        for frame in container.decode(video=0):
            kept = io.BytesIO()
            picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
            picture.resize(PICTURE, Image.Resampling.BILINEAR).save(kept, "JPEG", quality=80)
            pictures.append(kept.getvalue())
    return tuple(pictures[::2])


def read_histogram(server: Server, codec: str) -> dict[float, float]:
    """Return how many states came within each limit, by the service's own clock."""
    found: dict[float, float] = {}
    pattern = rf'kinemotion_frame_latency_seconds_bucket{{codec="{codec}",le="([^"]+)"}} (\S+)'
    for limit, count in re.findall(pattern, server.get("/metrics").text):
        found[float(limit)] = float(count)
    return found


def find_p95_ms(before: dict[float, float], after: dict[float, float]) -> float:
    """Return the time within which 95 of 100 states came, interpolated between the histogram's limits."""
    counts = {limit: count - before.get(limit, 0.0) for limit, count in sorted(after.items())}
    wanted = 0.95 * max(counts.values(), default=0.0)
    low_s = low = 0.0
    for limit_s, count in counts.items():
        if count >= wanted and count > low:
            high_s = limit_s if np.isfinite(limit_s) else low_s
            return 1000 * (low_s + (high_s - low_s) * (wanted - low) / (count - low))
        low_s, low = limit_s, count
    return float("nan")


def measure(server: Server, scene: Scene, *, name: str, streams: int) -> Row:
    """Run so many streams at the same time."""
    codec = "landmarks" if scene.codec == LANDMARKS else "jpeg"
    load, before = os.getloadavg()[0], read_histogram(server, codec)
    began_s, used = perf_counter(), read_cpu(server)
    seen = run_clients(server.url, scene, streams=streams)
    lasted_s = perf_counter() - began_s
    service, engines, clients = (round((b - a) / lasted_s, 2) for a, b in zip(used, read_cpu(server), strict=True))
    states = [late for one in seen for late in one.late_ms]
    return Row(
        scene=name,
        streams=streams,
        load=round(load, 1),
        connect_s=round(max(one.connect_s for one in seen), 3),
        p50_ms=find_share(states, 0.5),
        p95_ms=find_share(states, 0.95),
        p99_ms=find_share(states, 0.99),
        server_p95_ms=round(find_p95_ms(before, read_histogram(server, codec)), 1),
        fps=round(min(len(one.late_ms) for one in seen) / scene.seconds, 1),
        dropped=sum(one.dropped for one in seen),
        errors=sum(len(one.errors) for one in seen),
        provisional_p95_s=find_share([late for one in seen for late in one.provisional_s], 0.95, digits=2),
        final_p95_s=find_share([late for one in seen for late in one.final_s], 0.95, digits=2),
        client_late_p95_ms=find_share([late for one in seen for late in one.send_late_ms], 0.95),
        service_cores=service,
        engine_cores=engines,
        client_cores=clients,
    )


def read_cpu(server: Server) -> tuple[float, float, float]:
    """Return the processor time so far, s: of the service, of the processes below it, of this process."""
    service = psutil.Process(server.process.pid)
    below = service.children(recursive=True)
    times = [process.cpu_times() for process in (service, *below, psutil.Process())]
    spent_s = [time.user + time.system for time in times]
    return spent_s[0], sum(spent_s[1:-1]), spent_s[-1]


def find_share(values: list[float], share: float, *, digits: int = 1) -> float:
    """Return a quantile; NaN where there are no values."""
    return round(float(np.quantile(values, share)), digits) if values else float("nan")


def is_held(row: Row) -> bool:
    """Return whether every stream of the run got enough, soon enough."""
    return not row.errors and row.p95_ms < LATEST_MS and row.fps >= LEAST_FPS


def run_landmarks(server: Server, counts: Sequence[int]) -> Iterator[Row]:
    """Measure streams of landmarks."""
    scene = Scene(LANDMARKS, make_landmarks(), "fast", seconds=SECONDS)
    for streams in counts:
        yield measure(server, scene, name="landmarks", streams=streams)


def run_pictures(server: Server) -> Iterator[Row]:
    """Measure ever more streams of pictures until they are not held."""
    for quality in ("fast", "balanced"):
        scene = Scene(JPEG, make_pictures(), quality, seconds=PICTURE_SECONDS)
        for streams in range(1, MOST_PICTURES + 1):
            row = measure(server, scene, name=f"JPEG {quality}", streams=streams)
            yield row
            if not is_held(row):
                break


def write_table(rows: Sequence[Any]) -> str:
    """Return the rows, data classes of one kind, as a table in Markdown."""
    names = list(asdict(rows[0]))
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for row in rows:
        cells = (f"{value:g}" if isinstance(value, float) else str(value) for value in asdict(row).values())
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run every scene, print a table and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--landmarks", type=int, nargs="*", default=(1, 25, 100), help="numbers of streams")
    parser.add_argument("--no-pictures", action="store_true")
    arguments = parser.parse_args()
    make_landmarks()  # before anything is timed
    make_pictures()
    with TemporaryDirectory() as folder:
        engine = Path(sys.executable).with_name("kinemotion")
        with running_server(Path(folder), engine=engine, **SERVICE) as server:
            rows = list(run_landmarks(server, arguments.landmarks))
            rows += [] if arguments.no_pictures else run_pictures(server)
    keep(arguments.out, rows=[asdict(row) for row in rows])
    sys.stdout.write(write_table(rows))


if __name__ == "__main__":
    main()
