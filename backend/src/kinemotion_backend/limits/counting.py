"""Rates and quotas by the ``limits`` library: the same strategies over memory and over Redis."""

import time
from collections.abc import Mapping
from types import MappingProxyType

from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from kinemotion_backend.limits.base import Allowance, RateLimit

_STRATEGIES: Mapping[str, type[RateLimiter]] = MappingProxyType(
    {"moving_window": MovingWindowRateLimiter, "sliding_counter": SlidingWindowCounterRateLimiter}
)


class Counters:
    """The hits of every subject, in one storage."""

    def __init__(self, storage: Storage) -> None:
        self._by_strategy = {name: strategy(storage) for name, strategy in _STRATEGIES.items()}

    async def hit(self, limit: RateLimit, subject: str, *, cost: int) -> Allowance:
        """Count if allowed."""
        allowed = await self._by_strategy[limit.strategy].hit(_make_item(limit), limit.name, subject, cost=cost)
        return await self._describe(limit, subject, allowed=allowed)

    async def peek(self, limit: RateLimit, subject: str) -> Allowance:
        """Count nothing."""
        allowed = await self._by_strategy[limit.strategy].test(_make_item(limit), limit.name, subject)
        return await self._describe(limit, subject, allowed=allowed)

    async def _describe(self, limit: RateLimit, subject: str, *, allowed: bool) -> Allowance:
        stats = await self._by_strategy[limit.strategy].get_window_stats(_make_item(limit), limit.name, subject)
        reset_after_s = max(0.0, stats.reset_time - time.time())
        return Allowance(allowed, limit, remaining=max(0, stats.remaining), reset_after_s=reset_after_s)


def _make_item(limit: RateLimit) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit.amount, limit.window_s)
