"""The service, which also says how late its event loop was: ``python timed_service.py FILE``."""

import asyncio
import json
import socket
import sys
import time
from pathlib import Path

from kinemotion_backend import server
from kinemotion_backend.__main__ import main

TICK_S = 0.005


class TimedServer(server.Server):
    """Writes the delays of the loop, in seconds, into the file when it ends."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and begin to measure."""
        await super().startup(sockets)
        self._delays_s: list[float] = []
        self._measuring = asyncio.create_task(self._measure())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Write what was measured, and end."""
        self._measuring.cancel()
        Path(sys.argv[1]).write_text(json.dumps(self._delays_s), "utf-8")  # noqa: ASYNC240  (nobody is served any more)
        await super().shutdown(sockets)

    async def _measure(self) -> None:
        while True:
            due_s = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            self._delays_s.append(max(0.0, time.perf_counter() - due_s))


if __name__ == "__main__":
    server.Server = TimedServer
    main([])
