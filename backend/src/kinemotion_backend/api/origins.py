"""Which hosts the service answers for, and which web pages may use it."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kinemotion_backend.api.problems import make_problem

PROBES = frozenset({"/health", "/ready", "/metrics"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of a page of our own, and of a request that no page has made."""

UNTRUSTED_HOST = make_problem(400, code="untrusted_host", detail="This service does not answer for that host.")
UNTRUSTED_ORIGIN = make_problem(403, code="untrusted_origin", detail="Web pages of that origin may not do this.")


class TrustedHost:
    """Refuse requests for another host, so that no web page can reach the service by a name of its own.

    The address that a connection came in on is trusted without being named: no page can have it as its name.
    Probes are answered for any host, as container platforms ask by address; they show versions only.
    `/metrics` has a check of its own.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on, or refuse it."""
        if scope["type"] in {"http", "websocket"} and not self._is_trusted(scope):
            await UNTRUSTED_HOST(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_trusted(self, scope: Scope) -> bool:
        name = re.sub(r":\d+$", "", Headers(scope=scope).get("host", "")).lower()
        own_address = (scope.get("server") or ("",))[0]
        return "*" in self._hosts or name in self._hosts or name == own_address or scope["path"] in PROBES


class SameSite:
    """Refuse what a web page of another site sends: a form needs no preflight, so CORS alone does not stop it.

    Programs send neither header and are not concerned.
    """

    def __init__(self, app: ASGIApp, *, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on, or refuse it."""
        if scope["type"] in {"http", "websocket"} and not self._is_allowed(scope):
            await UNTRUSTED_ORIGIN(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return True
        headers = Headers(scope=scope)
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and ("*" in self._origins or origin in self._origins):
            return True
        if site is not None:
            return site in OWN_SITE
        own = f"://{headers['host']}".lower() if "host" in headers else None
        return origin is None or (own is not None and origin.lower() in {f"http{own}", f"https{own}"})
