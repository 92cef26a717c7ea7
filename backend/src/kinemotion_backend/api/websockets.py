"""Limit WebSocket connections: one whose client does not answer or read, or sends frames without end, is closed."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidState
from websockets.http11 import Response
from websockets.server import ServerProtocol

from kinemotion_backend.api.middleware import complete_last_answer
from kinemotion_backend.api.problems import make_problem
from kinemotion_backend.live.closing import CloseCode
from kinemotion_backend.live.messages import MAX_MESSAGE_BYTES

DIRECT = "kinemotion.direct"
"""ASGI extension: the connection itself, for messages that need no task of their own to be taken or sent."""
PING_S = 5.0
"""How often a client is asked whether it is there, and how long it may take to answer."""
CLOSE_S = 5.0
"""How long a client may take to answer the close of its connection."""
SECOND_CHANCE_S = 5.0
"""How much longer it may take: where this process itself was held up, the answer lies unread in the socket."""
HEAD_BYTES = 16
BUFFER_BYTES = 256 * 1024
"""What may wait in a connection for a slow reader; beyond it, newer states replace older ones."""
SMALL_BYTES, MAX_UNREAD = 4096, 16
"""A connection is read on while few small messages wait: pausing after each costs two calls of the system."""
PIECE_BYTES = 4096
"""Parsed at once: some hundred frames at most, then they are counted."""
MAX_FRAMES = 512
"""Frames in what is read at once, a quarter of a mebibyte at most, and fragments of one message. Landmarks, the
smallest frames that a client has to send, have 528 bytes; the parser needs some milliseconds for so many empty ones."""


class Handshake(ServerProtocol):
    """The protocol of one connection; it refuses a handshake with a problem, as every other request is refused."""

    def reject(self, status: HTTPStatus | int, text: str) -> Response:
        """Return the answer to a handshake that is refused."""
        refused = super().reject(status, text)
        code = "invalid_http" if text else None
        problem = make_problem(refused.status_code, code=code, detail=text.partition("\n")[0])
        complete_last_answer(problem)
        headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in problem.raw_headers)
        return Response(refused.status_code, refused.reason_phrase, headers, bytes(problem.body))


class LiveConnection(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket; it waits for ever for a client that leaves its messages unread, this one does not."""

    _cut_off: asyncio.TimerHandle | None = None
    _take: Callable[[bytes], None] | None = None
    _has_second_chance = False
    _is_refused = False
    _frames = 0
    _end: Callable[[], None] | None = None

    async def run_asgi(self) -> None:
        """Run the application; it finds this connection among the extensions."""
        self.scope["extensions"] = {**(self.scope.get("extensions") or {}), DIRECT: {"connection": self}}
        await super().run_asgi()

    def take_directly(self, take: Callable[[bytes], None] | None) -> None:
        """Hand each binary message over as it is read, unless others wait before it; None: put it into the queue."""
        self._take = take

    def call_at_end(self, end: Callable[[], None]) -> None:
        """Have this called once the connection is lost."""
        self._end = end

    def write(self, text: bytes) -> bool:
        """Send a text message at once; return False where it would have to wait, or nobody takes it."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        try:
            self.conn.send_text(text)
        except InvalidState:
            return False
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bound what waits to be read."""
        super().connection_made(transport)
        self.conn = Handshake(max_size=self.config.ws_max_size, logger=self.conn.logger)
        self.transport.set_write_buffer_limits(BUFFER_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._cut_off is not None:
            self._cut_off.cancel()
        if self._end is not None:
            self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what was read, in pieces; drop it where the client was refused, or is refused for what is in it.

        The first call brings the whole head of the request.
        """
        self._frames = 0
        for start in range(0, len(data), PIECE_BYTES):
            if self._is_refused:
                return
            super().data_received(data[start : start + PIECE_BYTES])
            if max(self._frames, len(self.frames)) > MAX_FRAMES and not self._is_refused:
                self.conn.fail(CloseCode.MALFORMED, "Too many frames.")
                self.handle_parser_exception()
        if not self.handshake_initiated and not self._is_refused:
            self._is_refused = True
            self.transport.write(self.conn.reject(HTTPStatus.BAD_REQUEST, "The handshake cannot be read.").serialize())
            self.transport.close()

    def handle_events(self) -> None:
        """Count the frames that have come, and handle them."""
        self._frames += len(self.conn.events)
        super().handle_events()

    def handle_parser_exception(self) -> None:
        """Say why the client is refused, and read on until it has gone.

        What lies unread when a connection is closed makes the system reset it, and the client may never read why.
        """
        self._is_refused = True
        sent = self.conn.close_sent
        assert sent is not None  # noqa: S101  (the parser has just refused the client)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": sent.code, "reason": sent.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.write_eof()
        # With a timer of its own set, uvicorn does not close the connection as soon as the application has ended.
        self.close_timer = self.loop.call_later(CLOSE_S, self.transport.abort)

    def send_keepalive_ping(self) -> None:
        """Ask the client whether it is there."""
        self._has_second_chance = True
        super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        """Close the connection of a client that is away: whose answer has not come when there was time to read it."""
        if self._has_second_chance:
            self._has_second_chance = False
            self.pong_timer = self.loop.call_later(SECOND_CHANCE_S, self.keepalive_timeout)
            return
        super().keepalive_timeout()
        self._cut_off_soon(0.0)

    def send_receive_event_to_app(self) -> None:
        """Put a message into the queue; read no further where it is large, or where many wait."""
        if self._take is not None and self.curr_msg_data_type == "bytes" and self.queue.empty() and not self.close_sent:
            message, self.frames = b"".join(self.frames), []
            self._take(message)
            return
        is_small = sum(map(len, self.frames)) <= SMALL_BYTES
        was_paused = self.read_paused
        reads_on = not was_paused and is_small and self.queue.qsize() + 1 < MAX_UNREAD
        self.read_paused = was_paused or reads_on  # uvicorn pauses what is not paused yet
        super().send_receive_event_to_app()
        if reads_on:
            self.read_paused = False

    async def send(self, message: Any) -> None:  # noqa: ANN401  (an ASGI message)
        """Send a message; after the last one, wait for the client's answer no longer than this."""
        if message["type"] == "websocket.close":
            self._cut_off_soon(CLOSE_S)
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True  # it is refused; uvicorn would log that the application forgot it

    def _cut_off_soon(self, after_s: float) -> None:
        if self._cut_off is None:
            self._cut_off = self.loop.call_later(after_s, self.transport.abort)


WEBSOCKET_OPTIONS: dict[str, Any] = {
    "ws": LiveConnection,
    "ws_max_size": MAX_MESSAGE_BYTES + HEAD_BYTES,
    "ws_per_message_deflate": False,  # pictures are compressed already, and landmarks are few bytes
    "ws_ping_interval": PING_S,
    "ws_ping_timeout": PING_S,
}
"""What uvicorn is configured with."""
