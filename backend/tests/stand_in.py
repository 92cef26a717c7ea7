"""A stand-in engine, videos that tell it what to do, and services running in front of it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

from kinemotion_backend.adapters.process import ProcessLimits
from kinemotion_backend.errors import AnalysisError
from kinemotion_backend.settings import Settings
from kinemotion_backend.video_analyzer import AnalysisDocument, AnalysisRequest, Artefact, ArtefactKind, VideoAnalyzer
from kinemotion_backend.workspace import MARKER, PREFIX

STUB = Path(__file__).with_name("stub_engine.py")
DOCUMENTS = Path(__file__).with_name("documents")
"""What the stand-in answers: the contract of today, with a second movement that has an option."""
PROBLEM = "application/problem+json"
HERE = ("127.0.0.1", 50_000)
"""Where a program of this machine asks from: it needs no key."""
VIDEO_HEAD = b"\0\0\0\x20ftypisom"
WRAPPERS = {"unshare", "sh", "nice", "prlimit", "setpriv", "sleep"}
"""What an engine is started by: each becomes the next one, or ends with the engine."""
PATIENCE_S = 300.0
"""Far beyond what anything here takes, however busy the machine: nothing that comes true waits for it."""
UNHURRIED = ProcessLimits(timeout_s=2 * PATIENCE_S, nice=0)
"""For an engine that a test waits for: beside busy neighbours, a nice one would wait for its turn for ever."""


def video_bytes(**order: Any) -> bytes:
    """A file that passes for a video and orders the stand-in engine about."""
    return VIDEO_HEAD + json.dumps(order).encode()


async def measure(analyzer: VideoAnalyzer, video: Path, jump_type: str = "cmj", **given: Any) -> AnalysisDocument:
    """Analyse the video; everything given beside is part of the request."""
    return await analyzer.measure(AnalysisRequest(video, jump_type, **given))


async def collect_of_refused(analyzer: VideoAnalyzer, video: Path, *kinds: ArtefactKind) -> list[str]:
    """Kinds of the files that come before the error, overlay and report where none is named; none of them is empty."""
    request = AnalysisRequest(video, quality="fast", artefacts=frozenset(kinds or ("overlay", "report")))
    found = list[str]()
    try:
        async for event in analyzer.run(request):
            assert not isinstance(event, AnalysisDocument)
            if isinstance(event, Artefact):
                assert await asyncio.to_thread(event.path.read_bytes)
                found.append(event.kind)
    except AnalysisError:
        return found
    raise AssertionError("the video was not refused")


def small_settings(folder: Path, **given: Any) -> Settings:
    """Settings of an application in this process that works in the folder and takes small videos."""
    asked: dict[str, Any] = {"stream_engines": 0, **given}
    return Settings(
        work_dir=folder / "work",
        data_dir=folder / "data",
        trusted_hosts=("testserver",),
        max_upload_mb=1,
        **asked,
    )


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
        """Every process below the server: engines and what they started."""
        service = psutil.Process(self.process.pid)
        started = service.children(recursive=True)
        copy = _describe(service)  # a child that is not yet what it starts is a copy of the service
        return [process for process in started if _describe(process) not in (copy, None)]

    def leftovers(self) -> list[Path]:
        """What requests have left in the work folder."""
        return [path for path in self.work_dir.glob(f"{PREFIX}*/*") if path.name != MARKER]

    def find_log_lines(self, **fields: object) -> list[dict[str, Any]]:
        """The log's lines that say this."""
        lines = [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]
        return [line for line in lines if line.items() >= fields.items()]

    def connect(self) -> socket.socket:
        """A connection for bytes that no HTTP client would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def measure_cpu_s(self) -> float:
        """Processor time of the service itself so far, without its engines."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """The answer to a request, made of what httpx2 takes."""
        return httpx2.request(method, f"{self.url}{path}", timeout=PATIENCE_S, **request)

    def get(self, path: str) -> httpx2.Response:
        return self.ask("GET", path)

    def analyze(self, video: bytes, *, timeout: float = PATIENCE_S, **fields: str) -> httpx2.Response:
        return httpx2.post(
            f"{self.url}/api/analyze",
            files={"video": ("clip.mp4", video, "video/mp4")},
            data={"jump_type": "cmj", **fields},
            timeout=timeout,
        )


@contextmanager
def running_server(
    folder: Path,
    *,
    engine: Path,
    python: Sequence[str] = (sys.executable,),
    program: Sequence[str] = ("-m", "kinemotion_backend"),
    **settings: str,
) -> Generator[Server]:
    """A service in a process of its own, ready, and ended afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BIND_PORT": "0",
        "ENGINE_NICE": "0",  # beside busy neighbours, a nice engine would wait for its turn for ever
        "KINEMOTION_CLI": str(engine),
        "WORK_DIR": str(folder / "work"),
        "DATA_DIR": str(folder / "data"),
        "MAX_ANALYSES": "2",
        "STREAM_ENGINES": "0",  # tests of live streams ask for some: no other has processes that it did not ask for
        "JSON_LOGS": "true",
        "PYTHONFAULTHANDLER": "1",
        **settings,
    }
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        environment["COVERAGE_PROCESS_CONFIG"] = os.environ["COVERAGE_PROCESS_CONFIG"]
    log = folder / "log"
    with log.open("ab") as sink:
        process = subprocess.Popen([*python, *program], env=environment, stderr=sink)
    try:
        if not eventually(lambda: process.poll() is not None or bool(_ports(process))) or not _ports(process):
            raise RuntimeError(f"no server: {log.read_text('utf-8')}")
        yield Server(process, f"http://127.0.0.1:{_ports(process)[0]}", folder / "work", log)
    finally:
        _end(process, log)


def _end(process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask the service to end; kill one that does not, and show where it hangs."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)  # PYTHONFAULTHANDLER writes a trace of each thread
        process.wait(PATIENCE_S)
        raise RuntimeError(f"the service does not end: {log.read_text('utf-8')}") from None


def _describe(process: psutil.Process) -> list[str] | None:
    """The command of a process; None of one that only starts another, and once it has ended."""
    with suppress(psutil.Error):
        return None if process.name() in WRAPPERS else process.cmdline()
    return None


def _ports(process: subprocess.Popen[bytes]) -> list[int]:
    """Ports the process listens on; a service listens once it is ready."""
    with suppress(psutil.Error):
        connections = psutil.Process(process.pid).net_connections("tcp")
        return [connection.laddr.port for connection in connections if connection.status == psutil.CONN_LISTEN]
    return []


def at_work(folder: Path) -> list[psutil.Process]:
    """Every process, wherever it hangs, that an adapter working in the folder has started and that still lives."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has ended, or is somebody else's
            if process.name() not in WRAPPERS and process.environ().get("TMPDIR", "").startswith(f"{folder}/"):
                found.append(process)
    return found


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
