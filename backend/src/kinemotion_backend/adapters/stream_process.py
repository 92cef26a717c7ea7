"""One warm ``kinemotion stream`` process: many sessions over one pair of pipes."""

import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import structlog

from kinemotion_backend.adapters.line_reader import LineReader
from kinemotion_backend.adapters.process import ProcessLimits, add_limits, start_or_kill
from kinemotion_backend.adapters.stream_records import read_line
from kinemotion_backend.contract.documents import is_readable
from kinemotion_backend.errors import EngineUnusable

WRITE_BYTES = 16 * 1024
"""Records that are written in one go: some of landmarks, or one with a picture, as a newer one may replace the next."""
START_S = 60.0
"""How long the engine may take until it is ready: it loads its models."""
END_S = 5.0
"""How long it may take to end when its input ends."""
LOGGED_LINES = 100

log = structlog.stdlib.get_logger(__name__)


class Feed(Protocol):
    """A session as its process sees it."""

    def take_record(self) -> bytes | None:
        """Return the next record to write; None when nothing waits."""
        ...

    def receive_event(self, content: dict[str, Any]) -> None:
        """Take an event of the engine."""
        ...

    def hand_over(self) -> None:
        """Pass the newest event on: no more are there now."""
        ...

    def lose_engine(self) -> None:
        """Learn that the process has died."""
        ...


class StreamProcess:
    """A process that is ready, and the sessions in it."""

    _process: asyncio.subprocess.Process
    _stdin: asyncio.StreamWriter

    def __init__(self, *, on_change: Callable[["StreamProcess"], None]) -> None:
        self._lines = LineReader(self._receive_lines)
        self._errors = LineReader(self._log_errors)
        self._logged = 0
        self._ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._on_change = on_change
        self._feeds: dict[int, Feed] = {}
        self._turns: deque[Feed] = deque()
        self._has_turns = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._next = 1
        self.version = ""
        self.started_s = time.monotonic()
        self.is_dead = False

    @classmethod
    async def spawn(
        cls,
        command: Sequence[str],
        *,
        limits: ProcessLimits,
        environment: Mapping[str, str],
        on_change: Callable[["StreamProcess"], None],
    ) -> "StreamProcess":
        """Start a process and wait until it is ready.

        Raises
        ------
        EngineUnusable
            When it does not start, does not become ready, or has another contract.
        """
        made = cls(on_change=on_change)
        try:
            async with made._lines.open() as output, made._errors.open() as errors:
                made._process = await start_or_kill(
                    asyncio.create_subprocess_exec(
                        *add_limits(command, limits=limits),
                        stdin=asyncio.subprocess.PIPE,
                        stdout=output,
                        stderr=errors,
                        env=environment,
                        start_new_session=True,
                    )
                )
        except OSError as problem:
            raise EngineUnusable("The live engine does not start.") from problem
        assert made._process.stdin is not None  # noqa: S101  (a pipe, asked for above)
        made._stdin = made._process.stdin
        try:
            async with asyncio.timeout(START_S):
                await made._wait_until_ready()
        except BaseException as problem:
            await made.kill()
            if isinstance(problem, TimeoutError):
                raise EngineUnusable("The live engine did not become ready in time.") from problem
            raise
        made._tasks = [asyncio.create_task(made._write()), asyncio.create_task(made._watch())]
        return made

    @property
    def sessions(self) -> int:
        """How many sessions it has."""
        return len(self._feeds)

    @property
    def opened(self) -> int:
        """How many sessions it has had."""
        return self._next - 1

    def add(self, feed: Feed) -> int:
        """Take a session in; return its number."""
        number, self._next = self._next, self._next + 1
        self._feeds[number] = feed
        return number

    def forget(self, number: int) -> None:
        """Pass no more events of a session on."""
        if self._feeds.pop(number, None) is not None and not self.is_dead:
            self._on_change(self)

    def give_turn(self, feed: Feed) -> None:
        """Put a session that has something to write at the end of the queue."""
        self._turns.append(feed)
        self._has_turns.set()

    def memory_bytes(self) -> int:
        """Return the resident memory of the process and those below it; 0 where the system does not say."""
        return sum(_read_memory(process) for process in _list_group(self._process.pid))

    async def end(self) -> None:
        """End the process in order: its input ends, then it does; it is killed where that takes too long."""
        self.is_dead = True
        with suppress(OSError):
            self._stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """Kill the process and everything that it has started."""
        self.is_dead = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._stdin.transport.abort()  # a process that left the group and holds the other end must not be waited for
        self._lines.close()
        self._errors.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._process.wait()

    async def _wait_until_ready(self) -> None:
        ending = asyncio.create_task(self._lines.ended.wait())
        try:
            await asyncio.wait({self._ready, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        if not self._ready.done():
            raise EngineUnusable("The engine has no live streams. Install a newer engine.")
        answer = self._ready.result()
        if not is_readable(str(answer.get("schema_version"))):
            raise EngineUnusable("The live engine has another contract.")
        self.version = str(answer.get("version", ""))

    async def _write(self) -> None:
        """Write records: one of each session in turn, as fast as the engine reads."""
        with suppress(ConnectionError):  # the reader notices the end
            while True:
                await self._has_turns.wait()
                while self._turns:
                    self._stdin.write(self._take_records())
                    await self._stdin.drain()
                self._has_turns.clear()

    def _take_records(self) -> bytes:
        """Return the next records, in one piece."""
        records = bytearray()
        while self._turns and len(records) < WRITE_BYTES:
            records += self._turns.popleft().take_record() or b""
        return bytes(records)

    async def _watch(self) -> None:
        """Tell the sessions when the process ends."""
        await self._lines.ended.wait()
        if self.is_dead:
            return
        self.is_dead = True
        log.warning("live_engine_died", sessions=self.sessions)
        feeds = tuple(self._feeds.values())
        self._feeds.clear()
        self._on_change(self)
        for feed in feeds:
            feed.lose_engine()

    def _receive_lines(self, lines: Sequence[bytes]) -> None:
        """Pass lines on to their sessions: of states that were read together, each session passes the newest on."""
        receivers: dict[int, Feed] = {}
        for line in lines:
            self._receive_line(line, receivers)
        for feed in receivers.values():
            feed.hand_over()

    def _receive_line(self, line: bytes, receivers: dict[int, Feed]) -> None:
        answer = read_line(line)
        if answer is None:
            log.warning("live_engine_line_not_readable", bytes=len(line))
            return
        number, content = answer
        if content["event"] == "ready" and not self._ready.done():
            self._ready.set_result(content)
        feed = self._feeds.get(number or 0)
        if feed is None:
            if content["event"] == "error":
                log.warning("live_engine_error", error=content.get("error"))
            return
        receivers[number or 0] = feed
        feed.receive_event(content)
        if content["event"] == "closed":
            self.forget(number or 0)

    def _log_errors(self, lines: Sequence[bytes]) -> None:
        """Log what the process says on standard error, up to a limit."""
        for line in lines[: LOGGED_LINES - self._logged]:
            self._logged += 1
            log.info("live_engine_stderr", line=line.decode(errors="replace")[:500])


def _list_group(leader: int) -> list[Path]:
    """Return the folders in /proc of the process and of those below it."""
    found, waiting = list[Path](), [leader]
    while waiting:
        folder = Path("/proc", str(waiting.pop()))
        found.append(folder)
        with suppress(OSError):
            children = (folder / "task" / folder.name / "children").read_text("ascii")
            waiting += map(int, children.split())
    return found


def _read_memory(process: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int((process / "statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
