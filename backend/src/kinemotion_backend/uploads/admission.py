"""How many requests the service works on at once, in all and for one client; any more are refused for now."""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from kinemotion_backend.errors import Saturated, TooManyAtOnce

IPV6_SITE_BITS = 64
"""What one subscriber is given: all of its addresses are one client."""


def find_client_key(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, IPV6_SITE_BITS), strict=False))


class Admission:
    """A fixed number of places, taken and given back; no client may have more than its share of them."""

    def __init__(self, places: int, *, share: int) -> None:
        self._places = places
        self._share = share
        self._taken: Counter[str] = Counter()
        self._empty = asyncio.Event()
        self._empty.set()

    @contextmanager
    def hold_place(self, address: str) -> Generator[None]:
        """Hold a place for the client; raise Saturated or TooManyAtOnce when none is free for it."""
        client = find_client_key(address)
        if self._taken.total() >= self._places:
            raise Saturated("All places are taken.")
        if self._taken[client] >= self._share:
            raise TooManyAtOnce(f"{self._share} of your videos are in work already.")
        self._taken[client] += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._taken[client] -= 1
            self._taken += Counter()  # forgets clients that hold none
            if not self._taken:
                self._empty.set()

    async def wait_until_empty(self) -> None:
        """Wait until no place is taken."""
        await self._empty.wait()
