"""Clients of live streams that send at a camera's pace, and what they see: how late each state is, and what is lost."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import Struct
from time import perf_counter
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

HEADER = Struct("<BBHIq")
FPS = 30
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What every stream of a run sends: payloads of one codec, again and again."""

    codec: int
    payloads: Sequence[bytes]
    quality: str
    seconds: float


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


class Start:
    """Lets clients begin together, when all are connected or have failed to."""

    def __init__(self, clients: int) -> None:
        self._missing = clients
        self._is_due = asyncio.Event()
        self._begin_s = 0.0

    def arrive(self) -> None:
        """Count a client in."""
        self._missing -= 1
        if not self._missing:
            self._begin_s = perf_counter() + 0.2
            self._is_due.set()

    async def wait(self) -> float:
        """Return when the first frame is due."""
        await self._is_due.wait()
        return self._begin_s


class Client:
    """One stream over a WebSocket."""

    def __init__(self, url: str, scene: Scene, *, first: int) -> None:
        self._url = f"{url.replace('http', 'ws', 1)}/ws/analyze?movement=cmj&quality={scene.quality}"
        self._scene = scene
        self._first = first
        self._sent_s: list[float] = []
        self.seen = Seen()

    async def run(self, start: Start, *, after_s: float) -> Seen:
        """Connect, send for as long as the scene lasts, and read until the result is there."""
        began_s = perf_counter()
        is_counted = False
        try:
            async with connect(self._url, compression=None, max_queue=None, open_timeout=PATIENCE_S) as connection:
                await self._wait_until_ready(connection)
                self.seen.connect_s = perf_counter() - began_s
                is_counted = True
                start.arrive()
                begin_s = after_s + await start.wait()
                await asyncio.gather(self._send(connection, begin_s=begin_s), self._read(connection))
        except (ConnectionClosed, OSError, TimeoutError, ConnectionRefusedError) as problem:
            self.seen.errors.append(type(problem).__name__)
        if not is_counted:
            start.arrive()
        return self.seen

    async def _wait_until_ready(self, connection: ClientConnection) -> None:
        while (message := json.loads(await connection.recv()))["type"] != "ready":
            if message["type"] == "error":
                raise ConnectionRefusedError(message["code"])

    async def _send(self, connection: ClientConnection, *, begin_s: float) -> None:
        payloads = self._scene.payloads
        for number in range(round(self._scene.seconds * FPS)):
            due_s = begin_s + number / FPS
            if (early_s := due_s - perf_counter()) > 0:
                await asyncio.sleep(early_s)
            now_s = perf_counter()
            self.seen.send_late_ms.append(1000 * (now_s - due_s))
            self._sent_s.append(now_s)
            payload = payloads[(self._first + number) % len(payloads)]
            await connection.send(HEADER.pack(1, self._scene.codec, 0, number, _stamp_us(number)) + payload)
            self.seen.sent += 1
        await connection.send(json.dumps({"type": "close"}))

    async def _read(self, connection: ClientConnection) -> None:
        async for text in connection:
            message = json.loads(text)
            self._note(message, now_s=perf_counter())
            if message["type"] == "analysis_complete":
                return

    def _note(self, message: dict[str, Any], *, now_s: float) -> None:
        match message["type"]:
            case "state":
                number = round(float(message["timestamp_ms"]) * FPS / 1000)
                self.seen.late_ms.append(1000 * (now_s - self._sent_s[number]))
            case "metric_update":
                self._note_trial(message, now_s=now_s)
            case "error":
                self.seen.errors.append(str(message["code"]))
            case "analysis_complete":
                self.seen.dropped = message["dropped"]
            case _:
                pass

    def _note_trial(self, message: dict[str, Any], *, now_s: float) -> None:
        landings_s = [float(event["time_s"]) for event in message["trial"]["events"] if event["name"] == "landing"]
        if landings_s:
            late_s = now_s - self._sent_s[0] - max(landings_s)
            (self.seen.final_s if message["final"] else self.seen.provisional_s).append(late_s)


async def run_clients(url: str, scene: Scene, *, streams: int) -> list[Seen]:
    """Let so many clients send the scene at the same time, each at another place of it."""
    start = Start(streams)
    places = [number * len(scene.payloads) // streams for number in range(streams)]
    clients = [Client(url, scene, first=place) for place in places]
    tasks = (one.run(start, after_s=number / streams / FPS) for number, one in enumerate(clients))
    return await asyncio.gather(*tasks)


def _stamp_us(number: int) -> int:
    return round(number * 1e6 / FPS)
