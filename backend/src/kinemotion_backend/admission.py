"""How many requests the service works on at once, in all and for one client; the rest are told to come back."""

import asyncio
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from kinemotion_backend.errors import Saturated, TooManyAtOnce


class Admission:
    """A fixed number of places, taken and given back; no client may have more than its share of them."""

    def __init__(self, places: int, *, share: int) -> None:
        self._places = places
        self._share = share
        self._taken: Counter[str] = Counter()
        self._empty = asyncio.Event()
        self._empty.set()

    @contextmanager
    def place(self, client: str) -> Generator[None]:
        """Hold a place; Saturated or TooManyAtOnce at once where none is free for this client."""
        if self._taken.total() >= self._places:
            raise Saturated("All places are taken.")
        if self._taken[client] >= self._share:
            raise TooManyAtOnce(f"{self._share} of your videos are being worked on already.")
        self._taken[client] += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._taken[client] -= 1
            self._taken += Counter()  # forgets clients that hold none
            if not self._taken:
                self._empty.set()

    async def emptied(self) -> None:
        """Wait until no place is taken."""
        await self._empty.wait()
