"""Who calls: a key, or somebody on this machine."""

from dataclasses import dataclass
from ipaddress import ip_address

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
LOCAL_NAMES = frozenset({"localhost"})


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
    """Who makes a request, and what they may do."""

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
    """Whether a proxy passed the request on, so that the connection's address is the proxy's."""


def is_local(request: Provenance) -> bool:
    """Return whether a program of this machine asks, or a page that this service served to it.

    A page of any web site can make the browser of this machine send requests here. Browsers say so: by ``Origin``,
    by ``Sec-Fetch-Site``, and by ``Host`` where a foreign name was made to point here (DNS rebinding).
    """
    if request.is_forwarded or not (request.client is None or _is_loopback(request.client)):
        return False
    return _names_this_machine(request.host) and is_same_origin(request)


def is_same_origin(request: Provenance) -> bool:
    """Return whether no page of another origin asks. Programs send neither header."""
    if request.sec_fetch_site not in {None, "same-origin", "none"}:
        return False
    return request.origin is None or request.origin.lower() == f"{request.scheme}://{request.host}".lower()


def _names_this_machine(host: str) -> bool:
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    return name.lower() in LOCAL_NAMES or _is_loopback(name.strip("[]"))


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
