"""The lines that a process writes, handed over as they are read."""

import asyncio
import fcntl
import os
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from kinemotion_backend.waiting.cancellation import wait_to_end

MAX_LINE_BYTES = 4 * 1024 * 1024
PIPE_BYTES = 16 * 1024
"""What the pipe holds: about fifty states. More wait in the engine, where newer ones replace them."""


class LineSplitter:
    """Puts pieces together to lines; a line that never ends is cut."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._begun: list[bytes] = []
        self._begun_bytes = 0

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the lines that end in this piece."""
        first, *others = piece.split(b"\n")
        self._keep(first)
        if not others:
            return []
        lines = [b"".join(self._begun), *(line[: self._most_bytes] for line in others[:-1])]
        self._begun, self._begun_bytes = [], 0
        self._keep(others[-1])
        return lines

    def finish(self) -> list[bytes]:
        """Return the line that has no end, where there is one."""
        return [b"".join(self._begun)] if self._begun else []

    def _keep(self, part: bytes) -> None:
        part = part[: self._most_bytes - self._begun_bytes]
        if part:
            self._begun.append(part)
            self._begun_bytes += len(part)


class LineReader(asyncio.Protocol):
    """Reads lines without a task: to wake one for every piece costs more than to handle the lines.

    Parameters
    ----------
    take
        Gets the lines that were read in one go.
    """

    def __init__(self, take: Callable[[Sequence[bytes]], None]) -> None:
        self._take = take
        self._splitter = LineSplitter(MAX_LINE_BYTES)
        self._transport: asyncio.BaseTransport | None = None
        self.ended = asyncio.Event()
        """Set when no more lines come."""

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[int]:
        """Open a pipe, begin to read it, and yield the end that a process is given to write to.

        The end is closed here when the block ends. Nothing is read where the block fails or is cancelled.
        """
        read_end, write_end = os.pipe()
        try:
            if sys.platform == "linux":
                with suppress(OSError):
                    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            loop = asyncio.get_running_loop()
            await wait_to_end(loop.create_task(loop.connect_read_pipe(lambda: self, os.fdopen(read_end, "rb", 0))))
            yield write_end
        except BaseException:
            self.close()
            raise
        finally:
            os.close(write_end)

    def close(self) -> None:
        """Read no more."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is to be closed."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand the whole lines over."""
        if lines := self._splitter.feed(data):
            self._take(lines)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio's signature)
        """Say that no more lines come."""
        self.ended.set()
