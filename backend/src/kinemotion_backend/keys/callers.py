"""Callers of the service: a key, or a program of this machine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.tiers import ENTERPRISE

SCOPES = (
    "analyses:read",
    "analyses:write",
    "athletes:read",
    "athletes:write",
    "live:stream",
    "webhooks:manage",
    "keys:manage",
)
LOCAL_OWNER = "local"
"""The account of callers on this machine."""
Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))
_PORT = re.compile(r":\d+$")


class NotAuthenticated(ServiceError):
    """The request has no valid key, and does not come from this machine."""

    code = "not_authenticated"
    hint = "Send a key as `Authorization: Bearer kin_…` or `X-API-Key: kin_…`."


class NotAuthorized(ServiceError):
    """The caller is known and may not do this."""

    code = "not_authorized"
    hint = "Use a key that has the scope."


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request with their permissions."""

    owner: str
    """The account whose records are seen."""
    tier: str
    scopes: frozenset[str]
    key_id: str | None = None
    """None for a caller on this machine."""

    @property
    def subject(self) -> str:
        """What limits are counted for: the account, so that a second key gives no second quota."""
        return self.owner

    def require(self, scope: str) -> None:
        """Raise NotAuthorized where the caller lacks the scope."""
        if scope not in self.scopes:
            raise NotAuthorized(f"The key has no scope {scope}.")


LOCAL_CALLER = Caller(LOCAL_OWNER, ENTERPRISE, frozenset(SCOPES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a request comes from, as far as its headers and its connection show."""

    client: str | None
    """Address of the connection; None over a socket of the file system."""
    host: str
    """The Host header."""
    scheme: str
    origin: str | None = None
    sec_fetch_site: str | None = None
    is_forwarded: bool = False
    """Whether a proxy passed the request on, so that the connection says nothing about the client."""
    is_in_process: bool = False
    """Whether there is no connection at all: a script or a test in this process calls the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeylessAccess:
    """Rules for requests without a key."""

    networks: tuple[Network, ...] = LOOPBACK
    """Where programs may call from."""
    hosts: frozenset[str] = frozenset()
    """Names of this service beside ``localhost``, in small letters."""
    origins: frozenset[str] = frozenset()
    """Origins of pages that may call beside the service's own."""

    def admits(self, request: Provenance) -> bool:
        """Return whether a program of these networks asks, or a page that may.

        A page of any web site can make a browser of these networks send requests here. Browsers say so: by ``Origin``,
        by ``Sec-Fetch-Site``, and by ``Host`` where a foreign name was made to point here (DNS rebinding).
        """
        if request.is_forwarded or not self.networks:
            return False
        if request.is_in_process:
            return self.is_own_page(request)
        if not self.is_near(request.client):
            return False
        return self._names_this_service(request.host) and self.is_own_page(request)

    def is_own_page(self, request: Provenance) -> bool:
        """Return whether no page asks, or one that may. Programs send neither ``Origin`` nor ``Sec-Fetch-Site``."""
        if request.origin is not None and request.origin.lower() in self.origins:
            return True
        if request.sec_fetch_site not in {None, "same-origin", "none"}:
            return False
        return request.origin is None or request.origin.lower() == f"{request.scheme}://{request.host}".lower()

    def is_near(self, client: str | None) -> bool:
        """Return whether the address of a connection is in one of the networks; None is a socket of the file system."""
        return client is None or is_in_networks(client, self.networks)

    def _names_this_service(self, host: str) -> bool:
        """Return whether the name is one of ours; an address is nobody's to point elsewhere."""
        name = _PORT.sub("", host).lower()
        return name in self.hosts or name == "localhost" or _read_address(name.strip("[]")) is not None


def is_in_networks(client: str, networks: Iterable[Network]) -> bool:
    """Return whether the address of a connection is in one of the networks."""
    address = _read_address(client)
    return address is not None and any(address in network for network in networks if network.version == address.version)


def _read_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
