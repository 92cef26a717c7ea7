"""Posts over connections that are checked when they are made: the address checked is the address connected to."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import TypeAlias

import httpcore2
from httpcore2 import SOCKET_OPTION, AnyIOBackend, AsyncConnectionPool, AsyncNetworkBackend, AsyncNetworkStream
from pydantic import HttpUrl, TypeAdapter, ValidationError

from kinemotion_backend.outbound.addresses import Address, AllowList, parse_address
from kinemotion_backend.outbound.base import TIME_LIMIT_S, Answer, ForbiddenUrl, Sender

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[Address]]]

MAX_CONNECTIONS = 50
_URL = TypeAdapter(HttpUrl)


class ForbiddenAddress(Exception):
    """The host has an address that the service may not connect to."""


class UnknownHost(Exception):
    """The host has no address."""


class GuardedBackend(AsyncNetworkBackend):
    """Looks a host up once, refuses it if any address is not permitted, and connects to one of those addresses.

    The name stays in the request and in TLS: only the connection goes to the address.
    """

    def __init__(
        self, allow_list: AllowList, *, resolve: Resolver | None = None, backend: AsyncNetworkBackend | None = None
    ) -> None:
        self._allow_list = allow_list
        self._resolve = resolve or _resolve
        self._backend = backend or AnyIOBackend()

    async def connect_tcp(  # noqa: PLR0917  (the library's signature)
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (the library's signature)
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first address that answers."""
        addresses = await self._resolve(host, port)
        if not self._allow_list.permits(host, addresses):
            raise ForbiddenAddress(host)
        for place, address in enumerate(addresses, start=1):
            try:
                return await self._backend.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if place == len(addresses):
                    raise
        raise UnknownHost(host)

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts."""
        await self._backend.sleep(seconds)


class GuardedSender(Sender):
    """Posts by httpcore: no proxies, no cookies, no redirects, and a new connection for every request."""

    def __init__(
        self,
        allow_list: AllowList,
        *,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._allow_list = allow_list
        self._time_limit_s = time_limit_s
        self._connections = AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=0,  # the next request looks the host up again
            network_backend=GuardedBackend(allow_list, resolve=resolve),
        )

    def check_url(self, url: str) -> str:
        """Check scheme, credentials and host; the addresses of a name are checked when it is connected to."""
        try:
            parsed = _URL.validate_python(url)
        except ValidationError:
            raise ForbiddenUrl("That is not a valid http or https URL.") from None
        host = parsed.host or ""
        if parsed.username is not None or parsed.password is not None:
            raise ForbiddenUrl("The URL has a user name or a password.")
        if parsed.fragment is not None:
            raise ForbiddenUrl("The URL has a fragment.")
        address = parse_address(host)
        if address is not None and not self._allow_list.permits(host, [address]):
            raise ForbiddenUrl("The address in the URL is not public.")
        if parsed.scheme != "https" and not self._allow_list.names(host):
            raise ForbiddenUrl("The URL does not begin with https.")
        return str(parsed)

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post within the time limit, and read nothing but the status."""
        started_s = time.monotonic()
        status, error = None, ""
        try:
            self.check_url(url)
            async with asyncio.timeout(self._time_limit_s):
                request = self._connections.stream("POST", url, headers=list(headers.items()), content=body)
                async with request as response:
                    status = response.status
        except (TimeoutError, httpcore2.TimeoutException):
            error = "timeout"
        except (ForbiddenAddress, ForbiddenUrl):
            error = "forbidden_address"
        except UnknownHost:
            error = "unknown_host"
        except (httpcore2.ConnectError, ssl.SSLError):
            error = "connection_failed"
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
            error = "no_answer"
        return Answer(status, error, duration_ms=round((time.monotonic() - started_s) * 1000))

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.aclose()


async def _resolve(host: str, port: int) -> list[Address]:
    """Return every address of the host."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a part of the name is longer than 63 characters
        raise UnknownHost(host) from None
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
