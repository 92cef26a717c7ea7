"""Limits across instances: everything is counted in Redis, by scripts that it runs one at a time."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from limits.aio.storage import Storage
from limits.storage import storage_from_string
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kinemotion_backend.limits.base import (
    PLACE_LEASE_S,
    Allowance,
    ConcurrencyLimit,
    Limiter,
    LimiterUnavailable,
    RateLimit,
)
from kinemotion_backend.limits.counting import Counters

PREFIX = "kinemotion:limits"
ANSWER_S = 0.5
"""How long a request may wait for the counters."""
MAX_CONNECTIONS = 32
QUEUE_S = 5.0
"""How long a request may wait for a free connection; a burst is no failure of Redis."""

_TAKE = """
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', KEYS[1], now_ms + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
"""Forget holders whose time is over, then enter this one if there is room. Redis gives the time: all machines agree."""


class RedisLimiter(Limiter):
    """Counts in Redis, for all instances together."""

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {
            "socket_connect_timeout": ANSWER_S,
            "socket_timeout": ANSWER_S,
            "retry": Retry(NoBackoff(), 1),
            "max_connections": MAX_CONNECTIONS,
            "timeout": QUEUE_S,
        }
        shared: Any = {"connection_pool": BlockingConnectionPool.from_url(url, **options)}  # pyright: ignore[reportUnknownMemberType]  (redis leaves it untyped)
        self._connections: BlockingConnectionPool = shared["connection_pool"]
        self._redis: Redis = Redis(**shared)
        storage = storage_from_string(f"async+{url}", implementation="redispy", key_prefix=PREFIX, **shared)
        self._counters = Counters(cast("Storage", storage))
        self._take: Any = self._redis.register_script(_TAKE)

    async def hit(self, limit: RateLimit, subject: str, *, cost: int = 1) -> Allowance:
        """Count in Redis."""
        async with _reaching_redis():
            return await self._counters.hit(limit, subject, cost=cost)

    async def peek(self, limit: RateLimit, subject: str) -> Allowance:
        """Look at the counters."""
        async with _reaching_redis():
            return await self._counters.peek(limit, subject)

    async def take(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> bool:
        """Enter the holder in a sorted set, unless all places are taken."""
        async with _reaching_redis():
            arguments = [holder, limit.amount, round(PLACE_LEASE_S * 1000)]
            return bool(await self._take(keys=[_make_key(limit, subject)], args=arguments))

    async def release(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> None:
        """Remove the holder from the set."""
        async with _reaching_redis():
            await self._redis.zrem(_make_key(limit, subject), holder)

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.aclose()


@asynccontextmanager
async def _reaching_redis() -> AsyncGenerator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise LimiterUnavailable("The counters of the limits cannot be reached.") from error


def _make_key(limit: ConcurrencyLimit, subject: str) -> str:
    return f"{PREFIX}:places:{limit.name}:{subject}"
