"""Processor time and memory of the local topology's processes while they are under load."""

import csv
import time
from contextlib import suppress
from pathlib import Path

import psutil
from topology import Topology

MEBIBYTE = 1024 * 1024
PARTS = (
    *("api:api-1", "api:api-2", "worker:worker-1", "worker:worker-2", "nginx"),
    *("stores:postgresql", "stores:redis", "stores:s3"),
)


class Watch:
    """Measures each supervised process with all of its children."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._began_s = 0.0
        self._began: dict[str, float] = {}

    def start(self) -> None:
        """Note where the processor times stand."""
        self._began_s = time.monotonic()
        self._began = {part: self._measure(part)[0] for part in PARTS}

    def write(self, prefix: str) -> None:
        """Write cores used on average, and memory at the end, to ``PREFIX_resources.csv``."""
        elapsed_s = time.monotonic() - self._began_s
        with Path(f"{prefix}_resources.csv").open("w", encoding="utf-8", newline="") as target:
            rows = csv.writer(target)
            rows.writerow(["process", "cores", "memory_mb"])
            for part in PARTS:
                processor_s, memory = self._measure(part)
                cores = (processor_s - self._began.get(part, 0.0)) / elapsed_s
                rows.writerow([part, f"{max(0.0, cores):.2f}", round(memory / MEBIBYTE)])

    def _measure(self, part: str) -> tuple[float, int]:
        """Return processor time in seconds, children that have ended included, and resident memory in bytes."""
        processor_s, memory = 0.0, 0
        with suppress(psutil.Error):
            process = psutil.Process(self._topology.find_pid(part))
            for one in (process, *process.children(recursive=True)):
                with suppress(psutil.Error):
                    times = one.cpu_times()
                    processor_s += sum(times[:4])  # own and waited-for children's, user and system
                    memory += one.memory_info().rss
        return processor_s, memory
