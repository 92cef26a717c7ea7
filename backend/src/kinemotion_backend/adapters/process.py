"""A command run within bounds: its own group, both pipes drained, killed whole when it must end."""

import asyncio
import os
import shutil
import signal
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

READ_BYTES = 65536
STDOUT_LIMIT_BYTES = 8 * 1024 * 1024
LINE_LIMIT_BYTES = 65536
"""A line of standard error beyond this is cut: a program that never ends its line must not fill the memory."""
LAST_LINES = 20
POLL_S = 0.01
GRACE_S = 0.5
"""Time between the request to stop and the kill."""


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
class Surroundings:
    """Where a process runs and what it sees."""

    folder: Path | None = None
    environment: Mapping[str, str] | None = None


async def run(
    command: Sequence[str],
    *,
    limits: ProcessLimits,
    surroundings: Surroundings,
    on_line: Callable[[str], None],
) -> Finished:
    """How the command ended; each line of its standard error goes to ``on_line`` as it comes.

    Raises
    ------
    TimeoutError
        When it ran longer than it may; the whole group has ended by then, as after a cancel.
    """
    process = await asyncio.create_subprocess_exec(
        *bounded(command, limits=limits),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=surroundings.folder,
        env=surroundings.environment,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  (both are pipes, asked for above)
    assert process.stderr is not None  # noqa: S101
    reading = asyncio.gather(_collect(process.stdout), _each_line(process.stderr, on_line))
    try:
        async with asyncio.timeout(limits.timeout_s):
            status = await _exit_status(process)
            _signal_group(process, signal.SIGKILL)  # children left behind would hold the pipes open
            stdout, last_lines = await reading
    finally:
        reading.cancel()
        await _end(process)
        with suppress(asyncio.CancelledError):
            await reading
    return Finished(status, stdout, last_lines)


def bounded(command: Sequence[str], *, limits: ProcessLimits) -> list[str]:
    """The command behind the system's own tools for limits, as far as this machine has them."""
    prefix: list[str] = []
    if prlimit := shutil.which("prlimit"):
        asked = {"--core": 0, "--as": limits.memory_bytes, "--fsize": limits.file_bytes}
        prefix += [prlimit, *(f"{flag}={value}" for flag, value in asked.items() if value is not None), "--"]
    if setpriv := shutil.which("setpriv"):
        prefix += [setpriv, "--pdeathsig", "KILL", "--"]
    if nice := shutil.which("nice"):
        prefix += [nice, "-n", str(limits.nice), "--"]
    return [*prefix, *command]


async def _exit_status(process: asyncio.subprocess.Process) -> int:
    """How the leader ended; ``process.wait()`` would wait for its children too, as long as they hold the pipes."""
    while process.returncode is None:  # noqa: ASYNC110  (asyncio tells nobody)
        await asyncio.sleep(POLL_S)
    return process.returncode


async def _collect(stream: asyncio.StreamReader) -> bytes:
    """All of the stream up to the limit; the rest is read and forgotten, so that the writer never blocks."""
    kept = bytearray()
    while chunk := await stream.read(READ_BYTES):
        kept += chunk[: STDOUT_LIMIT_BYTES - len(kept)]
    return bytes(kept)


async def _each_line(stream: asyncio.StreamReader, on_line: Callable[[str], None]) -> tuple[str, ...]:
    """The last lines, after each was told."""
    kept: deque[str] = deque(maxlen=LAST_LINES)
    async for line in _lines(stream):
        on_line(line)
        kept.append(line)
    return tuple(kept)


async def _lines(stream: asyncio.StreamReader) -> AsyncGenerator[str]:
    rest = b""
    while chunk := await stream.read(READ_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[:LINE_LIMIT_BYTES]
        for line in lines:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the group to stop, then kill what is left of it, and bury the leader."""
    try:
        if process.returncode is None:
            _signal_group(process, signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(_exit_status(process), GRACE_S)
    finally:  # a second cancel must not spare the group
        _signal_group(process, signal.SIGKILL)
    await process.wait()


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
