"""A data folder, database or store that cannot be used made the start fail with a trace of a hundred lines."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from stand_in import PATIENCE_S, eventually

from kinemotion_backend.__main__ import INTERRUPTED, main
from kinemotion_backend.jobs.data_folder import hold_data_folder
from kinemotion_backend.port_wiring import RECORDS_FILE

Start = Callable[..., str]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Start]:
    """Yield what starts a service that is expected to refuse to, and returns what it says."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}

    def run(command: str = "serve", **settings: str) -> str:
        folders = {"DATA_DIR": str(tmp_path / "data"), "WORK_DIR": str(tmp_path / "work")}
        for name, value in {"USE_MOCK_ANALYZER": "true", "BIND_PORT": "0", **folders, **settings}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main([command])
        said = str(ended.value)
        assert "\n" not in said
        return said

    yield run
    for number, handler in handlers.items():  # a worker that ends ignores them, and this process lives on
        signal.signal(number, handler)


def spoil(place: Path, obstacle: str) -> Path:
    """Return a data folder that cannot be used."""
    folder = place / "data"
    match obstacle:
        case "file":
            folder.write_text("mine")
        case "inside a file":
            (place / "file").write_text("mine")
            return place / "file" / "data"
        case "lock is a folder":
            (folder / ".lock").mkdir(parents=True)
        case _:
            folder.symlink_to(place / "nowhere" / "at all")
    return folder


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("obstacle", ["file", "inside a file", "lock is a folder", "link to nothing"])
def test_a_data_folder_that_cannot_be_used_is_said_in_one_line(
    tmp_path: Path, start: Start, command: str, obstacle: str
) -> None:
    folder = spoil(tmp_path, obstacle)
    said = start(command, DATA_DIR=str(folder))
    assert said.startswith(f"The service does not start: DATA_DIR={folder} cannot be used: ")


def test_a_data_folder_of_another_process_is_said_in_one_line(tmp_path: Path, start: Start) -> None:
    with hold_data_folder(tmp_path / "data"):
        assert start() == (
            "The service does not start: Another process uses the data folder. Stop the other process, "
            "choose another DATA_DIR, or use PostgreSQL to run several processes. (data_folder_in_use)"
        )


def test_a_damaged_database_is_said_in_one_line(tmp_path: Path, start: Start) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / RECORDS_FILE).write_bytes(b"no database" * 100)
    assert start().startswith("The service does not start: The database cannot be used: ")


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "create-key"])
def test_the_database_of_a_newer_version_is_said_with_what_to_do(tmp_path: Path, start: Start, command: str) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / RECORDS_FILE)) as connection:
        connection.execute("CREATE TABLE alembic_version AS SELECT '9999' AS version_num")
        connection.commit()
    assert start(command) == (
        "The service does not start: A newer version of the service has changed the database. Start that version or a "
        "newer one, or restore the copy that was made before the update. (database_newer)"
    )


def test_a_database_that_is_away_is_said_in_one_line_without_its_password(start: Start) -> None:
    said = start(DATABASE_URL="postgresql://someone:hunter2@127.0.0.1:1/records")
    assert said.startswith("The service does not start: The database cannot be used: ")
    assert "hunter2" not in said


def test_a_request_to_end_interrupts_the_start(tmp_path: Path) -> None:
    """Without a word, and without going on to what comes next."""
    engine = tmp_path / "engine"
    engine.write_text("#!/bin/sh\ntouch asked\nsleep 3\nexit 1\n")
    engine.chmod(0o755)
    folders = {"WORK_DIR": str(tmp_path / "work"), "DATA_DIR": str(tmp_path / "data")}
    environment = {"PATH": os.environ["PATH"], "KINEMOTION_CLI": str(engine), "BIND_PORT": "0", **folders}
    command = [sys.executable, "-m", "kinemotion_backend"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        assert eventually((tmp_path / "asked").exists)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == INTERRUPTED
    assert b"Traceback" not in said
    assert b"does not start" not in said
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.parametrize(
    ("name", "value", "scheme"),
    [
        ("DATABASE_URL", "nonsense", "postgresql"),
        ("DATABASE_URL", "mysql://somewhere/records", "postgresql"),
        ("BLOB_URL", "ftp://somewhere/files", "s3"),
        ("REDIS_URL", "nonsense", "redis"),
    ],
)
def test_the_address_of_another_kind_of_server_is_refused(start: Start, name: str, value: str, scheme: str) -> None:
    said = start(**{name: value})
    assert said == f"The settings are not valid: {name}: Value error, must begin with {scheme}://."


@pytest.mark.parametrize("name", ["UPLOAD_IDLE_S", "ANALYSIS_TIMEOUT_S", "MAX_DURATION_S"])
def test_a_time_without_an_end_is_refused(start: Start, name: str) -> None:
    assert start(**{name: "inf"}) == f"The settings are not valid: {name}: Input should be a finite number."


def test_an_address_that_is_taken_or_of_another_machine_is_named_before_anything_starts(
    tmp_path: Path, start: Start
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = start(BIND_PORT=port)
    assert said.startswith(f"The service does not start: BIND_HOST=127.0.0.1 with BIND_PORT={port} cannot be used: ")
    for host in ("192.0.2.7", "no.such.host.invalid", "127.0.0.1:80", "a" * 80):
        assert start(BIND_HOST=host).startswith(f"The service does not start: BIND_HOST={host} with BIND_PORT=0 cannot")
    assert not (tmp_path / "work").exists()


def test_an_empty_address_is_not_taken_for_every_network(start: Start) -> None:
    assert start(BIND_HOST="") == "The settings are not valid: BIND_HOST: Value error, must not be empty."


def test_a_setting_that_is_no_json_is_named(start: Start) -> None:
    said = start(TIERS="banana")
    assert said.startswith("The settings are not valid: ")
    assert "tiers" in said


def test_what_is_named_does_not_command_the_terminal(start: Start) -> None:
    said = start(DATA_DIR="/proc/\x1b[31m")
    assert "/proc/\\x1b[31m" in said


def test_a_proxy_that_is_neither_address_nor_network_is_refused(start: Start) -> None:
    assert start(FORWARDED_ALLOW_IPS="banana").startswith("The settings are not valid: FORWARDED_ALLOW_IPS: ")


@pytest.mark.parametrize("closed", [(2,), (1, 2), (0, 1, 2)])
def test_a_service_whose_standard_streams_are_closed_serves(tmp_path: Path, closed: tuple[int, ...]) -> None:
    """Without a file of its own in their place: it would get what is written to standard error."""
    shell = " ".join(f"{number}>&-" for number in closed)
    command = ["/bin/sh", "-c", f'exec "$0" -m kinemotion_backend {shell}', sys.executable]
    folders = {"WORK_DIR": str(tmp_path / "work"), "DATA_DIR": str(tmp_path / "data")}
    environment = {"PATH": os.environ["PATH"], "USE_MOCK_ANALYZER": "true", "BIND_PORT": "0", **folders}
    with subprocess.Popen(command, env=environment) as process:
        try:
            assert eventually(lambda: process.poll() is not None or bool(list_ports(process)))
            assert list_ports(process)
            opened = [Path(f"/proc/{process.pid}/fd/{number}").readlink() for number in closed]
            assert opened == [Path(os.devnull)] * len(closed)
        finally:
            process.terminate()


def list_ports(process: subprocess.Popen[bytes]) -> list[int]:
    """Ports that the process listens on."""
    with suppress(psutil.Error):
        found = psutil.Process(process.pid).net_connections("tcp")
        return [connection.laddr.port for connection in found if connection.status == psutil.CONN_LISTEN]
    return []
