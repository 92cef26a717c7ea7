"""A soak: analyses go in while processes are killed at random; every one must come out, once.

    python tests/soak/soak.py embedded
    python tests/soak/soak.py postgresql
    python tests/soak/soak.py outage        # PostgreSQL itself is killed for 3 s, under load

The engine is the stand-in of the service's tests: a run takes one second. Everything else is as in production.
A third argument stretches the time between kills, for a machine that is so busy that a run takes much longer.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[2] / "backend" / "tests"))

import httpx2
import psycopg
import sqlalchemy
from servers import PostgresServer, find_free_port, running_postgres
from stand_in import install_stub, video_bytes

KILL_EVERY_S = (3.0, 5.0)
RESTART_S = 1.0
LEASE_S = "6"
OUTAGE_S = 3.0
LONGEST_S = 900.0
READY = {"serve": b"Uvicorn running", "worker": b"worker_started"}
COMPLETED = "SELECT subject FROM events WHERE type = 'analysis.completed'"


@dataclass
class Report:
    """What came of a soak."""

    setting: str
    jobs: int
    kills: int = 0
    completed: int = 0
    lost: int = 0
    double: int = 0
    seconds: float = 0.0
    pace: float = 1.0
    """How much longer than on a machine of its own everything may take."""
    statuses: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def is_good(self) -> bool:
        """Whether every analysis was completed once."""
        return (self.completed, self.lost, self.double) == (self.jobs, 0, 0)


class Processes:
    """The service's processes, which are killed and started again."""

    def __init__(self, folder: Path, *, port: int, database_url: str) -> None:
        self.port = port
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "BIND_PORT": str(port),
            "KINEMOTION_CLI": str(install_stub(folder / "engine")),
            "WORK_DIR": str(folder / "work"),
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "MAX_ANALYSES": "1" if database_url else "2",
            "MAX_REQUESTS": "100",
            "LEASE_S": LEASE_S,
            "ENGINE_NICE": "0",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start the process of that name: ``serve`` or ``worker-…``."""
        command = [sys.executable, "-m", "kinemotion_backend", name.partition("-")[0]]
        with self._log_of(name).open("wb") as log:
            self.running[name] = subprocess.Popen(command, env=self._environment, stderr=log, stdout=log)

    def is_up(self, name: str) -> bool:
        """Whether the process has started to its end: a busy machine takes long for that."""
        text = self._log_of(name).read_bytes()
        return READY[name.partition("-")[0]] in text

    def kill(self, name: str) -> None:
        """Kill it at once."""
        self.running[name].kill()
        self.running[name].wait()

    def _log_of(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def revive(self) -> None:
        """Start again what has ended by itself, as a supervisor does."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.start(name)

    def stop(self) -> None:
        """End all of them."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def soak(report: Report, *, folder: Path, postgres: PostgresServer | None = None) -> Report:
    """Run the soak and write into the report what came of it."""
    jobs = report.jobs
    database_url = postgres.create_database() if postgres else ""
    processes = Processes(folder, port=find_free_port(), database_url=database_url)
    victims = ["worker-1", "worker-2"] if postgres else ["serve"]
    for name in {"serve", *victims}:
        processes.start(name)
    started_s, ended = time.monotonic(), Event()
    killer = Thread(target=_kill_now_and_then, args=(processes, victims, ended, report, postgres))
    try:
        killer.start()
        ids = [_submit(processes.port, number) for number in range(jobs)]
        report.statuses = _wait(processes.port, ids, deadline_s=started_s + LONGEST_S)
        report.seconds = time.monotonic() - started_s
    finally:
        ended.set()
        killer.join()
        processes.stop()
    completions = Counter(_read_completions(database_url or f"sqlite:///{folder / 'data' / 'records.sqlite'}"))
    report.completed = sum(1 for analysis_id in ids if completions[analysis_id])
    report.lost = jobs - report.completed
    report.double = sum(1 for count in completions.values() if count > 1)
    return report


def _kill_now_and_then(
    processes: Processes, victims: list[str], ended: Event, report: Report, postgres: PostgresServer | None
) -> None:
    """Kill a random victim every few seconds; in the outage, the database instead."""
    while not ended.wait(report.pace * random.uniform(*KILL_EVERY_S)):  # noqa: S311
        if report.setting == "outage" and postgres is not None:
            if report.kills == 0:
                postgres.kill()
                ended.wait(OUTAGE_S)
                postgres.start()
                report.kills += 1
            processes.revive()
            continue
        victim = random.choice(victims)  # noqa: S311
        processes.kill(victim)
        report.kills += 1
        ended.wait(RESTART_S)
        processes.start(victim)
        while not processes.is_up(victim) and not ended.wait(0.2):
            pass


def _submit(port: int, number: int) -> str:
    """Submit an analysis of a video of its own, again and again until it is taken."""
    video = video_bytes(sleep_s=1.0, number=number)
    while True:
        with suppress(httpx2.HTTPError):
            answer = httpx2.post(
                f"http://127.0.0.1:{port}/api/v1/analyses",
                files={"video": ("clip.mp4", video, "video/mp4")},
                data={"sport_type": "cmj"},
                headers={"Idempotency-Key": f"soak-{number}"},
                timeout=30,
            )
            if answer.status_code in {200, 202}:
                return answer.json()["analysis_id"]
        time.sleep(0.2)


def _wait(port: int, ids: list[str], *, deadline_s: float) -> dict[str, int]:
    """Wait until every analysis has ended, and return how many are in which state."""
    statuses = dict.fromkeys(ids, "unknown")
    while time.monotonic() < deadline_s and set(statuses.values()) - {"completed", "failed", "cancelled"}:
        for analysis_id in ids:
            if statuses[analysis_id] != "completed":
                with suppress(httpx2.HTTPError, KeyError, json.JSONDecodeError):
                    answer = httpx2.get(f"http://127.0.0.1:{port}/api/v1/analyses/{analysis_id}", timeout=30)
                    statuses[analysis_id] = answer.json()["status"]
        time.sleep(0.5)
    return dict(Counter(statuses.values()))


def _read_completions(url: str) -> list[str]:
    """Return the analysis of every completion that was ever written."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            return [row[0] for row in connection.execute(COMPLETED)]
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = [str(row[0]) for row in connection.execute(sqlalchemy.text(COMPLETED))]
    engine.dispose()
    return found


@contextmanager
def _servers(setting: str) -> Generator[PostgresServer | None]:
    if setting == "embedded":
        yield None
        return
    with running_postgres() as server:
        yield server


def main(setting: str, jobs: str = "60", pace: str = "1") -> int:
    """Run one soak, print its report; 1 where something was lost or done twice."""
    with tempfile.TemporaryDirectory(prefix="kinemotion-soak-") as folder, _servers(setting) as postgres:
        report = soak(Report(setting, int(jobs), pace=float(pace)), folder=Path(folder), postgres=postgres)
    print(json.dumps(vars(report)))  # noqa: T201
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
