"""Clients of live streams that send at a camera's pace, and what they see: how late each state is, and what is lost.

The clients share the processors with what they measure, so they are made cheap: all of them live in one loop without
tasks, their frames are built before the run with a mask of zeros, and of a state only its time stamp is read.
"""

import json
import select
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from struct import Struct
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

HEADER = Struct("<BBHIq")
FPS = 30
PATIENCE_S = 60.0
READ_BYTES = 1 << 16
FINAL, TEXT, BINARY, CLOSE, PING, PONG = 0x80, 1, 2, 8, 9, 10
MASKED, ZEROS = 0x80, bytes(4)
"""A client must mask what it sends; with a mask of zeros the bytes stay as they are."""
STATE = b'{"type":"state","timestamp_ms":'


@dataclass(frozen=True, slots=True)
class Scene:
    """What every stream of a run sends: payloads of one codec, again and again."""

    codec: int
    payloads: Sequence[bytes]
    quality: str
    seconds: float

    @property
    def frames(self) -> int:
        """How many frames a stream sends."""
        return round(self.seconds * FPS)


@dataclass(slots=True)
class Seen:
    """What one client has seen."""

    late_ms: list[float] = field(default_factory=list[float])
    """From sending a frame to its state."""
    send_late_ms: list[float] = field(default_factory=list[float])
    """How late the client itself was."""
    provisional_s: list[float] = field(default_factory=list[float])
    final_s: list[float] = field(default_factory=list[float])
    """From the landing before the camera to the result."""
    connect_s: float = 0.0
    sent: int = 0
    dropped: int = 0
    errors: list[str] = field(default_factory=list[str])


