"""Run a command within bounds: in a group of its own, both pipes read, nothing of it left afterwards."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from anyio import to_thread

from kinemotion_backend.adapters.line_reader import LineSplitter
from kinemotion_backend.waiting.cancellation import wait_to_end
from kinemotion_backend.workspace import kill_processes_in

READ_BYTES = 8192
"""Read at once: that many short lines take about a millisecond, then other requests have their turn."""
STDOUT_LIMIT_BYTES = 1024 * 1024
LINE_LIMIT_BYTES = 65536
"""A longer line of standard error is cut: a program that never ends its line must not fill the memory."""
LAST_LINES = 20
POLL_S = 0.01
GRACE_S = 0.5
"""Time between the request to stop and the kill."""

OWN_NAMESPACE = ("--pid", "--fork", "--kill-child=KILL")
AS_USER = ("--user", "--map-current-user")
INIT = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
"""The first process of a namespace ignores signals; with a shell in its place the engine takes them as always."""

AUTOGROUP = Path("/proc/self/autogroup")
SET_SESSION_NICENESS = (
    *("/bin/sh", "-c"),
    'for again in 1 2 3; do { echo "$0" > /proc/self/autogroup; } 2>/dev/null && break; sleep 0.1; done; exec "$@"',
)
"""Runs a command in a session of that niceness. Where Linux shares the processor among sessions (autogroup, usual on a
machine without containers), ``nice`` counts only within a session: an engine would take as much as the whole service.
Without rights, one change in a tenth of a second is allowed on the whole machine. Source: sched(7)."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one run of the engine may take; None is no limit."""

    timeout_s: float = 300.0
    memory_bytes: int | None = None
    """Address space (RLIMIT_AS), which counts mapped but untouched memory too."""
    file_bytes: int | None = None
    """Largest file it may write."""
    nice: int = 10


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended; a negative status is the signal that ended it."""

    status: int
    stdout: bytes
    last_lines: tuple[str, ...]
    """The end of its standard error: where a crash explains itself."""


@dataclass(frozen=True, slots=True)
class ProcessContext:
    """Where a process runs and what it sees."""

    folder: Path | None = None
    environment: Mapping[str, str] | None = None
    temporary: Path | None = None
    """Its own place for temporary files (TMPDIR), by which its children are known."""


async def run(
    command: Sequence[str],
    *,
    limits: ProcessLimits,
    context: ProcessContext,
    on_line: Callable[[str], None],
) -> Finished:
    """Run the command to its end; each line of its standard error goes to ``on_line`` as it comes.

    Raises
    ------
    TimeoutError
        When it ran longer than it may; all of its processes have ended by then, as after a cancel.
    """
    # Not asyncio's subprocesses: uvloop copies the whole service for each (fork), which held up all requests eight
    # times as long. And not in a thread: `setpriv --pdeathsig` ends the process with the thread that started it.
    process = subprocess.Popen(  # noqa: ASYNC220, S603  (it takes half a millisecond; the command is ours)
        add_limits(command, limits=limits),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=context.folder,
        env=context.environment,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  (both are pipes, asked for above)
    assert process.stderr is not None  # noqa: S101
    collecting = asyncio.create_task(_collect(process.stdout))
    listening = asyncio.create_task(_read_lines(process.stderr, on_line))
    readers = {collecting, listening}
    try:
        async with asyncio.timeout(limits.timeout_s):
            status = await _wait_for_exit(process)
            await _kill_rest(process, context)  # children left behind would hold the pipes open
            await asyncio.wait(readers)
    finally:
        try:
            await _end(process, context)
            await asyncio.wait(readers, timeout=GRACE_S)  # a process that has left the group may hold the pipes
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.wait(readers)
    return Finished(status, collecting.result(), listening.result())


async def start_or_kill(starting: Coroutine[Any, Any, asyncio.subprocess.Process]) -> asyncio.subprocess.Process:
    """Return the process that is started in a session of its own; if this is cancelled, nothing of it is left.

    A cancel does not reach the start itself: asyncio would kill the first process alone, and then wait for the end of
    pipes that its children hold.
    """
    task = asyncio.create_task(starting)
    try:
        await wait_to_end(task)
    except asyncio.CancelledError:
        if task.exception() is None:
            _signal_group(task.result().pid, signal.SIGKILL)
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):  # nobody reads its pipes
                    await task.result().wait()
        raise
    return task.result()


def add_limits(command: Sequence[str], *, limits: ProcessLimits) -> list[str]:
    """Return the command with prlimit, setpriv, unshare and nice in front: those that this machine has."""
    prefix: list[str] = []
    if prlimit := shutil.which("prlimit"):
        wanted = {"--core": 0, "--as": limits.memory_bytes, "--fsize": limits.file_bytes}
        prefix += [prlimit, *(f"{flag}={value}" for flag, value in wanted.items() if value is not None), "--"]
    if setpriv := shutil.which("setpriv"):
        prefix += [setpriv, "--pdeathsig", "KILL", "--"]
    prefix += find_isolation()
    if AUTOGROUP.exists():
        prefix = [*SET_SESSION_NICENESS, str(limits.nice), *prefix]
    if nice := shutil.which("nice"):
        prefix += [nice, "-n", str(limits.nice), "--"]
    return [*prefix, *command]


@cache
def find_isolation() -> tuple[str, ...]:
    """Return the command that gives a process a pid namespace of its own; nothing where this machine allows none.

    All processes of a namespace end with its first one, also those that left its group and session.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    for flags in (OWN_NAMESPACE, (*AS_USER, *OWN_NAMESPACE)):
        command = (unshare, *flags, "--", *INIT)
        tried = subprocess.run(  # noqa: S603  (a fixed command)
            [*command, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10
        )
        if tried.returncode == 0:
            return command
    return ()


async def _wait_for_exit(process: subprocess.Popen[bytes]) -> int:
    """Return the status of the leader once it has ended."""
    while (status := process.poll()) is None:  # noqa: ASYNC110  (Python has no event for it)
        await asyncio.sleep(POLL_S)
    return status


@asynccontextmanager
async def _open_reader(pipe: IO[bytes]) -> AsyncGenerator[asyncio.StreamReader]:
    """Yield what reads the pipe, which is closed afterwards."""
    reader = asyncio.StreamReader()
    try:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
    except BaseException:
        pipe.close()
        raise
    try:
        yield reader
    finally:
        transport.close()
        await asyncio.sleep(0)  # the pipe is closed in the next turn


async def _read_pieces(pipe: IO[bytes]) -> AsyncGenerator[bytes]:
    """Yield what comes through the pipe; other requests have their turn after each piece."""
    async with _open_reader(pipe) as reader:
        while piece := await reader.read(READ_BYTES):
            yield piece
            await asyncio.sleep(0)


async def _collect(pipe: IO[bytes]) -> bytes:
    """Return what comes, up to the limit; the rest is read and dropped, so that the writer never blocks."""
    kept = bytearray()
    async with aclosing(_read_pieces(pipe)) as pieces:
        async for piece in pieces:
            kept += piece[: STDOUT_LIMIT_BYTES - len(kept)]
    return bytes(kept)


async def _read_lines(pipe: IO[bytes], on_line: Callable[[str], None]) -> tuple[str, ...]:
    """Pass each line on and return the last ones."""
    kept: deque[str] = deque(maxlen=LAST_LINES)

    def pass_on(lines: list[bytes]) -> None:
        for line in lines:
            kept.append(line.decode(errors="replace"))
            on_line(kept[-1])

    splitter = LineSplitter(LINE_LIMIT_BYTES)
    async with aclosing(_read_pieces(pipe)) as pieces:
        async for piece in pieces:
            pass_on(splitter.feed(piece))
    pass_on(splitter.finish())
    return tuple(kept)


async def _end(process: subprocess.Popen[bytes], context: ProcessContext) -> None:
    """Terminate the process group, kill it after the grace period, and reap the process."""
    try:
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGTERM)
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):  # wait_for of Python 3.11 can lose a cancellation
                    await _wait_for_exit(process)
    finally:  # a second cancel must not spare the group
        _signal_group(process.pid, signal.SIGKILL)
        await _kill_rest(process, context)
    await _wait_for_exit(process)


async def _kill_rest(process: subprocess.Popen[bytes], context: ProcessContext) -> None:
    """Kill what is left of the group, and what left the group and is known by its place for temporary files."""
    _signal_group(process.pid, signal.SIGKILL)
    if context.temporary is not None:
        await to_thread.run_sync(kill_processes_in, context.temporary)


def _signal_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, number)
