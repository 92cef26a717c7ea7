"""What every limiter must do, whichever it is."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import hit_limits
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from servers import RedisServer
from stand_in import PATIENCE_S

from kinemotion_backend.limits.base import (
    ConcurrencyLimit,
    Limiter,
    LimiterUnavailable,
    LimitReached,
    RateLimit,
    hold_place,
)
from kinemotion_backend.limits.fallback import FallbackLimiter
from kinemotion_backend.limits.memory import MemoryLimiter
from kinemotion_backend.limits.redis_limiter import RedisLimiter

HUNDRED, MONTHLY = hit_limits.LIMITS
TWO = ConcurrencyLimit("streams", 2)


@pytest_asyncio.fixture(params=["memory", "fallback", pytest.param("redis", marks=pytest.mark.services)])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[Limiter]:
    makers: dict[str, Callable[[], Limiter]] = {
        "memory": MemoryLimiter,
        "fallback": lambda: FallbackLimiter(MemoryLimiter(), MemoryLimiter()),
        "redis": lambda: RedisLimiter(request.getfixturevalue("redis_url")),
    }
    made = makers[request.param]()
    yield made
    await made.close()


async def count_allowed(limiter: Limiter, limit: RateLimit, *, hits: int) -> int:
    allowances = await asyncio.gather(*[limiter.hit(limit, "me") for _ in range(hits)])
    return sum(allowance.allowed for allowance in allowances)


@pytest.mark.parametrize("limit", [HUNDRED, MONTHLY], ids=lambda limit: limit.strategy)
@pytest.mark.asyncio
async def test_allows_exactly_the_limit(limiter: Limiter, limit: RateLimit) -> None:
    first = await limiter.hit(limit, "me")
    assert first.allowed
    assert first.remaining == 99
    assert await count_allowed(limiter, limit, hits=150) == 99
    refused = await limiter.hit(limit, "me")
    assert not refused.allowed
    assert refused.remaining == 0
    assert 0 < refused.reset_after_s <= limit.window_s
    assert refused.retry_after_s >= refused.reset_after_s


@pytest.mark.asyncio
async def test_counts_subjects_and_limits_apart(limiter: Limiter) -> None:
    one = RateLimit("requests", 1, window_s=3600)
    assert (await limiter.hit(one, "me")).allowed
    assert (await limiter.hit(one, "you")).allowed
    assert (await limiter.hit(RateLimit("uploads", 1, window_s=3600), "me")).allowed
    assert not (await limiter.hit(one, "me")).allowed


@pytest.mark.asyncio
async def test_counts_a_cost_whole_or_not_at_all(limiter: Limiter) -> None:
    assert (await limiter.hit(HUNDRED, "me", cost=60)).remaining == 40
    assert not (await limiter.hit(HUNDRED, "me", cost=60)).allowed
    assert (await limiter.hit(HUNDRED, "me", cost=40)).allowed


@pytest.mark.asyncio
async def test_peeking_counts_nothing(limiter: Limiter) -> None:
    for _ in range(3):
        allowance = await limiter.peek(HUNDRED, "me")
        assert allowance.allowed
        assert allowance.remaining == 100
    await limiter.hit(HUNDRED, "me", cost=100)
    assert not (await limiter.peek(HUNDRED, "me")).allowed


@pytest.mark.asyncio
async def test_gives_as_many_places_as_there_are(limiter: Limiter) -> None:
    assert await limiter.take(TWO, "me", holder="a")
    assert await limiter.take(TWO, "me", holder="b")
    assert not await limiter.take(TWO, "me", holder="c")
    assert await limiter.take(TWO, "me", holder="a")  # renewed
    assert await limiter.take(TWO, "you", holder="c")
    await limiter.release(TWO, "me", holder="a")
    assert await limiter.take(TWO, "me", holder="c")
    await limiter.release(TWO, "me", holder="a")  # has none any more
    assert not await limiter.take(TWO, "me", holder="d")


@pytest.mark.asyncio
async def test_a_place_is_free_after_the_block(limiter: Limiter) -> None:
    one = ConcurrencyLimit("streams", 1)
    async with hold_place(limiter, one, subject="me"):
        with pytest.raises(LimitReached, match="streams"):
            async with hold_place(limiter, one, subject="me"):
                pytest.fail("there was no place")
    async with hold_place(limiter, one, subject="me"):
        pass


class SlowLimiter(MemoryLimiter):
    """A limiter that answers a turn of the event loop after it has counted, as one behind a network does."""

    async def take(self, limit: ConcurrencyLimit, subject: str, *, holder: str) -> bool:
        is_taken = await super().take(limit, subject, holder=holder)
        await asyncio.sleep(0)
        return is_taken


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.asyncio
async def test_a_place_is_free_after_a_cancelled_block(turns: int) -> None:
    one, limiter = ConcurrencyLimit("streams", 1), SlowLimiter()

    async def hold() -> None:
        async with hold_place(limiter, one, subject="me"):
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    for _ in range(turns):
        await asyncio.sleep(0)
    holding.cancel()
    await asyncio.wait({holding})
    assert holding.cancelled()
    assert await limiter.take(one, "me", holder="next")


@pytest.mark.asyncio
async def test_a_place_is_free_after_a_block_that_is_cancelled_as_it_ends() -> None:
    one, limiter = ConcurrencyLimit("streams", 1), SlowLimiter()

    async def hold() -> None:
        async with hold_place(limiter, one, subject="me"):
            await asyncio.sleep(0)

    for turns in range(8):
        holding = asyncio.create_task(hold())
        for _ in range(turns):
            await asyncio.sleep(0)
        was_asked = holding.cancel()
        await asyncio.wait({holding})
        assert holding.cancelled() == was_asked  # it is not taken for done
        assert await limiter.take(one, "me", holder="next")
        await limiter.release(one, "me", holder="next")


@pytest.mark.asyncio
async def test_a_place_is_free_when_its_holder_is_dead() -> None:
    now_s = 0.0
    limiter = MemoryLimiter(clock=lambda: now_s)
    assert await limiter.take(TWO, "me", holder="a")
    now_s = 29.0
    assert await limiter.take(TWO, "me", holder="b")
    assert not await limiter.take(TWO, "me", holder="c")
    now_s = 31.0
    assert await limiter.take(TWO, "me", holder="c")
    assert not await limiter.take(TWO, "me", holder="a")


@pytest.mark.services
@pytest.mark.asyncio
async def test_redis_frees_the_place_of_the_dead(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RedisLimiter(redis_url)
    monkeypatch.setattr("kinemotion_backend.limits.redis_limiter.PLACE_LEASE_S", 0.05)
    assert await limiter.take(TWO, "me", holder="a")
    assert await limiter.take(TWO, "me", holder="b")
    async with asyncio.timeout(PATIENCE_S):
        while not await limiter.take(TWO, "me", holder="c"):  # noqa: ASYNC110  (Redis keeps the time)
            await asyncio.sleep(0.01)
    await limiter.close()


class Clock:
    """The time of the limits library, set by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1_800_000_000.0
        monkeypatch.setattr("time.time", lambda: self.now_s)