class Client:
    """One stream over a WebSocket."""

    def __init__(self, url: str, scene: Scene, *, first: int) -> None:
        address = urlsplit(url)
        self._scene = scene
        self._first = first
        self._sent_s: list[float] = []
        self._unread = bytearray()
        self._unsent = bytearray()
        self._began_s = perf_counter()
        self.seen = Seen()
        self.is_ready = self.is_over = False
        self.socket = socket.create_connection((address.hostname, address.port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        target = f"/ws/analyze?movement=cmj&quality={scene.quality}"
        self._send(
            f"GET {target} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        self._is_upgraded = False

    def send_frame(self, number: int, *, due_s: float) -> None:
        """Send one frame."""
        payloads, now_s = self._scene.payloads, perf_counter()
        self.seen.send_late_ms.append(1000 * (now_s - due_s))
        self._sent_s.append(now_s)
        payload = payloads[(self._first + number) % len(payloads)]
        header = HEADER.pack(1, self._scene.codec, 0, number, round(number * 1e6 / FPS))
        self._send(_write_head(BINARY, HEADER.size + len(payload)), header, payload)
        self.seen.sent += 1

    def ask_for_result(self) -> None:
        """Say that no more frames come."""
        text = b'{"type":"close"}'
        self._send(_write_head(TEXT, len(text)), text)

    def read(self) -> None:
        """Read what has come, and send what had to wait."""
        try:
            if self._unsent:
                self._send()
            received = self.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError as problem:
            self.fail(type(problem).__name__)
            return
        if not received:
            self.fail("ConnectionClosed")
            return
        self._unread += received
        if self._is_upgraded or self._read_answer():
            self._read_frames(perf_counter())

    def fail(self, reason: str) -> None:
        """Give up, unless the stream has ended already."""
        if not self.is_over:
            self.is_over = True
            self.seen.errors.append(reason)
            self.socket.close()

    def _send(self, *parts: bytes) -> None:
        """Send without waiting; what the socket does not take follows later."""
        waiting = b"".join((self._unsent, *parts))
        try:
            taken = self.socket.send(waiting)
        except BlockingIOError:
            taken = 0
        except OSError as problem:
            self.fail(type(problem).__name__)
            return
        self._unsent = bytearray(waiting[taken:])

    def _read_answer(self) -> bool:
        """Read the answer to the handshake; return whether the connection is a WebSocket now."""
        head, end, rest = bytes(self._unread).partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 101 " not in head.partition(b"\r\n")[0]:
            self.fail(head.partition(b"\r\n")[0].decode())
            return False
        self._unread = bytearray(rest)
        self._is_upgraded = True
        return True

    def _read_frames(self, now_s: float) -> None:
        """Read every whole WebSocket frame; the service sends each message in one."""
        place, unread = 0, self._unread
        while not self.is_over and len(unread) - place >= 2:
            size, begin = unread[place + 1], place + 2
            if size >= 126:
                begin += 2 if size == 126 else 8
                size = int.from_bytes(unread[place + 2 : begin], "big")
            if len(unread) < begin + size:
                break
            self._note_frame(unread[place] & 0x0F, bytes(unread[begin : begin + size]), now_s=now_s)
            place = begin + size
        del unread[:place]

    def _note_frame(self, kind: int, content: bytes, *, now_s: float) -> None:
        if kind == TEXT and content.startswith(STATE):
            number = round(float(content[len(STATE) : content.index(b",", len(STATE))]) * FPS / 1000)
            self.seen.late_ms.append(1000 * (now_s - self._sent_s[number]))
        elif kind == TEXT:
            self._note(json.loads(content), now_s=now_s)
        elif kind == PING:
            self._send(_write_head(PONG, len(content)), content)
        elif kind == CLOSE:
            self.fail(f"closed with {int.from_bytes(content[:2], 'big')}")

    def _note(self, message: dict[str, Any], *, now_s: float) -> None:
        match message["type"]:
            case "ready":
                self.is_ready, self.seen.connect_s = True, now_s - self._began_s
            case "metric_update":
                self._note_trial(message, now_s=now_s)
            case "error":
                self.seen.errors.append(str(message["code"]))
            case "analysis_complete":
                self.seen.dropped = message["dropped"]
                self.is_over = True
                self.socket.close()
            case _:
                pass

    def _note_trial(self, message: dict[str, Any], *, now_s: float) -> None:
        landings_s = [float(event["time_s"]) for event in message["trial"]["events"] if event["name"] == "landing"]
        if landings_s:
            late_s = now_s - self._sent_s[0] - max(landings_s)
            (self.seen.final_s if message["final"] else self.seen.provisional_s).append(late_s)


class Clients:
    """All clients of a run, in one loop."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._clients = clients
        self._by_file = {client.socket.fileno(): client for client in clients}
        self._poll = select.epoll(len(clients))
        for number in self._by_file:
            self._poll.register(number, select.EPOLLIN)

    def wait_until_ready(self) -> None:
        """Wait until each is connected or has failed to."""
        self._read_until(lambda client: client.is_ready or client.is_over)

    def send_all(self, scene: Scene) -> None:
        """Send every frame when it is due, and read meanwhile."""
        clients, begin_s = self._clients, perf_counter() + 0.2
        pause_s = 1 / FPS / len(clients)
        for number in range(scene.frames * len(clients)):
            due_s = begin_s + number * pause_s
            while (early_s := due_s - perf_counter()) > 0:
                self._read(early_s)
            client = clients[number % len(clients)]
            if not client.is_over:
                client.send_frame(number // len(clients), due_s=due_s)

    def finish(self) -> None:
        """Ask for the results and wait for them."""
        for client in self._clients:
            if not client.is_over:
                client.ask_for_result()
        self._read_until(lambda client: client.is_over)
        self._poll.close()

    def _read_until(self, is_there: Callable[[Client], bool]) -> None:
        """Read until all clients are there; those that are not in time have failed."""
        until_s = perf_counter() + PATIENCE_S
        while missing := [client for client in self._clients if not is_there(client)]:
            self._read(0.1)
            if perf_counter() > until_s:
                for client in missing:
                    client.fail("TimeoutError")

    def _read(self, wait_s: float) -> None:
        for number, _ in self._poll.poll(wait_s):
            self._by_file[number].read()


def run_clients(url: str, scene: Scene, *, streams: int) -> list[Seen]:
    """Let so many clients send the scene at the same time, each at another place of it."""
    places = [number * len(scene.payloads) // streams for number in range(streams)]
    clients = [Client(url, scene, first=place) for place in places]
    together = Clients(clients)
    together.wait_until_ready()
    together.send_all(scene)
    together.finish()
    return [client.seen for client in clients]


def _write_head(kind: int, size: int) -> bytes:
    """Return the head of a WebSocket frame with a mask of zeros."""
    if size < 126:
        length = bytes([MASKED | size])
    elif size < 1 << 16:
        length = bytes([MASKED | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([MASKED | 127]) + size.to_bytes(8, "big")
    return bytes([FINAL | kind]) + length + ZEROS
