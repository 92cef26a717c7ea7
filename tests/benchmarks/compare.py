"""Programs that analyse the same clips, one after the other in turn: wall time, CPU time and memory of whole processes.

``python tests/benchmarks/compare.py --program NAME=COMMAND ... --out RESULTS.json CLIP...``

``{clip}`` and ``{json}`` in a command stand for the clip and a file for its result. CPU time is comparable on a busy
machine, wall time only on an idle one, so the load is kept beside every run.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from kept_results import keep


@dataclass(frozen=True)
class Run:
    """One process, from its start to its end."""

    program: str
    clip: str
    wall_s: float
    cpu_s: float
    peak_mib: float
    load: float
    """Load average of the last minute before it began."""


def run(name: str, command: str, *, clip: Path) -> Run:
    """Run a program on a clip."""
    with TemporaryDirectory() as folder:
        words = shlex.split(command.format(clip=shlex.quote(str(clip)), json=shlex.quote(f"{folder}/result.json")))
        load = os.getloadavg()[0]
        started_s = perf_counter()
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = perf_counter() - started_s
    if status:
        raise SystemExit(f"{name} failed on {clip.name}: status {os.waitstatus_to_exitcode(status)}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Run(name, clip.name, round(wall_s, 3), round(cpu_s, 3), round(usage.ru_maxrss / 1024), round(load, 2))


def summarise(runs: Sequence[Run]) -> str:
    """Return a table in Markdown: the medians of each clip and program."""
    lines = ["| clip | program | runs | wall s | CPU s | peak MiB |", "|---|---|---|---|---|---|"]
    for clip, program in dict.fromkeys((one.clip, one.program) for one in runs):
        own = [one for one in runs if (one.clip, one.program) == (clip, program)]
        wall_s, cpu_s, peak = (
            statistics.median(getattr(one, name) for one in own) for name in ("wall_s", "cpu_s", "peak_mib")
        )
        lines.append(f"| {clip} | {program} | {len(own)} | {wall_s:.2f} | {cpu_s:.2f} | {peak:.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Run all programs in turn, print the medians and keep every run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--program", action="append", required=True, metavar="NAME=COMMAND")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    programs = [tuple(one.split("=", 1)) for one in arguments.program]
    runs = [
        run(name, command, clip=clip)
        for clip in arguments.clips
        for _ in range(arguments.rounds)
        for name, command in programs
    ]
    keep(arguments.out, runs=[asdict(one) for one in runs])
    sys.stdout.write(summarise(runs) + "\n")


if __name__ == "__main__":
    main()
