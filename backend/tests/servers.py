"""Real servers for the tests with the marker ``services``: started once, on a free port, and ended afterwards.

``make services`` installs them. Where a server is missing, its tests are skipped and say so.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from mirakuru import TCPExecutor

HOST = "127.0.0.1"
POSTGRES_USER = "postgres"
START_TIMEOUT_S = 60
MISSING = "{} is not installed: run `make services`"

__all__ = ["postgres_server", "postgres_url", "redis_server", "redis_url"]


@dataclass
class PostgresServer:
    """A PostgreSQL server with a data folder of its own; tests may kill and start it."""

    programs: Path
    folder: Path
    port: int
    executor: TCPExecutor | None = None

    def start(self) -> None:
        """Start the server and wait until it listens."""
        command = [
            *_as_postgres(),
            str(self.programs / "postgres"),
            *("-D", str(self.folder / "data")),
            *("-k", str(self.folder)),
            *("-h", HOST, "-p", str(self.port)),
            *("-c", "max_connections=200"),
        ]
        self.executor = TCPExecutor(command, host=HOST, port=self.port, timeout=START_TIMEOUT_S)
        self.executor.start()
        self.execute("SELECT 1")

    def stop(self) -> None:
        """End the server without a checkpoint: its data folder is thrown away."""
        if self.executor is not None:
            self.executor.stop(stop_signal=signal.SIGQUIT, expected_returncode=0)
            self.executor = None

    def kill(self) -> None:
        """Kill the server and its children at once, as a power cut would."""
        if self.executor is not None:
            self.executor.kill()
            self.executor = None

    def execute(self, statement: str, *, database: str = POSTGRES_USER) -> None:
        """Run one statement as the superuser, outside a transaction."""
        for attempt in range(100):
            try:
                with psycopg.connect(self._conninfo(database), autocommit=True) as connection:
                    connection.execute(statement.encode())
            except psycopg.OperationalError:  # it still recovers
                if attempt == 99:
                    raise
                signal.sigtimedwait(set(), 0.1)
            else:
                return

    def create_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{POSTGRES_USER}@{HOST}:{self.port}/{name}"

    def _conninfo(self, database: str) -> str:
        return f"host={HOST} port={self.port} user={POSTGRES_USER} dbname={database} connect_timeout=60"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests of a run."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres() -> Generator[PostgresServer]:
    """A PostgreSQL server with an empty data folder; the test is skipped where it is not installed."""
    programs = _find_postgres_programs()
    if programs is None:
        pytest.skip(MISSING.format("PostgreSQL"))
    folder = Path(tempfile.mkdtemp(prefix="kinemotion-postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, POSTGRES_USER, POSTGRES_USER)
    initialise = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        POSTGRES_USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    subprocess.run([*_as_postgres(), *initialise], check=True, capture_output=True, cwd=folder)
    server = PostgresServer(programs, folder, find_free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """An empty PostgreSQL database for one test."""
    return postgres_server.create_database()


@dataclass
class RedisServer:
    """A Redis server that keeps nothing; tests may stop and start it."""

    program: str
    folder: Path
    port: int
    executor: TCPExecutor | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it listens."""
        options = ["--bind", HOST, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        command = [self.program, *options, "--dir", str(self.folder)]
        self.executor = TCPExecutor(command, host=HOST, port=self.port, timeout=START_TIMEOUT_S)
        self.executor.start()

    def stop(self) -> None:
        """End the server."""
        if self.executor is not None:
            self.executor.stop()
            self.executor = None


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server for all tests of a run."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip(MISSING.format("Redis"))
    server = RedisServer(program, tmp_path_factory.mktemp("redis"), find_free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The Redis server's first database, emptied for one test."""
    port = str(redis_server.port)
    subprocess.run(["redis-cli", "-h", HOST, "-p", port, "FLUSHALL"], check=True, capture_output=True)
    return redis_server.url


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _find_postgres_programs() -> Path | None:
    """Folder of the server's programs: Debian keeps them off the PATH; None where there are none."""
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


def _as_postgres() -> list[str]:
    """Words before a command that root must run as the server's own user: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return []
    return ["setpriv", f"--reuid={POSTGRES_USER}", f"--regid={POSTGRES_USER}", "--init-groups"]
