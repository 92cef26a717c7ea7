"""Limits that stay in force while Redis is away: counted in this process until it is back."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from kinemotion_backend.limits.base import Allowance, ConcurrencyLimit, Limiter, LimiterUnavailable, RateLimit

RETRY_S = 5.0
"""How long the first limiter is left alone after it failed, so that requests do not wait for it each time."""

Answer = TypeVar("Answer")

log = structlog.stdlib.get_logger(__name__)


class FallbackLimiter(Limiter):
    """Asks the first limiter; where that cannot be reached, the second one, and reports each of its answers.

    The second one counts for itself alone. With N instances a caller may so do up to N times as much for a while.
    """

    def __init__(
        self,
        first: Limiter,
        second: Limiter,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_fallback: Callable[[], object] = lambda: None,
    ) -> None:
        self._first = first
        self._second = second
        self._clock = clock
        self._on_fallback = on_fallback
        self._retry_at_s = -RETRY_S

    async def hit(self, limit: RateLimit, subject: str, *, cost: int = 1) -> Allowance:
        """Count where it is possible."""
        return await self._ask(lambda limiter: limiter.hit(limit, subject, cost=cost))

    async def peek(self, limit: RateLimit, subject: str) -> Allowance:
        """Look where it is possible."""
        return await self._ask(lambda limiter: limiter.peek(limit, subject))

    async def take(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> bool:
        """Take a place where it is possible."""
        return await self._ask(lambda limiter: limiter.take(limit, subject, holder=holder))

    async def release(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> None:
        """Free the place in both: it may have been taken in either."""
        await self._second.release(limit, subject, holder=holder)
        await self._ask(lambda limiter: limiter.release(limit, subject, holder=holder))

    async def close(self) -> None:
        """Close both."""
        await self._first.close()
        await self._second.close()

    async def _ask(self, question: Callable[[Limiter], Awaitable[Answer]]) -> Answer:
        if self._clock() >= self._retry_at_s:
            try:
                return await question(self._first)
            except LimiterUnavailable:
                self._retry_at_s = self._clock() + RETRY_S
                log.warning("limits_fall_back", retry_after_s=RETRY_S)
        self._on_fallback()
        return await question(self._second)
