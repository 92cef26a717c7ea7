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


class LineReader(asyncio.Protocol):
    """Reads lines without a task: to wake one for every piece costs more than to handle the lines.

    Parameters
    ----------
    take
        Gets the lines that were read in one go.
    """

    def __init__(self, take: Callable[[Sequence[bytes]], None]) -> None:
        self._take = take
        self._rest = b""
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
        """Hand the whole lines over; a line that never ends is cut."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[:MAX_LINE_BYTES]
        if lines:
            self._take(lines)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio's signature)
        """Say that no more lines come."""
        self.ended.set()