def most_in_a_window(allowed_at_s: list[float], window_s: float) -> int:
    """Return the largest number of instants in any half-open window of that length."""
    return max((sum(start <= at < start + window_s for at in allowed_at_s) for start in allowed_at_s), default=0)


SLOWER = 1000
"""Redis also forgets by its own clock: a busy machine must not take as long as a window."""
BURSTS: dict[str, list[tuple[float, int]]] = {
    "late in one window, early in the next": [(4.9, 100), (5.1, 100), (9.8, 100), (10.1, 100)],
    "steady": [(second / 10, 5) for second in range(200)],
    "all at once, again and again": [(float(second), 120) for second in range(8)],
    "exactly on the border": [(0.0, 100), (5.0, 100), (10.0, 100)],
}


@pytest.mark.parametrize("burst", BURSTS)
@pytest.mark.asyncio
async def test_within_any_window_the_limit_holds(limiter: Limiter, monkeypatch: pytest.MonkeyPatch, burst: str) -> None:
    clock, limit = Clock(monkeypatch), RateLimit("requests", 100, window_s=5 * SLOWER)
    start_s, allowed_at_s = clock.now_s, list[float]()
    for at_s, hits in BURSTS[burst]:
        clock.now_s = start_s + at_s * SLOWER
        allowed_at_s += [at_s] * await count_allowed(limiter, limit, hits=hits)
    assert most_in_a_window(allowed_at_s, 5) == 100


