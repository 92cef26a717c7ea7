"""Limits inside one process: the default, without any server."""

import time
from collections import defaultdict
from collections.abc import Callable

from limits.aio.storage import MemoryStorage

from kinemotion_backend.limits.base import PLACE_LEASE_S, Allowance, ConcurrencyLimit, Limiter, RateLimit
from kinemotion_backend.limits.counting import Counters


class MemoryLimiter(Limiter):
    """Counts in this process alone; a restart forgets everything."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._counters = Counters(MemoryStorage())
        self._clock = clock
        self._holders: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        """For each kind of place and subject: who holds one, and until when."""

    async def hit(self, limit: RateLimit, subject: str, *, cost: int = 1) -> Allowance:
        """Count in memory."""
        return await self._counters.hit(limit, subject, cost=cost)

    async def peek(self, limit: RateLimit, subject: str) -> Allowance:
        """Look at the counters."""
        return await self._counters.peek(limit, subject)

    async def take(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> bool:
        """Enter the holder, unless all places are taken."""
        now_s = self._clock()
        holders = {name: until for name, until in self._holders[limit.name, subject].items() if until > now_s}
        if holder in holders or len(holders) < limit.amount:
            holders[holder] = now_s + PLACE_LEASE_S
        self._holders[limit.name, subject] = holders
        return holder in holders

    async def release(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> None:
        """Remove the holder."""
        holders = self._holders[limit.name, subject]
        holders.pop(holder, None)
        if not holders:
            del self._holders[limit.name, subject]

    async def close(self) -> None:
        """Do nothing: there are no connections."""
