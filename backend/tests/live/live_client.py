"""A client of live streams: what it sends, and what it reads."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from struct import Struct
from typing import Any, cast

from stand_in import PATIENCE_S, Server
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

HEADER = Struct("<BBHIq")
JPEG, H264, RGB, LANDMARKS = 2, 3, 4, 5

Message = dict[str, Any]


def frame(number: int, *, codec: int = LANDMARKS, time_us: int | None = None, **order: Any) -> bytes:
    """The frame of that number at 30 a second, with an order for the stand-in engine."""
    stamp = number * 33_333 if time_us is None else time_us
    return HEADER.pack(1, codec, 0, number, stamp) + json.dumps(order).encode()


@contextmanager
def connected(server: Server, path: str = "/ws/analyze", **given: Any) -> Generator[ClientConnection]:
    """A connection that is closed at the end, as a client leaves that has what it wants."""
    url = f"{server.url.replace('http', 'ws', 1)}{path}"
    limits = {"open_timeout": PATIENCE_S, "close_timeout": PATIENCE_S, "compression": None}
    with cast("ClientConnection", connect(url, **limits, **given)) as connection:  # pyright: ignore[reportArgumentType]
        yield connection


def tell(connection: ClientConnection, **message: Any) -> None:
    connection.send(json.dumps(message))


def hear(connection: ClientConnection, kind: str) -> Message:
    """Return the next message of that kind."""
    while True:
        message = json.loads(connection.recv(timeout=PATIENCE_S))
        if message["type"] == kind:
            return message


def read_end(connection: ClientConnection) -> tuple[list[Message], int | None]:
    """Return all messages that are left, and the code that the connection is closed with."""
    messages: list[Message] = []
    try:
        while True:
            messages.append(json.loads(connection.recv(timeout=PATIENCE_S)))
    except ConnectionClosed as closed:
        return messages, closed.rcvd.code if closed.rcvd else None


def send_jump(connection: ClientConnection, *, first: int = 0, count: int = 31) -> None:
    """Send frames in which the stand-in finds a jump, each when the one before is answered."""
    for number in range(first, first + count):
        connection.send(frame(number))
        hear(connection, "state")


def read_kinds(lines: Iterator[str], *, until: str | None = None) -> list[str]:
    """Return the kinds of the next server-sent events, up to one of that kind, or up to the end."""
    kinds: list[str] = []
    for line in lines:
        if line.startswith("event: "):
            kinds.append(line.removeprefix("event: "))
            if kinds[-1] == until:
                break
    return kinds
