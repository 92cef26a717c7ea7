"""/health took 50 ms beside uploads: it waited for threads, folders, copies of the service and garbage collections."""

import asyncio
import gc
import inspect
import os
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from anyio import to_thread
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from stand_in import HERE, PATIENCE_S, UNHURRIED, small_settings

from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer
from kinemotion_backend.adapters.process import READ_BYTES, ProcessContext, run
from kinemotion_backend.app import ROUTERS, create_app
from kinemotion_backend.server import Server
from kinemotion_backend.workspace import temporary_folder

LINES = 20_000
NOISE = f"import sys; sys.stderr.write('noise\\n' * {LINES})"


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def list_calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    assert dependant.call is not None
    yield dependant.call
    for below in dependant.dependencies:
        yield from list_calls(below)


def test_no_route_needs_a_thread_for_its_parameters() -> None:
    """FastAPI calls a plain function in a thread: there are 40, and all of them may be busy."""
    calls = {
        call
        for router in ROUTERS
        for route in cast("list[APIRoute]", router.routes)
        for call in list_calls(route.dependant)
    }
    plain = {call for call in calls if not inspect.iscoroutinefunction(call) and not inspect.isasyncgenfunction(call)}
    assert calls
    assert not plain


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(small_settings(tmp_path), analyzer=MockVideoAnalyzer())
    with TestClient(app, client=HERE) as client:
        yield client


def test_health_is_answered_while_every_thread_is_busy(client: TestClient) -> None:
    ended = threading.Event()
    assert client.portal is not None

    async def keep_threads_busy() -> None:
        threads = to_thread.current_default_thread_limiter()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(threads, "total_tokens", 1)
            await to_thread.run_sync(ended.wait)

    busy = client.portal.start_task_soon(keep_threads_busy)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(client.get("/health").status_code))
    asking.start()
    asking.join(20)
    in_time = list(answers)
    ended.set()
    busy.result(PATIENCE_S)
    asking.join(PATIENCE_S)
    assert in_time == [200]


def run_lines(on_line: Callable[[str], None]) -> Awaitable[object]:
    command = [sys.executable, "-S", "-c", NOISE]
    return run(command, limits=UNHURRIED, context=ProcessContext(), on_line=on_line)


@pytest.mark.asyncio
async def test_a_noisy_engine_leaves_turns_to_others() -> None:
    """So many lines came in one turn that nothing else was done for 30 ms."""
    lines, most, before = 0, 0, 0

    def count(_line: str) -> None:
        nonlocal lines
        lines += 1

    running = asyncio.ensure_future(run_lines(count))
    while not running.done():
        most, before = max(most, lines - before), lines
        await asyncio.sleep(0)
    await running
    assert lines == LINES
    assert most <= READ_BYTES // len("noise\n") + 1
    assert READ_BYTES <= 8192


def test_an_engine_is_started_without_a_copy_of_the_service() -> None:
    """uvloop's processes begin as one (fork): 4 ms of the loop and, afterwards, of each page that is written to."""
    uvloop = pytest.importorskip("uvloop")
    copies: list[int] = []
    os.register_at_fork(before=lambda: copies.append(1))  # it stays registered, and does nothing that matters
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_wait_for(run_lines(lambda _line: None)))
    assert not copies


async def _wait_for(work: Awaitable[object]) -> None:
    await work


@pytest.mark.asyncio
async def test_what_the_service_begins_with_is_in_no_later_garbage_collection() -> None:
    """There are 170,000 objects, and to go through them takes a tenth of a second."""
    app = FastAPI()
    server = Server(app, uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        assert gc.get_freeze_count() > 1000
    finally:
        server.should_exit = True
        await serving
        gc.unfreeze()


@contextmanager
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Generator[threading.Event]:
    """A disk that makes no folder before the event is set."""
    make: Callable[..., Any] = tempfile.mkdtemp
    ready = threading.Event()

    def wait_and_make(*given: Any, **named: Any) -> str:
        assert threading.current_thread() is not threading.main_thread()
        ready.wait(PATIENCE_S)
        return str(make(*given, **named))

    monkeypatch.setattr(tempfile, "mkdtemp", wait_and_make)
    try:
        yield ready
    finally:
        ready.set()


@pytest.mark.asyncio
@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_a_slow_disk_is_waited_for_off_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    """Beside a database that syncs its file, a new folder can take tens of milliseconds."""
    made: list[Path] = []

    async def use_folder() -> None:
        async with temporary_folder("request", parent=tmp_path) as folder:
            made.append(folder)
            assert folder.is_dir()

    with slow_disk(monkeypatch) as ready:
        working = asyncio.create_task(use_folder())
        await asyncio.sleep(0.05)  # the loop runs on
        if is_cancelled:
            working.cancel()
            await asyncio.sleep(0.05)
        ready.set()
        with suppress(asyncio.CancelledError):
            await working
    assert len(made) == (0 if is_cancelled else 1)
    assert not contents(tmp_path)
