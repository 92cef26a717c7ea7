"""A batch on a Dask scheduler with two workers, one of which is killed while it works."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli.batch.cluster import Parcel, deliver
from kinemotion.cli.batch.run import carry_out
from kinemotion.cli.execute import Order
from kinemotion.cli.outputs import Outputs, Target
from kinemotion.motion.athlete import Athlete
from kinemotion.request import Request, Settings

pytest.importorskip("distributed", reason="the cluster extra is not installed")
pytestmark = [pytest.mark.engine, pytest.mark.posix]

PART = ("--start", "0.5", "--end", "2.9", "--quality", "fast")
PATIENCE_S = 300.0
"""Far beyond what anything here takes, however busy the machine."""


@contextmanager
def running(*command: object) -> Generator[subprocess.Popen[bytes]]:
    """A program that is ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Generator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler, and its two workers."""
    place = tmp_path / "scheduler.json"
    alone = ("--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as stack:
        stack.enter_context(running("distributed.cli.dask_scheduler", *alone, "--port", 0, "--scheduler-file", place))
        address = wait_for(lambda: read_address(place))
        worker = ("distributed.cli.dask_worker", *alone, "--no-nanny", "--nthreads", 1, "--scheduler-file", place)
        folders = ("--local-directory", tmp_path)
        workers = [stack.enter_context(running(*worker, *folders)) for _ in range(2)]
        yield address, workers


def read_address(place: Path) -> str | None:
    """The scheduler's address; None while it has not written all of its file, which it does not do at once."""
    with suppress(FileNotFoundError, json.JSONDecodeError):
        return json.loads(place.read_text())["address"]
    return None


def wait_for(condition: Callable[[], Any]) -> Any:
    """Wait until the condition is true, and return its value."""
    deadline = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def begin(*arguments: object, stdout: Any = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kinemotion", *map(str, arguments)]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True)


def data_of(folder: Path) -> dict[str, Any]:
    return {path.name: json.loads(path.read_text())["data"] for path in sorted(folder.glob("*.json"))}


def start_with_both_workers(address: str, *arguments: object, shown: Path) -> subprocess.Popen[str]:
    """The command, begun when both workers have joined."""
    from distributed import Client  # noqa: PLC0415  (absent without the extra)

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE_S)
    with shown.open("w") as stdout:
        return begin(*arguments, "--cluster", address, stdout=stdout)


@pytest.mark.filterwarnings("default")  # of the library, in the process that waits for the workers
def test_the_clips_of_a_killed_worker_are_run_again(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], sample: Path, tmp_path: Path
):
    address, workers = cluster
    clips = [Path(shutil.copy(sample, tmp_path / f"clip{number}.mp4")) for number in range(3)]
    (tmp_path / "results").mkdir()
    outputs = ("--json-dir", tmp_path / "results", "--csv", tmp_path / "all.csv")
    shown = tmp_path / "shown.txt"
    run = start_with_both_workers(address, "cmj-analyze", *clips, *PART, *outputs, shown=shown)
    wait_for(lambda: shown.read_text().count("\n") or run.poll() is not None)
    os.kill(workers[0].pid, signal.SIGKILL)
    _, err = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 0, (err, shown.read_text())
    assert [line.partition(":")[0] for line in shown.read_text().splitlines()] == list(map(str, clips))
    alone = begin("cmj-analyze", clips[0], *PART, "--json", tmp_path / "alone.json")
    alone.communicate(timeout=PATIENCE_S)
    expected = json.loads((tmp_path / "alone.json").read_text())["data"]
    assert data_of(tmp_path / "results") == {f"clip{number}.json": expected for number in range(3)}
    again = begin("cmj-analyze", *clips, *PART, *outputs, "--resume", "--cluster", address)
    _, err = again.communicate(timeout=PATIENCE_S)
    assert (again.returncode, err) == (0, "3 of 3 clips measured.\n")


def test_a_worker_that_does_not_see_the_clip_works_on_its_bytes(sample: Path, tmp_path: Path):
    """Its outputs come back as bytes, for the places that were asked for."""
    page = tmp_path / "page.html"
    settings = Settings(start_s=0.5, end_s=2.9, threads=1)
    request = Request(path=Path("clip.mp4"), movement="cmj", quality="fast", athlete=Athlete(), settings=settings)
    outputs = Outputs(documents=(str(tmp_path / "clip.json"),), targets=(Target("page", page),))
    parcel = Parcel(Order(request, outputs), tmp_path / "elsewhere" / "clip.mp4", sample.read_bytes())
    delivery = deliver(partial(carry_out), parcel)
    assert delivery.outcome.failure is None
    assert [path for path, _ in delivery.files] == [page]
    assert not page.exists()
    delivery.write()
    assert page.read_bytes().startswith(b"<!doctype html>")


def test_a_scheduler_that_does_not_answer_is_named(sample: Path):
    run = begin("cmj-analyze", sample, sample, "--cluster", "tcp://127.0.0.1:1")
    _, err = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 2
    assert "tcp://127.0.0.1:1" in err
