"""Memory of the live engine over ten minutes of landmarks: of the process, and of each further session.

``python tests/benchmarks/live_memory.py --out RESULTS.json``

The records come faster than a camera sends them and the engine looks at every frame, so that ten minutes of a clip take
less than one. Trials are measured in the same process: in a live service, processes of their own do that.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import psutil
from kept_results import keep
from live_load import FPS
from live_service import make_landmarks, write_table

from kinemotion.stream.records import Kind, Record, encode_record

MINUTES, SESSIONS = 10, (1, 5)
JUMPS_A_ROUND = 3
"""One of so many rounds of ten seconds holds a jump."""
MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Row:
    """What one process has shown; memory is resident."""

    sessions: int
    minutes: float
    """Of clip time, in each session."""
    jumps: int
    ready_mb: float
    """Before the first session."""
    first_minute_mb: float
    """After one minute of clip time."""
    last_minute_mb: float
    most_mb: float


def make_round() -> tuple[bytes, ...]:
    """Payloads of thirty seconds in which an athlete jumps once."""
    once = make_landmarks()
    return once + once[-FPS:] * (len(once) // FPS * (JUMPS_A_ROUND - 1))


def write_records(minute: int, *, sessions: int, payloads: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the records of one minute of every session, in turn."""
    for number in range(minute * 60 * FPS, (minute + 1) * 60 * FPS):
        for session in range(sessions):
            payload = payloads[(number + session * len(payloads) // sessions) % len(payloads)]
            yield encode_record(Record(Kind.LANDMARKS, session, round(number * 1e6 / FPS), payload))


class Engine:
    """A process ``kinemotion stream`` and what it says."""

    def __init__(self) -> None:
        command = [Path(sys.executable).with_name("kinemotion"), "stream", "--every-frame"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._about = psutil.Process(self._process.pid)
        self.finals = 0
        self._output: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self._input: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._output.readline()  # it is ready
        self._reader = Thread(target=self._read)
        self._reader.start()

    def send(self, records: Iterator[bytes]) -> None:
        """Send records, as fast as the process reads."""
        for record in records:
            self._input.write(record)
        self._input.flush()

    def read_memory(self) -> float:
        """Return the resident memory, MB."""
        return round(self._about.memory_info().rss / MEBIBYTE, 1)

    def close(self) -> None:
        """End the process and read what it says to the end."""
        self._input.close()
        self._reader.join()
        if self._process.wait():
            raise RuntimeError("The engine failed.")

    def _read(self) -> None:
        for line in self._output:
            if b'"event":"trial"' in line.replace(b" ", b""):
                self.finals += json.loads(line)["final"]


def measure(sessions: int, *, minutes: int) -> Row:
    """Feed so many sessions at the same time; read the memory after each minute of clip time."""
    payloads, engine = make_round(), Engine()
    ready_mb, opening = engine.read_memory(), json.dumps({"movement": "cmj", "quality": "fast"}).encode()
    opened = (encode_record(Record(Kind.OPEN, session, 0, opening)) for session in range(sessions))
    engine.send(opened)
    found_mb: list[float] = []
    for minute in range(minutes):
        engine.send(write_records(minute, sessions=sessions, payloads=payloads))
        found_mb.append(engine.read_memory())
    engine.send(encode_record(Record(Kind.CLOSE, session, 0)) for session in range(sessions))
    engine.close()
    return Row(sessions, minutes, engine.finals, ready_mb, found_mb[0], found_mb[-1], max(found_mb))


def main() -> None:
    """Measure one session and several, print a table and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=int, default=MINUTES, help="clip time of each session")
    parser.add_argument("--sessions", type=int, nargs=2, default=SESSIONS, help="a small and a large number")
    arguments = parser.parse_args()
    few, many = (measure(sessions, minutes=arguments.minutes) for sessions in arguments.sessions)
    further_mb = round((many.most_mb - few.most_mb) / (many.sessions - few.sessions), 2)
    keep(arguments.out, rows=[asdict(few), asdict(many)], further_session_mb=further_mb)
    sys.stdout.write(f"{write_table([few, many])}\nA further session takes {further_mb} MB.\n")


if __name__ == "__main__":
    main()
