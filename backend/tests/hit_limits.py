"""One process that hits limits in Redis as fast as it can: ``python hit_limits.py URL HITS`` prints how many passed."""

import asyncio
import json
import sys

from kinemotion_backend.limits.base import RateLimit
from kinemotion_backend.limits.redis_limiter import RedisLimiter

LIMITS = (
    RateLimit("requests", 100, window_s=3600),
    RateLimit("analyses", 100, window_s=30 * 86400, strategy="sliding_counter"),
)


async def count_allowed(url: str, hits: int) -> dict[str, int]:
    limiter = RedisLimiter(url)
    allowed: dict[str, int] = {}
    for limit in LIMITS:
        allowances = await asyncio.gather(*[limiter.hit(limit, "me") for _ in range(hits)])
        allowed[limit.strategy] = sum(allowance.allowed for allowance in allowances)
    await limiter.close()
    return allowed


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(count_allowed(sys.argv[1], int(sys.argv[2])))))
