"""Limit connections: their number, how long the service waits for a client, and the size of a request head.

uvicorn's own ``limit_concurrency`` answers without a request id and counts no clients; and no ASGI middleware sees a
connection before its first request is complete. So this part lies below the application.
"""

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from kinemotion_backend.api.middleware import complete_last_answer, wrap_application
from kinemotion_backend.api.problems import ProblemResponse, as_problem, make_problem
from kinemotion_backend.api.websockets import LiveConnection
from kinemotion_backend.errors import Saturated, TooManyAtOnce
from kinemotion_backend.keys.callers import Network, is_in_networks
from kinemotion_backend.uploads.admission import find_client_key

READ_BYTES = 32 * 1024
"""Read at once: 32 KiB of one-byte chunks take about a millisecond, then the next connection has its turn."""
MAX_HEAD_BYTES = 64 * 1024
"""Bytes that are no body, in one piece: the head of a request, chunk extensions, trailers."""
SPARE_CONNECTIONS = 16
"""Connections beyond the limit that still get an answer, 503 or 429; any more are closed."""

log = structlog.stdlib.get_logger("kinemotion_backend.access")


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be, and how long the service waits for a client."""

    max_connections: int
    max_per_client: int
    client_timeout_s: float
    proxies: Collection[Network] = ()
    """Networks of the proxies, which speak for many clients."""
    https: bool = False


def bound_connections(limits: ConnectionLimits) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP with these limits, for ``uvicorn.Config(http=...)``."""
    return type("Connection", (BoundedConnection,), {"limits": limits, "open_ones": Counter[str]()})


def _refuse(error: Saturated | TooManyAtOnce, *, https: bool) -> ASGIApp:
    refusal = as_problem(error)
    refusal.headers["Connection"] = "close"
    return wrap_application(refusal, https=https)


class BoundedConnection(HttpToolsProtocol, asyncio.BufferedProtocol):
    """A connection that is closed when its client neither asks nor reads, and refused when there are too many."""

    limits: ConnectionLimits
    open_ones: Counter[str]
    _key: str | None = None
    _is_refused = False
    _is_unread = False
    _is_upgraded = False
    _deadline: asyncio.TimerHandle | None = None
    _overhead_bytes = 0

    def connection_made(  # pyright: ignore[reportIncompatibleMethodOverride]  (uvicorn declares it so)
        self, transport: asyncio.Transport
    ) -> None:
        """Count the connection and begin to wait for a request."""
        super().connection_made(transport)
        self._buffer = memoryview(bytearray(READ_BYTES))
        host = self.client[0] if self.client else ""
        self._key = find_client_key(host)
        self.open_ones[self._key] += 1
        too_many = len(self.connections) - self.limits.max_connections
        if too_many > SPARE_CONNECTIONS:
            transport.abort()
        elif too_many > 0:
            self._refuse_all(Saturated("Too many connections are open."))
        elif self.open_ones[self._key] > self.limits.max_per_client and not is_in_networks(host, self.limits.proxies):
            self._refuse_all(TooManyAtOnce("Too many connections of your address are open."))
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget()
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  (asyncio's call)
        """Return where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take the bytes that have come."""
        self.data_received(bytes(self._buffer[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Parse the bytes in pieces: an event loop that knows no ``get_buffer`` for this class brings more of them."""
        for start in range(0, len(data), READ_BYTES):
            self._parse(data[start : start + READ_BYTES])

    def _parse(self, data: bytes) -> None:
        """Parse the bytes; refuse a head without an end."""
        if self.transport.is_closing():
            return
        self._overhead_bytes += len(data)
        if self._overhead_bytes > MAX_HEAD_BYTES:
            self._answer(make_problem(431, detail="The head of the request is too long."))
            return
        super().data_received(data)
        self._watch()

    def on_headers_complete(self) -> None:
        """Begin the request."""
        self._overhead_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._overhead_bytes = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read."""
        super().pause_writing()
        self._is_unread = True
        self._watch()

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._is_unread = False
        self._watch()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, unless it is one too many; it counts until it is lost."""
        if self._is_refused:
            self._answer(as_problem(Saturated("Too many connections are open.")))
            return
        self._stop_clock()
        self._is_upgraded = True
        super().handle_websocket_upgrade()
        upgraded = self.transport.get_protocol()
        assert isinstance(upgraded, LiveConnection)  # noqa: S101  (what the server is configured with)
        upgraded.call_at_end(self._forget)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem."""
        self._answer(make_problem(400, code="invalid_http", detail=msg))

    def _refuse_all(self, error: Saturated | TooManyAtOnce) -> None:
        self._is_refused = True
        self.app = _refuse(error, https=self.limits.https)

    def _answer(self, problem: ProblemResponse) -> None:
        """Write the problem, unless another answer has begun, and close the connection."""
        if self.transport.is_closing():
            return
        request_id = complete_last_answer(problem)
        cycle = self._get_cycle()
        if cycle is None or cycle.response_complete or not cycle.response_started:
            lines = [b"%s: %s\r\n" % (name, value) for name, value in problem.raw_headers]
            self.transport.write(b"".join([STATUS_LINE[problem.status_code], *lines, b"\r\n", bytes(problem.body)]))
        client = self.client[0] if self.client else None
        log.info("invalid_http", request_id=request_id, client=client, status=problem.status_code)
        self.transport.close()

    def _watch(self) -> None:
        """Set the clock when a wait for the client begins, and stop it when it ends."""
        if self._is_upgraded:  # the connection is the WebSocket's now
            return
        cycle = self._get_cycle()
        is_waiting = self._is_unread or cycle is None or cycle.response_complete
        if not is_waiting:
            self._stop_clock()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self.limits.client_timeout_s, self.transport.abort)

    def _get_cycle(self) -> RequestResponseCycle | None:
        """Return the newest request; uvicorn declares that there always is one."""
        return self.cycle

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _forget(self) -> None:
        self._stop_clock()
        if self._key is not None:
            self.open_ones[self._key] -= 1
            if self.open_ones[self._key] <= 0:
                del self.open_ones[self._key]
            self._key = None
