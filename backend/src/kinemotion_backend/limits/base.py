"""What every limiter does: count what a subject did, and say whether it may do more."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

import structlog

from kinemotion_backend.errors import ServiceError

PLACE_LEASE_S = 30.0
"""How long a place stays taken after its holder was killed."""

log = structlog.stdlib.get_logger(__name__)


class LimitReached(ServiceError):
    """The caller did as much as its limit allows for now."""

    code = "limit_reached"
    retryable = True
    hint = "Wait for the time given in Retry-After, or use a key of a higher tier."

    def __init__(self, message: str, *, allowance: "Allowance | None" = None) -> None:
        super().__init__(message)
        self.allowance = allowance
        self.retry_after_s = allowance.retry_after_s if allowance else 5


class LimiterUnavailable(ServiceError):
    """The counters cannot be reached."""

    code = "limiter_unavailable"
    retryable = True


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``amount`` in ``window_s`` seconds."""

    name: str
    amount: int
    window_s: int
    strategy: Literal["moving_window", "sliding_counter"] = "moving_window"
    """``moving_window`` is exact and remembers every hit: for short windows. ``sliding_counter`` keeps two numbers and
    takes the hits of the last window as evenly spread: for a month."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a subject may still do."""

    allowed: bool
    limit: RateLimit
    remaining: int
    reset_after_s: float
    """Seconds until the subject may do more than now."""

    @property
    def retry_after_s(self) -> int:
        """Whole seconds to wait, at least one."""
        return max(1, -int(-self.reset_after_s // 1))


@dataclass(frozen=True, slots=True)
class ConcurrencyLimit:
    """At most ``amount`` at the same time."""

    name: str
    amount: int


class Limiter(ABC):
    """Counts each subject separately: a key, an account or a client address."""

    @abstractmethod
    async def hit(self, limit: RateLimit, subject: str, *, cost: int = 1) -> Allowance:
        """Count ``cost`` if that stays within the limit; nothing is counted otherwise."""

    @abstractmethod
    async def peek(self, limit: RateLimit, subject: str) -> Allowance:
        """Return what the subject may still do, and count nothing."""

    @abstractmethod
    async def take(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> bool:
        """Take a place for ``PLACE_LEASE_S`` seconds, or keep the one that this holder has; False if all are taken."""

    @abstractmethod
    async def release(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> None:
        """Free the holder's place."""

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""


@asynccontextmanager
async def hold_place(limiter: Limiter, limit: ConcurrencyLimit, *, subject: str) -> AsyncGenerator[None]:
    """Hold a place for as long as the block runs.

    Raises
    ------
    LimitReached
        If all places of the subject are taken.
    """
    holder = uuid4().hex
    try:
        is_taken = await limiter.take(limit, subject, holder=holder)
    except asyncio.CancelledError:
        await limiter.release(limit, subject, holder=holder)  # nobody knows whether it was taken
        raise
    if not is_taken:
        raise LimitReached(f"Only {limit.amount} at the same time are allowed: {limit.name}.")
    renewing = asyncio.create_task(_renew(limiter, limit, subject=subject, holder=holder))
    try:
        yield
    finally:
        renewing.cancel()
        try:
            await asyncio.wait({renewing})
        finally:
            await limiter.release(limit, subject, holder=holder)


async def _renew(limiter: Limiter, limit: ConcurrencyLimit, *, subject: str, holder: str) -> None:
    """Keep the place; a stream that runs is not ended if its place was lost while the counters were away."""
    while True:
        await asyncio.sleep(PLACE_LEASE_S / 3)
        try:
            with suppress(LimiterUnavailable):
                await limiter.take(limit, subject, holder=holder)
        except Exception:
            log.exception("place_not_renewed", limit=limit.name)  # tried again until the block ends
