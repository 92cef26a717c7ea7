"""What surrounds every request: its line in the log, safe headers, HEAD, and an answer to every failure."""

import asyncio
import re
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from asgi_correlation_id import CorrelationIdMiddleware, correlation_id
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinemotion_backend.api.origins import UNTRUSTED_ORIGIN
from kinemotion_backend.api.problems import ProblemResponse, as_problem, make_problem
from kinemotion_backend.errors import ShuttingDown
from kinemotion_backend.logging_config import REDACTED

REQUEST_ID = "X-Request-ID"
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHARED_TOKEN = re.compile(r"(/shared/+)[^/]+", re.IGNORECASE)
"""What a link to a result is known by: it must not be read in a log."""
CLIENT_GONE = 499
"""What the log shows when the client left before the answer."""

SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

SHUTTING_DOWN = as_problem(ShuttingDown("The service is shutting down."))
INTERNAL_ERROR = make_problem(500, code="internal_error", detail="Something went wrong on our side.")

log = structlog.stdlib.get_logger("kinemotion_backend.access")


class RequestContext:
    """Write the access line, add safe headers, and answer with a problem when nothing else did."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**SAFE_HEADERS, **(HTTPS_ONLY if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on."""
        if scope["type"] == "websocket":
            await self._app(scope, receive, self._complete_refusal(send))
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s, status = time.monotonic(), CLIENT_GONE

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers.update({**self._headers, **_find_own_policy(headers)})
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=correlation_id.get()):
            try:
                await self._app(scope, receive, send_with_headers)
            except ClientDisconnect:
                log.debug("client_gone")
            except asyncio.CancelledError:  # only the end of the server cancels a request
                if status != CLIENT_GONE:
                    raise
                await SHUTTING_DOWN(scope, receive, send_with_headers)
            except Exception:
                log.exception("unforeseen")
                if status == CLIENT_GONE:
                    await INTERNAL_ERROR(scope, receive, send_with_headers)
            finally:
                log.info("request", **_describe(scope), status=status, duration_ms=_measure_ms(started_s))

    def _complete_refusal(self, send: Send) -> Send:
        """Return what sends the messages of a WebSocket; where it is refused, with a request id and safe headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "websocket.http.response.start":
                MutableHeaders(scope=message).update({**self._headers, REQUEST_ID: correlation_id.get() or ""})
            await send(message)

        return send_with_headers


def complete_last_answer(problem: ProblemResponse) -> str:
    """Add to an answer below the application what requests get within it; return the request id.

    It is the last answer of its connection.
    """
    request_id = correlation_id.get() or uuid4().hex
    problem.headers.update({**SAFE_HEADERS, REQUEST_ID: request_id, "Connection": "close"})
    return request_id


def _describe(scope: Scope) -> dict[str, Any]:
    client = scope.get("client")
    path = _SHARED_TOKEN.sub(r"\1" + REDACTED, scope["path"])
    return {"client": client[0] if client else None, "method": scope["method"], "path": path}


def _measure_ms(started_s: float) -> float:
    return round((time.monotonic() - started_s) * 1000, 1)


class Head:
    """Answer HEAD by its own route. If a path has none, answer as for GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        has_route = True

        async def send_unless_no_route(message: Message) -> None:
            nonlocal has_route
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
                has_route = False
            if has_route:
                await send(message)

        async def send_without_body(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b""})
            if message.get("more_body", False):  # events would follow for as long as an analysis takes
                raise ClientDisconnect

        await self._app(dict(scope), receive, send_unless_no_route)
        if not has_route:
            with suppress(ClientDisconnect):
                await self._app({**scope, "method": "GET"}, receive, send_without_body)


def wrap_application(app: ASGIApp, *, https: bool) -> ASGIApp:
    """Return the application with a request id, an access line and safe headers around it."""
    return CorrelationIdMiddleware(
        RequestContext(app, https=https),
        header_name=REQUEST_ID,
        validator=lambda given: _ACCEPTED_ID.fullmatch(given) is not None,
    )


def _find_own_policy(headers: Headers) -> dict[str, str]:
    """Return what a route says itself of caching and of what its page may do."""
    return {name: headers[name] for name in ("Cache-Control", "Content-Security-Policy") if name in headers}


class Cors(CORSMiddleware):
    """Allow pages of the named origins; a preflight that is refused is answered with a problem."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer the browser's question."""
        answer = super().preflight_response(request_headers)
        return answer if answer.status_code == HTTPStatus.OK else UNTRUSTED_ORIGIN


class CloseAfterEarlyAnswer:
    """Close the connection if the answer came before the whole request was read: the rest is not read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        unread = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"

        async def receive_noting() -> Message:
            nonlocal unread
            message = await receive()
            unread = unread and message.get("more_body", False)
            return message

        async def send_closing(message: Message) -> None:
            if unread and message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receive_noting, send_closing)
