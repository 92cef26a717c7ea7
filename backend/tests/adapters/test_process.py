"""Starting and ending processes: whenever it is cancelled, nothing of them stays behind."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from stand_in import PATIENCE_S, UNHURRIED, eventually

from kinemotion_backend.adapters import process, stream_process
from kinemotion_backend.adapters.line_reader import LineReader
from kinemotion_backend.adapters.process import ProcessContext, ProcessLimits
from kinemotion_backend.adapters.stream_process import StreamProcess

pytestmark = pytest.mark.asyncio

TURNS = 40
"""More turns of the event loop than a start takes."""
HAVE_A_CHILD = ("/bin/sh", "-c", 'sleep 600 & echo $! > "$0.new"; mv "$0.new" "$0"; wait')
"""Starts a process and writes its number into a file."""
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def unbounded(command: Sequence[str], *, limits: ProcessLimits) -> list[str]:
    """The command on a machine that gives a process no namespace of its own."""
    return list(command)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def close_all_but(files: int) -> None:
    """Wait until this process has as many open files as it had: asyncio closes them in its next turns."""
    async with asyncio.timeout(PATIENCE_S):
        while psutil.Process().num_fds() != files:  # noqa: ASYNC110  (the system tells nobody)
            await asyncio.sleep(0.01)


async def cancel_after_each_turn(start: Callable[[Path], Coroutine[Any, Any, object]], folder: Path) -> int:
    """Cancel a start after so many turns of the event loop, each time once the process has a child of its own.

    Returns how many processes were started, none of which is left.
    """
    here, started = psutil.Process(), 0
    for turns in range(TURNS):
        note, before = folder / str(turns), set(here.children())
        starting = asyncio.create_task(start(note))
        for _ in range(turns):
            await asyncio.sleep(0)
        has_begun = bool(set(here.children()) - before)
        if has_begun:
            assert eventually(note.exists)  # as if this process had to wait for a processor: the loop does not turn
        starting.cancel()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait({starting})
        assert starting.cancelled()
        if has_begun:
            started += 1
            child = int(note.read_text())
            assert eventually(lambda child=child: not lives(child))
    return started


async def test_a_cancelled_start_of_a_live_engine_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_process, "add_limits", unbounded)

    def start(note: Path) -> Coroutine[Any, Any, object]:
        command = [*HAVE_A_CHILD, str(note)]
        return StreamProcess.spawn(command, limits=UNHURRIED, environment=ENVIRONMENT, on_change=lambda _: None)

    files = psutil.Process().num_fds()
    assert await cancel_after_each_turn(start, tmp_path) > 10
    await close_all_but(files)


async def test_a_cancelled_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "add_limits", unbounded)

    def start(note: Path) -> Coroutine[Any, Any, object]:
        context = ProcessContext(environment=ENVIRONMENT)
        return process.run([*HAVE_A_CHILD, str(note)], limits=UNHURRIED, context=context, on_line=lambda _: None)

    files = psutil.Process().num_fds()
    assert await cancel_after_each_turn(start, tmp_path) > 10
    await close_all_but(files)


async def test_a_reader_that_is_cancelled_while_it_opens_closes_its_pipe() -> None:
    async def read() -> None:
        async with LineReader(lambda _: None).open():
            await asyncio.sleep(PATIENCE_S)

    files = psutil.Process().num_fds()
    for turns in range(TURNS):
        reading = asyncio.create_task(read())
        for _ in range(turns):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait({reading})
    await close_all_but(files)


async def test_a_process_that_writes_without_end_ends_with_its_time() -> None:
    code = "import signal, sys; signal.signal(15, 1)\nwhile True: sys.stdout.write('noise' * 10_000)"
    limits = ProcessLimits(timeout_s=0.5, nice=0)
    context = ProcessContext(environment=ENVIRONMENT)
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(TimeoutError):
            await process.run(
                [sys.executable, "-S", "-c", code], limits=limits, context=context, on_line=lambda _: None
            )
