"""What happens around every request: its id, its one line in the log, safe headers, and no failure untold."""

import asyncio
import re
import time
from collections.abc import Sequence
from http import HTTPStatus
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinemotion_backend.api.problems import as_problem, make_problem
from kinemotion_backend.errors import ShuttingDown

REQUEST_ID = "X-Request-ID"
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
CLIENT_GONE = 499
"""What the log shows where the client left before the answer."""

SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

PROBES = frozenset({"/health", "/ready"})

UNTRUSTED_HOST = make_problem(400, code="untrusted_host", detail="This service does not answer for that host.")
UNTRUSTED_ORIGIN = make_problem(400, code="untrusted_origin", detail="Pages of that origin may not call so.")
SHUTTING_DOWN = as_problem(ShuttingDown("The service is shutting down."))
INTERNAL_ERROR = make_problem(500, code="internal_error", detail="Something went wrong on our side.")

log = structlog.stdlib.get_logger("kinemotion_backend.access")


class RequestContext:
    """Outermost layer: request id in and out, access line, safe headers, and a problem where nothing else was said."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**SAFE_HEADERS, **(HTTPS_ONLY if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _ACCEPTED_ID.fullmatch(given) else uuid4().hex
        started_s, status = time.monotonic(), CLIENT_GONE

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers.update({**self._headers, **_own_policy(headers), REQUEST_ID: request_id})
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
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
                duration_ms = round((time.monotonic() - started_s) * 1000, 1)
                log.info("request", method=scope["method"], path=scope["path"], status=status, duration_ms=duration_ms)


def _own_policy(headers: Headers) -> dict[str, str]:
    """Return what a route says itself of caching and of what its page may do."""
    return {name: headers[name] for name in ("Cache-Control", "Content-Security-Policy") if name in headers}


class Cors(CORSMiddleware):
    """Calls from pages of other origins; a preflight that is refused is a problem like any other."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """The browser's question answered."""
        answer = super().preflight_response(request_headers)
        return answer if answer.status_code == HTTPStatus.OK else UNTRUSTED_ORIGIN


class HangUp:
    """An answer given before the request was read to its end closes the connection: a refused giant is not read on."""

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


class TrustedHost:
    """Refuse requests for another host, so that no web page can reach the service by a name of its own.

    The address that a connection came in on is trusted without being named: no page can have it as its name.
    Probes are answered for any host, as whoever keeps containers running asks by address; they tell versions only.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on, or refuse it."""
        if scope["type"] in {"http", "websocket"} and not self._trusts(scope):
            await UNTRUSTED_HOST(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        name = re.sub(r":\d+$", "", Headers(scope=scope).get("host", "")).lower()
        own_address = (scope.get("server") or ("",))[0]
        return "*" in self._hosts or name in self._hosts or name == own_address or scope["path"] in PROBES
