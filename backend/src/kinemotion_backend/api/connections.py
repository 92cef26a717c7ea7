"""Connections within bounds: who connects and asks nothing takes neither descriptors nor patience without end."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def bounded_connections(*, most: int, head_s: float) -> type[asyncio.Protocol]:
    """Uvicorn's HTTP, which hangs up beyond so many open connections, and on a request whose head takes longer."""

    class BoundedConnection(H11Protocol):
        _head_due: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._watch_head()
            if len(self.connections) > most:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch_head()

        def _watch_head(self) -> None:
            """Set the clock where a head is begun, and stop it where it is complete."""
            waiting = self.conn.their_state is h11.IDLE
            if waiting and self._head_due is None:
                self._head_due = self.loop.call_later(head_s, self.timeout_keep_alive_handler)
            elif not waiting and self._head_due is not None:
                self._head_due.cancel()
                self._head_due = None

    return BoundedConnection
