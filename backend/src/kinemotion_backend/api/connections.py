"""Connections within bounds: who connects and does not ask, or asks and does not read, is hung up on."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def bounded_connections(*, most: int, patience_s: float) -> type[asyncio.Protocol]:
    """Uvicorn's HTTP, which hangs up beyond so many open connections, and on a client it has waited for so long."""

    class BoundedConnection(H11Protocol):
        _unread = False
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._watch()
            if len(self.connections) > most:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._unread = True
            self._watch()

        def resume_writing(self) -> None:
            super().resume_writing()
            self._unread = False
            self._watch()

        def _watch(self) -> None:
            """Set the clock where waiting for the client begins, and stop it where it ends."""
            waiting = self._unread or self.conn.their_state is h11.IDLE  # or the head of a request is not complete
            if waiting and self._deadline is None:
                self._deadline = self.loop.call_later(patience_s, self.transport.abort)
            elif not waiting and self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return BoundedConnection
