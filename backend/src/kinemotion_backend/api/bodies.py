"""Limit the size and the pace of request bodies, for every route."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinemotion_backend.api.problems import as_problem
from kinemotion_backend.errors import ServiceError, UploadTooLarge, UploadTooSlow

KIBIBYTE = 1024
SMALL_BODY_BYTES = 64 * KIBIBYTE
"""Largest body of a request that is no upload: the longest notes of a session, and room for the rest."""
SMALL_CHUNK_BYTES = 4096
CHUNK_PAUSE_S = 0.005
"""After a small chunk the next one is asked for this much later, so that many tiny ones come as one."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What one body may take."""

    max_upload_bytes: int
    idle_s: float
    """Longest pause, and the window in which the least rate must hold."""
    total_s: float
    min_bytes_s: float


@dataclass(frozen=True, slots=True)
class UploadRoute:
    """A route that streams a large body of one media type."""

    method: str
    path: str
    """A regular expression."""
    media_type: str

    def takes(self, scope: Scope) -> bool:
        """Whether the request is an upload to this route."""
        given = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        is_here = scope["method"] == self.method and re.fullmatch(self.path, scope["path"]) is not None
        return is_here and given == self.media_type


class BoundedBody:
    """Refuse a body that is too large, too slow, or sent in a trickle, whichever route reads it.

    Starlette's RequestBodyLimitMiddleware answers in plain text, has one limit for all routes and knows no pace.
    """

    def __init__(self, app: ASGIApp, *, limits: BodyLimits, upload_routes: Sequence[UploadRoute]) -> None:
        self._app = app
        self._limits = limits
        self._upload_routes = tuple(upload_routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on, its body bounded."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = any(route.takes(scope) for route in self._upload_routes)
        most = self._limits.max_upload_bytes if is_upload else SMALL_BODY_BYTES
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > most:
            await as_problem(_make_too_large_error(most))(scope, receive, send)
            return
        body = _Body(receive, limits=self._limits, most=most)
        answer = _Answer(scope, body, send)
        try:
            await self._app(scope, body.receive, answer.send)
        except ServiceError as error:
            if error is not body.failure or answer.has_started:
                raise
            await as_problem(error)(scope, receive, send)


class _Body:
    """The body of one request, and what was wrong with it."""

    def __init__(self, receive: Receive, *, limits: BodyLimits, most: int) -> None:
        self.failure: ServiceError | None = None
        self._receive = receive
        self._limits = limits
        self._most = most
        self._received_bytes = 0
        self._window_bytes = 0
        self._waited_s = 0.0
        self._is_complete = False
        self._has_small_chunks = False
        self._loop = asyncio.get_running_loop()
        self._ends_s = self._loop.time() + limits.total_s

    async def receive(self) -> Message:
        """Return the next piece of the body.

        Raises
        ------
        UploadTooSlow
            When the client pauses too long, sends below the least rate, or takes too long in all.
        UploadTooLarge
            When the body is longer than it may be.
        """
        if self.failure:
            raise self.failure
        if self._is_complete:
            return await self._receive()
        try:
            message = await self._receive_in_time()
        except ServiceError as failure:
            self.failure = failure
            raise
        self._is_complete = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def _receive_in_time(self) -> Message:
        began_s = self._loop.time()
        if self._has_small_chunks:
            await asyncio.sleep(CHUNK_PAUSE_S)
        idle_ends_s = began_s + self._limits.idle_s
        while True:
            window_ends_s = began_s + self._limits.idle_s - self._waited_s
            try:
                async with asyncio.timeout_at(min(idle_ends_s, window_ends_s, self._ends_s)):
                    message = await self._receive()
                break
            except TimeoutError:
                now_s = self._loop.time()
                self._check_rate()
                if now_s >= min(idle_ends_s, self._ends_s):
                    raise UploadTooSlow("The upload came too slowly.") from None
                self._waited_s, began_s = 0.0, now_s
        self._waited_s += self._loop.time() - began_s
        self._count(len(message.get("body", b"")))
        return message

    def _count(self, size: int) -> None:
        self._received_bytes += size
        self._window_bytes += size
        self._has_small_chunks = size < SMALL_CHUNK_BYTES
        if self._received_bytes > self._most:
            raise _make_too_large_error(self._most)

    def _check_rate(self) -> None:
        """Check the window that ends now, and begin the next one."""
        if self._window_bytes < self._limits.min_bytes_s * self._limits.idle_s:
            raise UploadTooSlow("The upload came too slowly.")
        self._window_bytes = 0


class _Answer:
    """The answer to one request: the application's, unless the body has failed before it began."""

    def __init__(self, scope: Scope, body: _Body, send: Send) -> None:  # noqa: PLR0917  (as ASGI's call)
        self.has_started = False
        self._scope = scope
        self._body = body
        self._send = send
        self._is_replaced = False

    async def send(self, message: Message) -> None:
        """Send the message; in place of an answer to a failed body, send what failed."""
        if self._is_replaced:
            return
        if message["type"] == "http.response.start" and not self.has_started:
            self.has_started = True
            if self._body.failure:
                self._is_replaced = True
                await as_problem(self._body.failure)(self._scope, self._body.receive, self._send)
                return
        await self._send(message)


def _make_too_large_error(most: int) -> UploadTooLarge:
    return UploadTooLarge(f"The body of the request is larger than {most // KIBIBYTE} KiB.")
