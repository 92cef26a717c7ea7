"""Which network addresses a user may make the service connect to: public ones, and those on the allow-list.

A server that posts to any URL lets its users reach what only the server can reach: its own host, its neighbours, the
metadata service of its cloud (server-side request forgery, SSRF).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""Everything that is routed today in IPv6 (RFC 4291, section 2.4); the rest is local, reserved or a tunnel."""

NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # this host (RFC 1122)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments, with Teredo tunnels (RFC 4380)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 tunnels: an IPv4 address inside
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def is_public(address: Address) -> bool:
    """Return whether the address is on the public internet, whatever is wrapped in it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.scope_id is not None or address not in GLOBAL_UNICAST:
            return False
    return address.is_global and not any(address in block for block in NOT_PUBLIC if block.version == address.version)


@dataclass(frozen=True, slots=True)
class AllowList:
    """Hosts and networks that may be reached although they are not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def permits(self, host: str, addresses: Sequence[Address]) -> bool:
        """Return whether a connection to the host may go to these addresses: every one must be permitted."""
        return bool(addresses) and (
            host.lower() in self.hosts or all(self._lists(address) or is_public(address) for address in addresses)
        )

    def names(self, host: str) -> bool:
        """Return whether the host itself stands on the list, by name or as an address in a listed network."""
        address = parse_address(host)
        return host.lower() in self.hosts or (address is not None and self._lists(address))

    def _lists(self, address: Address) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)


def read_allow_list(entries: Iterable[str]) -> AllowList:
    """Read host names, addresses and networks such as ``10.1.0.0/16``."""
    hosts, networks = set[str](), list[Network]()
    for entry in entries:
        try:
            networks.append(ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            hosts.add(entry.lower())
    return AllowList(frozenset(hosts), tuple(networks))


def parse_address(host: str) -> Address | None:
    """Return the address that the text is; None for a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