@given(gaps_s=st.lists(st.floats(0, 3), min_size=1, max_size=40), amount=st.integers(1, 6))
def test_no_series_of_hits_gets_past_the_limit(gaps_s: list[float], amount: int) -> None:
    async def run() -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            clock, limiter = Clock(monkeypatch), MemoryLimiter()
            limit, allowed_at_s = RateLimit("requests", amount, window_s=5), list[float]()
            for gap_s in gaps_s:
                clock.now_s += gap_s
                if (await limiter.hit(limit, "me")).allowed:
                    allowed_at_s.append(clock.now_s)
            assert most_in_a_window(allowed_at_s, limit.window_s) <= amount
            assert all(earlier <= later for earlier, later in pairwise(allowed_at_s))

    asyncio.run(run())


@pytest.mark.asyncio
async def test_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, limiter, limit = Clock(monkeypatch), MemoryLimiter(), RateLimit("requests", 2, window_s=60)
    await limiter.hit(limit, "me")
    clock.now_s += 20
    await limiter.hit(limit, "me")
    clock.now_s += 10.5
    refused = await limiter.hit(limit, "me")
    assert refused.reset_after_s == pytest.approx(29.5)
    assert refused.retry_after_s == 30
    clock.now_s += 29.4
    assert not (await limiter.hit(limit, "me")).allowed
    clock.now_s += 0.2
    assert (await limiter.hit(limit, "me")).allowed


@pytest.mark.services
def test_four_processes_share_each_limit(redis_url: str) -> None:
    command = [sys.executable, hit_limits.__file__, redis_url, "100"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    answers = [json.loads(process.communicate()[0]) for process in processes]
    for limit in hit_limits.LIMITS:
        assert sum(answer[limit.strategy] for answer in answers) == 100


@pytest.mark.services
@pytest.mark.asyncio
async def test_limits_stay_in_force_without_redis(redis_server: RedisServer, redis_url: str) -> None:
    now_s = 0.0
    fallbacks: list[int] = []
    limiter = FallbackLimiter(
        RedisLimiter(redis_url), MemoryLimiter(), clock=lambda: now_s, on_fallback=lambda: fallbacks.append(1)
    )
    limit = RateLimit("requests", 3, window_s=3600)
    assert (await limiter.hit(limit, "me")).remaining == 2
    redis_server.stop()
    answers = Counter([(await limiter.hit(limit, "me")).allowed for _ in range(5)])
    assert answers == {True: 3, False: 2}
    assert len(fallbacks) == 5
    async with hold_place(limiter, TWO, subject="me"):
        assert len(fallbacks) == 6
    redis_server.start()
    now_s = 6.0
    assert (await limiter.hit(limit, "me")).remaining == 2  # this Redis keeps nothing over a restart
    assert len(fallbacks) == 7
    await limiter.close()


@pytest.mark.asyncio
async def test_redis_that_is_away_is_a_typed_error() -> None:
    limiter = RedisLimiter("redis://127.0.0.1:1/0")
    with pytest.raises(LimiterUnavailable):
        await limiter.hit(HUNDRED, "me")
    with pytest.raises(LimiterUnavailable):
        await limiter.take(TWO, "me", holder="a")
    await limiter.close()
