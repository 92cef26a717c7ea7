"""A connection is read on while few small messages wait: the answer to a ping may lie behind them."""

import asyncio
import socket

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from kinemotion_backend.api.websockets import MAX_UNREAD, SMALL_BYTES, WEBSOCKET_OPTIONS, LiveConnection

pytestmark = pytest.mark.asyncio


async def connect(near: socket.socket) -> LiveConnection:
    """A connection that is open, and reads from the socket."""
    config = uvicorn.Config("kinemotion_backend.app:app", log_config=None, interface="asgi3", **WEBSOCKET_OPTIONS)
    config.loaded, config.loaded_app = True, None
    made = LiveConnection(config, ServerState(), {})
    made.transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=near)
    return made


def bring(connection: LiveConnection, payload: bytes) -> None:
    """Let a binary message come."""
    connection.handle_bytes(Frame(Opcode.BINARY, payload))


async def test_reading_goes_on_until_many_small_messages_wait() -> None:
    near, far = socket.socketpair()
    connection = await connect(near)
    for _ in range(MAX_UNREAD - 1):
        bring(connection, b"landmarks")
        assert connection.transport.is_reading()
    bring(connection, b"landmarks")
    assert not connection.transport.is_reading()
    payloads = [(await connection.receive()).get("bytes") for _ in range(MAX_UNREAD)]
    assert payloads == [b"landmarks"] * MAX_UNREAD
    assert connection.transport.is_reading()
    connection.transport.abort()
    far.close()


async def test_reading_waits_behind_a_large_message() -> None:
    near, far = socket.socketpair()
    connection = await connect(near)
    bring(connection, bytes(SMALL_BYTES + 1))
    assert not connection.transport.is_reading()
    await connection.receive()
    assert connection.transport.is_reading()
    connection.transport.abort()
    far.close()


async def ask(near: socket.socket) -> LiveConnection:
    """A connection whose client was asked whether it is there, and has not answered in time."""
    connection = await connect(near)
    connection.conn.state = State.OPEN
    connection.send_keepalive_ping()
    connection.keepalive_timeout()
    return connection


async def test_an_answer_that_was_read_late_keeps_the_connection() -> None:
    near, far = socket.socketpair()
    connection = await ask(near)
    assert connection.pending_ping_payload is not None
    connection.handle_pong(Frame(Opcode.PONG, connection.pending_ping_payload))
    assert connection.pong_timer is None
    assert not connection.transport.is_closing()
    connection.transport.abort()
    far.close()


async def test_a_client_that_does_not_answer_at_all_is_cut_off() -> None:
    near, far = socket.socketpair()
    connection = await ask(near)
    assert not connection.transport.is_closing()
    connection.keepalive_timeout()
    assert connection.transport.is_closing()
    far.close()
