"""Find the caller of a request (a key, or a program of this machine) and count their requests."""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import cast

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinemotion_backend.keys.callers import LOCAL_CALLER, Caller, KeylessAccess, NotAuthenticated, Provenance
from kinemotion_backend.keys.keyring import InvalidKeyRequest, Keyring
from kinemotion_backend.limits.base import Allowance, ConcurrencyLimit, Limiter, LimitReached, RateLimit, hold_place
from kinemotion_backend.records.base import Records
from kinemotion_backend.tiers import Tier
from kinemotion_backend.uploads.admission import find_client_key

MINUTE_S = 60
MONTH_S = 30 * 86400
ANALYSES = "analyses"
VISITS = RateLimit("visits", 300, MINUTE_S)
"""Requests for shared results from one address: a team that opens a link together on one network stays below."""
LIMIT_HEADERS = ("RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset")
KEY_PROTOCOL = "kinemotion.key."
"""Begin of the subprotocol that carries a key."""
_ALLOWANCE = "allowance"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessControl:
    """Lets callers in, and counts what they do."""

    keyless: KeylessAccess
    keyring: Keyring
    limiter: Limiter
    tiers: Mapping[str, Tier]
    records: Records

    async def identify(self, connection: HTTPConnection) -> Caller:
        """Return who calls, and count the request.

        Raises
        ------
        NotAuthenticated
            If there is no valid key, and the request does not come from this machine.
        LimitReached
            If the caller made too many requests in the last minute.
        """
        key = _read_key(connection)
        if key is None and not self.keyless.admits(read_provenance(connection)):
            raise NotAuthenticated("The request comes from elsewhere and has no key.")
        caller = LOCAL_CALLER if key is None else await self.keyring.authenticate(key)
        most = self.get_tier(caller).requests_a_minute
        if most is not None:
            allowance = await self.limiter.hit(RateLimit("requests", most, MINUTE_S), caller.subject)
            connection.scope.setdefault("state", {})[_ALLOWANCE] = allowance
            _check_allowance(allowance, f"{most} requests a minute")
        return caller

    async def count_visit(self, connection: HTTPConnection) -> None:
        """Count a request that needs no key, by its client's address. Raises LimitReached."""
        client = find_client_key(connection.client.host) if connection.client else "local"
        _check_allowance(await self.limiter.hit(VISITS, client), f"{VISITS.amount} requests a minute")

    def get_tier(self, caller: Caller) -> Tier:
        """Return the limits of the caller; a tier that is no longer configured allows nothing that is limited."""
        return self.tiers.get(caller.tier) or Tier(analyses_a_month=0, requests_a_minute=1, streams=0, webhooks=0)

    def check_tier(self, name: str | None) -> None:
        """Raise InvalidKeyRequest where no tier has that name."""
        if name is not None and name not in self.tiers:
            raise InvalidKeyRequest(f"The tiers are {', '.join(self.tiers)}.")

    def get_quota(self, caller: Caller) -> RateLimit | None:
        """Return how many analyses the caller may ask for in 30 days; None for no limit."""
        most = self.get_tier(caller).analyses_a_month
        return None if most is None else RateLimit(ANALYSES, most, MONTH_S, strategy="sliding_counter")

    @asynccontextmanager
    async def hold_stream_place(self, caller: Caller) -> AsyncGenerator[None]:
        """Hold one of the caller's live streams for as long as the block runs. Raises LimitReached."""
        most = self.get_tier(caller).streams
        if most is None:
            yield
            return
        async with hold_place(self.limiter, ConcurrencyLimit("streams", most), subject=caller.subject):
            yield

    async def count_analysis(self, caller: Caller) -> None:
        """Count a request for an analysis. Raises LimitReached where the month's are used up."""
        quota = self.get_quota(caller)
        if quota is not None:
            if quota.amount == 0:
                raise LimitReached("The tier includes no analyses.")
            _check_allowance(await self.limiter.hit(quota, caller.subject), f"{quota.amount} analyses in 30 days")
        now = datetime.now(UTC)
        async with self.records.write() as transaction:
            await transaction.usage.add(caller.owner, ANALYSES, period=find_period(now), at=now)


class RateLimitHeaders:
    """Adds to each answer how many requests the caller has left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            allowance = scope.get("state", {}).get(_ALLOWANCE)
            if allowance is not None and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(describe_allowance(cast("Allowance", allowance)))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def describe_allowance(allowance: Allowance) -> dict[str, str]:
    """Return the headers of a limit, as draft-ietf-httpapi-ratelimit-headers-07 names them."""
    limit = allowance.limit
    values = limit.amount, f"{limit.amount};w={limit.window_s}", allowance.remaining, allowance.retry_after_s
    return dict(zip(LIMIT_HEADERS, map(str, values), strict=True))


def find_period(at: datetime) -> str:
    """Return the month that the instant counts for."""
    return time.strftime("%Y-%m", at.astimezone(UTC).timetuple())


def _check_allowance(allowance: Allowance, what: str) -> None:
    if not allowance.allowed:
        raise LimitReached(f"The limit is {what}.", allowance=allowance)


def _read_key(connection: HTTPConnection) -> str | None:
    """Return the key of the request; None where it has none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    given = connection.headers.get("x-api-key")
    return given or _read_key_of_socket(connection)


def _read_key_of_socket(connection: HTTPConnection) -> str | None:
    """Return the key among the subprotocols: the only thing that a page can send with a WebSocket."""
    offered = cast("list[str]", connection.scope.get("subprotocols", []))
    return next((name.removeprefix(KEY_PROTOCOL) for name in offered if name.startswith(KEY_PROTOCOL)), None)


def read_provenance(connection: HTTPConnection) -> Provenance:
    """Return where the request comes from."""
    headers = connection.headers
    return Provenance(
        client=connection.client.host if connection.client else None,
        host=headers.get("host", ""),
        scheme=connection.url.scheme.replace("ws", "http"),
        origin=headers.get("origin"),
        sec_fetch_site=headers.get("sec-fetch-site"),
        is_forwarded="forwarded" in headers or "x-forwarded-for" in headers,
        is_in_process=_is_in_process(connection.scope),
    )


def _is_in_process(scope: Scope) -> bool:
    """Return whether no server took the request: neither end of the connection has an address.

    A server gives the address of its own socket, which no client can set; a socket of the file system has no port.
    """
    host, port = scope.get("server") or ("", None)
    client = (scope.get("client") or ("",))[0]
    return port is not None and not _is_address(host) and not _is_address(client)


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
