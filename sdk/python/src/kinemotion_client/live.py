"""Live streams: frames go out over a WebSocket while states and trials come back."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from struct import Struct
from typing import Any, Literal, TypedDict, Unpack, cast

import httpx2

from kinemotion_client.answers import read_refusal
from kinemotion_client.asynchronous.client import ANALYSES, AsyncRequests
from kinemotion_client.errors import MissingLibrary, ServiceUnreachable, StreamFailed, WaitTimeout

HEADER = Struct("<BBHIq")
"""Version, codec, zero, sequence number, capture time in microseconds; then the frame."""
VERSION = 1
PROTOCOL = "kinemotion.v1"
Codec = Literal["jpeg", "h264", "rgb", "landmarks"]
CODECS: Mapping[Codec, int] = {"jpeg": 2, "h264": 3, "rgb": 4, "landmarks": 5}
DONE = 1000
READY_S = 90.0
"""How long to wait for the first message: a service may need 60 s to start an engine."""
_TELLING = ("retry-after", "x-request-id")
"""Headers of a refusal that say more than its body."""
Message = dict[str, Any]
Callback = Callable[[Message], object]


def _ignore_message(_message: Message) -> None:
    """Do nothing."""


class StreamSettings(TypedDict, total=False):
    """What may be asked of a live stream."""

    quality: Literal["fast", "balanced", "accurate"]
    options: Mapping[str, bool | float | str]
    """Options of the movement, as ``sports()`` lists them."""
    athlete: Mapping[str, float | str]
    """``mass_kg``, ``height_m``, ``sex``, ``speed_m_s``."""
    resume_token: str
    """Of a stream whose connection was lost: it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Functions that are called with each message of the service."""

    on_state: Callback = _ignore_message
    """Phase and height so far of each person."""
    on_trial: Callback = _ignore_message
    """A trial, provisional (``final`` is false) or final."""
    on_dropped: Callback = _ignore_message
    """How many frames were left out to keep up."""

    def tell(self, message: Message) -> None:
        """Tell who waits for this kind of message."""
        known = {"state": self.on_state, "metric_update": self.on_trial, "dropped": self.on_dropped}
        known.get(message["type"], _ignore_message)(message)


@dataclass(slots=True)
class LiveStream:
    """A stream that is open."""

    connection: Any
    """Of the library websockets."""
    ready: Message
    """What the service said first: ``stream_id``, ``resume_token``, ``limits``."""
    _reader: asyncio.Task[Message | None]
    _sent: int = field(default=0, init=False)

    @property
    def resume_token(self) -> str:
        """Name of the stream for another connection, when this one is lost."""
        return self.ready["resume_token"]

    async def send(self, frame: bytes, *, time_s: float, codec: Codec = "jpeg") -> None:
        """Send a frame with the time when it was taken, s, which rises from frame to frame.

        Raises
        ------
        StreamFailed
            If the service has ended the stream.
        """
        header = HEADER.pack(VERSION, CODECS[codec], 0, self._sent, round(1_000_000 * time_s))
        self._sent += 1
        if self._reader.done():
            self._reader.result()
        try:
            await self.connection.send(header + frame)
        except _get_closed_error():
            await self._reader
            raise StreamFailed("The stream has ended.", code="stream_ended") from None

    async def finish(self, *, timeout_s: float = 60.0) -> Message:
        """End the stream and return the last message: ``result``, ``frames``, ``received``, ``dropped``.

        Raises
        ------
        StreamFailed
            If it ended without one.
        WaitTimeout
            If the result has not come in time.
        """
        with suppress(_get_closed_error()):  # the reader knows why
            await self.connection.send(json.dumps({"type": "close"}))
        done, _ = await asyncio.wait({self._reader}, timeout=timeout_s)
        if not done:
            raise WaitTimeout(f"The result has not come within {timeout_s:g} s.", "Stream again, or wait longer.")
        result = self._reader.result()
        if result is None:
            raise StreamFailed("The stream ended without a result.", code="stream_ended")
        return result


class AsyncKinemotionClient(AsyncRequests):
    """A client of one Kinemotion service, for programs that use asyncio; it follows live streams too.

    The parameters are those of ``KinemotionClient``.
    """

    @asynccontextmanager
    async def stream_analysis(
        self,
        sport_type: str = "cmj",
        *,
        callbacks: Callbacks | None = None,
        analysis_id: str | None = None,
        **settings: Unpack[StreamSettings],
    ) -> AsyncGenerator[LiveStream]:
        """Open a live stream; its callbacks are called while frames are sent.

        Parameters
        ----------
        sport_type
            The movement.
        callbacks
            Functions that are called with states and trials.
        analysis_id
            An analysis made for a live stream, whose result is kept; None for a stream that is not kept.

        Raises
        ------
        APIError
            If the service refuses the connection.
        ServiceUnreachable
            If there is no service.
        StreamFailed
            If the service refuses the stream.
        WaitTimeout
            If the service does not begin the stream in time.
        """
        path = "/ws/analyze" if analysis_id is None else f"{ANALYSES}/{analysis_id}/stream"
        connection = await self._connect(path)
        async with connection:
            await connection.send(json.dumps({"type": "open", "movement": sport_type, **settings}))
            ready = await _read_ready(connection)
            reader = asyncio.create_task(_read(connection, callbacks or Callbacks()))
            try:
                yield LiveStream(connection, ready, reader)
            finally:
                await connection.close(DONE)
                await asyncio.gather(reader, return_exceptions=True)

    async def _connect(self, path: str) -> Any:  # noqa: ANN401  (of an optional library)
        library = _load_websockets()
        http = self._transport.http
        url = str(http.base_url.join(path)).replace("http", "ws", 1)
        headers = {name: value for name, value in http.headers.items() if name == "authorization"}
        try:
            return await library.connect(url, additional_headers=headers, subprotocols=[PROTOCOL], compression=None)
        except import_module("websockets.exceptions").InvalidStatus as error:
            answer, body = error.response, bytes(error.response.body or b"")
            facts = {name: answer.headers[name] for name in _TELLING if name in answer.headers}
            raise read_refusal(httpx2.Response(answer.status_code, headers=facts, content=body)) from error
        except OSError as error:
            raise ServiceUnreachable(f"The service cannot be reached: {error}.", "Check base_url.") from error


async def _read_ready(connection: Any) -> Message:  # noqa: ANN401
    try:
        async with asyncio.timeout(READY_S):
            message = cast("Message", json.loads(await connection.recv()))
    except TimeoutError:
        raise WaitTimeout(f"The stream has not begun within {READY_S:g} s.", "Try again later.") from None
    except _get_closed_error() as closed:
        raise StreamFailed("The service ended the stream.", code="stream_ended") from closed
    if message["type"] == "error":
        raise _make_error(message)
    return message


async def _read(connection: Any, callbacks: Callbacks) -> Message | None:  # noqa: ANN401
    """Tell of each message until the connection ends; return the last one where it has the result."""
    last: Message = {}
    try:
        while True:
            last = cast("Message", json.loads(await connection.recv()))
            callbacks.tell(last)
    except _get_closed_error():
        if last.get("type") == "error":
            raise _make_error(last) from None
    return last if last.get("type") == "analysis_complete" else None


def _make_error(message: Message) -> StreamFailed:
    return StreamFailed(message["message"], message.get("hint", ""), code=message["code"])


def _load_websockets() -> Any:  # noqa: ANN401  (a module)
    try:
        return import_module("websockets.asyncio.client")
    except ImportError as error:
        raise MissingLibrary("websockets is not installed.", "Run: pip install websockets") from error


def _get_closed_error() -> type[Exception]:
    return import_module("websockets.exceptions").ConnectionClosed
