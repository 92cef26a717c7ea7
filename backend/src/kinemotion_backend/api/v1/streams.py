"""Live streams over WebSockets."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, cast

import structlog
from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from kinemotion_backend.analyses.errors import AnalysisNotFound
from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.api.problems import as_problem, find_status
from kinemotion_backend.api.v1.access import AccessControl
from kinemotion_backend.api.websockets import DIRECT, LiveConnection
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.keys.callers import Caller
from kinemotion_backend.live.closing import CloseCode
from kinemotion_backend.live.errors import FrameTooLarge, MalformedMessage, StreamNotFound
from kinemotion_backend.live.messages import (
    MAX_FRAME_BYTES,
    Closing,
    Opening,
    UntimedPicture,
    describe_error,
    encode_message,
    read_binary,
    read_text,
)
from kinemotion_backend.live.service import LiveService, StreamAdmission, StreamHandle
from kinemotion_backend.live.stream import CloseConnection, LiveStream
from kinemotion_backend.live.stream_analyzer import Codec, StreamFrame, StreamRequest
from kinemotion_backend.records.base import UNFINISHED, AnalysisRecord
from kinemotion_backend.video_analyzer import DEFAULT_MOVEMENT

PROTOCOL = "kinemotion.v1"
"""The subprotocol that a client may offer; a page that sends its key as another one must."""
OPEN_S = 10.0
"""How long a client may take to say what it wants."""
NORMAL_CLOSURE = 1000

CLOSE_CODE_OF_STATUS: Mapping[int, CloseCode] = MappingProxyType(
    {
        400: CloseCode.MALFORMED,
        401: CloseCode.NOT_AUTHENTICATED,
        403: CloseCode.NOT_AUTHORIZED,
        404: CloseCode.NOT_FOUND,
        409: CloseCode.NOT_FOUND,
        413: CloseCode.FRAME_TOO_LARGE,
        422: CloseCode.REFUSED,
        429: CloseCode.LIMIT_REACHED,
        503: CloseCode.TRY_LATER,
    }
)
"""Close code of an error, by its HTTP status; any other is a failure of ours."""

router = APIRouter()
log = structlog.stdlib.get_logger(__name__)

MovementQuery = Annotated[str | None, Query(max_length=64)]
QualityQuery = Annotated[str, Query(max_length=20)]


@router.websocket("/ws/analyze")
async def analyze_live(
    socket: WebSocket, *, movement: MovementQuery = None, quality: QualityQuery = "balanced"
) -> None:
    """Measure a live stream that is not kept."""
    await _converse(socket, Opening(movement, quality), analysis_id=None)


@router.websocket("/api/v1/analyses/{analysis_id}/stream")
async def stream_analysis(socket: WebSocket, analysis_id: str) -> None:
    """Measure the live stream of an analysis: its result is kept, and others may watch it."""
    await _converse(socket, Opening(), analysis_id=analysis_id)


async def _converse(socket: WebSocket, asked: Opening, *, analysis_id: str | None) -> None:
    services = socket.app.state.services
    live, access = cast("LiveService", services.live), cast("AccessControl", services.platform.access)
    try:
        caller = await access.identify(socket)
        caller.require("live:stream")
        live.check_room()
        analysis = await _find_analysis(services.platform.analyses, caller, analysis_id=analysis_id)
    except ServiceError as error:
        await _refuse(socket, error)
        return
    await socket.accept(PROTOCOL if PROTOCOL in socket.scope["subprotocols"] else None)
    conversation = Conversation(socket, live, access=access, caller=caller)
    try:
        await conversation.run(asked, analysis)
    except ServiceError as error:
        await conversation.close_with_error(error)
    except WebSocketDisconnect:
        pass
    except Exception:
        log.exception("live_connection_failed")
        await conversation.close_with_error(ServiceError("Something went wrong on our side."))


async def _find_analysis(
    analyses: AnalysisService, caller: Caller, *, analysis_id: str | None
) -> AnalysisRecord | None:
    if analysis_id is None:
        return None
    analysis = await analyses.get(caller.owner, analysis_id)
    if analysis.video_key is not None:
        raise AnalysisNotFound("The analysis has a video and no live stream.")
    if analysis.status not in UNFINISHED:
        raise AnalysisNotFound("The analysis has ended.")
    return analysis


async def _refuse(socket: WebSocket, error: ServiceError) -> None:
    """Answer a program with an HTTP status; a page cannot see one, so it gets a message and a close code."""
    if "origin" not in socket.headers and "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(as_problem(error))
        return
    await socket.accept(PROTOCOL if PROTOCOL in socket.scope["subprotocols"] else None)
    with suppress(WebSocketDisconnect):
        await socket.send_text(encode_message(describe_error(error)).decode())
        await socket.close(_find_code(error))


def _find_code(error: ServiceError) -> CloseCode:
    return CLOSE_CODE_OF_STATUS.get(find_status(error).value, CloseCode.FAILED)


class Conversation:
    """One connection: it begins or resumes a stream, brings its frames, and gets its messages."""

    def __init__(self, socket: WebSocket, live: LiveService, *, access: AccessControl, caller: Caller) -> None:
        self._socket = socket
        self._live = live
        self._access = access
        self._caller = caller
        self._closing: CloseCode | None = None
        self._dropped = asyncio.Event()
        self._problem: Exception | None = None
        self._direct: LiveConnection | None = socket.scope["extensions"].get(DIRECT, {}).get("connection")
        self._is_sending = False

    async def run(self, asked: Opening, analysis: AnalysisRecord | None) -> None:
        """Talk until the stream or the connection ends."""
        handle = await self._join(asked, analysis)
        stream = handle.stream
        stream.attach(self._drop)
        try:
            await self._send(self._describe_ready(handle))
        except WebSocketDisconnect:
            stream.detach(self._drop)
            if not handle.is_resumed:  # nobody knows its token
                await stream.request_result(CloseCode.DONE)
            raise
        if self._direct is not None:
            self._direct.take_directly(partial(self._take_frame, stream))
            stream.send_directly(self._deliver)
        tasks = {asyncio.create_task(work) for work in (self._read(stream), self._write(stream), self._wait_for_drop())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (MalformedMessage, FrameTooLarge, ServiceError) as error:
            await stream.request_result(_find_code(error))
            raise
        finally:
            stream.detach(self._drop)
            if self._direct is not None:
                self._direct.take_directly(None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._closing is not None:
                await self._close(self._closing)

    async def close_with_error(self, error: ServiceError) -> None:
        """Say what was wrong, and close the connection."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._send(describe_error(error))
        await self._close(_find_code(error))

    async def _join(self, asked: Opening, analysis: AnalysisRecord | None) -> StreamHandle:
        """Begin the stream that the client wants, or find the one that it had."""
        opening = asked if asked.movement is not None else await self._read_opening()
        if opening.resume_token is not None:
            try:
                return self._live.resume(self._caller.owner, opening.resume_token)
            except StreamNotFound:
                if analysis is None:
                    raise
                # Its process has died: what it had measured is kept with the analysis.
        if analysis is not None:
            request = StreamRequest(analysis.sport, analysis.quality, analysis.options)
        else:
            await self._access.count_analysis(self._caller)
            request = StreamRequest(opening.movement or DEFAULT_MOVEMENT, opening.quality, opening.options)
        admission = StreamAdmission(
            owner=self._caller.owner, slot=self._access.hold_stream_place(self._caller), analysis=analysis
        )
        return await self._live.open(request, admission)

    async def _read_opening(self) -> Opening:
        try:
            async with asyncio.timeout(OPEN_S):
                message = await self._receive()
        except TimeoutError:
            raise MalformedMessage(f"No message came for {OPEN_S:g} s.") from None
        opening = read_text(message) if isinstance(message, str) else None
        if not isinstance(opening, Opening):
            raise MalformedMessage("The first message is not of the type `open`.")
        return opening

    async def _read(self, stream: LiveStream) -> None:
        """Take each message as soon as it comes: whatever is too much is dropped further on, not here."""
        try:
            while True:
                message = await self._receive()
                asked = read_text(message) if isinstance(message, str) else read_binary(message)
                if isinstance(asked, UntimedPicture):
                    asked = StreamFrame(Codec.JPEG, time.monotonic_ns() // 1000, asked.payload)
                if isinstance(asked, StreamFrame):
                    stream.accept_frame(asked)
                elif isinstance(asked, Closing):
                    await stream.request_result(CloseCode.DONE)
                else:
                    raise MalformedMessage("The stream is open already.")
        except WebSocketDisconnect as left:
            if left.code == NORMAL_CLOSURE:
                await stream.request_result(CloseCode.DONE)

    async def _write(self, stream: LiveStream) -> None:
        """Send each message, as fast as the client reads."""
        while (message := await stream.outbox.get()) is not None:
            if isinstance(message, CloseConnection):
                self._closing = message.code
                return
            await self._send(message)

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1006)
        text = message.get("text")
        return text if text is not None else message["bytes"]

    async def _send(self, message: Mapping[str, Any]) -> None:
        self._is_sending = True
        await self._socket.send_text(encode_message(message).decode())
        self._is_sending = False

    def _deliver(self, message: Mapping[str, Any]) -> bool:
        """Send a message at once; return False where one before it is being sent, or the client does not keep up."""
        return self._direct is not None and not self._is_sending and self._direct.write(encode_message(message))

    def _take_frame(self, stream: LiveStream, message: bytes) -> None:
        """Take a frame while it is read from the connection; end the connection where it cannot be taken."""
        try:
            stream.accept_frame(read_binary(message))
        except Exception as problem:  # noqa: BLE001  (the task that waits for it handles it)
            self._problem = self._problem or problem
            self._dropped.set()

    async def _wait_for_drop(self) -> None:
        await self._dropped.wait()
        if self._problem is not None:
            raise self._problem

    def _drop(self, code: CloseCode) -> None:
        """Lose the stream: to another connection, or because this one does not read."""
        self._closing = code
        self._dropped.set()

    async def _close(self, code: CloseCode) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code)

    def _describe_ready(self, handle: StreamHandle) -> dict[str, Any]:
        stream, rules = handle.stream, self._live.rules
        return {
            "type": "ready",
            "timestamp_ms": stream.timestamp_ms,
            "stream_id": handle.id,
            "resume_token": handle.resume_token,
            "is_resumed": handle.is_resumed,
            "engine_version": stream.session.engine_version,
            "trials": list(stream.trials),
            "limits": {
                "frame_bytes": {codec.name.lower(): size for codec, size in MAX_FRAME_BYTES.items()},
                "idle_s": rules.idle_s,
                "resume_s": rules.resume_s,
                "longest_s": rules.max_length_s,
            },
        }
