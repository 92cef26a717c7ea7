"""What every event bus must do, whichever it is."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio
from servers import RedisServer
from stand_in import PATIENCE_S

from kinemotion_backend.events.base import Event, EventBus
from kinemotion_backend.events.memory import MemoryEventBus
from kinemotion_backend.events.redis_bus import RedisEventBus

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[EventBus]:
    """A bus that keeps three events of each topic."""
    if request.param == "memory":
        made: EventBus = MemoryEventBus(replay=3)
    else:
        made = RedisEventBus(request.getfixturevalue("redis_url"), replay=3)
    yield made
    await made.close()


async def take(events: AsyncGenerator[Event], count: int) -> list[Event]:
    """Return the next events."""
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(events) for _ in range(count)]


async def publish(bus: EventBus, topic: str, *numbers: int) -> list[Event]:
    return [await bus.publish(topic, Event("progress", {"done": number})) for number in numbers]


async def start_listening(bus: EventBus, topic: str) -> tuple[AsyncGenerator[Event], Event]:
    """Subscribe, and return the iterator when it is known to receive."""
    events = bus.subscribe(topic)
    first = asyncio.create_task(anext(events))
    async with asyncio.timeout(PATIENCE_S):
        while not first.done():
            await bus.publish(topic, Event("start"))
            await asyncio.sleep(0.01)
        received = await first
        await bus.publish(topic, Event("started"))
        while received.kind != "started":
            received = await anext(events)
    return events, received


async def test_delivers_in_order(bus: EventBus) -> None:
    events, _ = await start_listening(bus, "a")
    async with aclosing(events):
        published = await publish(bus, "a", 1, 2, 3)
        assert await take(events, 3) == published
        assert [event.data["done"] for event in published] == [1, 2, 3]
        assert len({event.id for event in published}) == 3


async def test_keeps_topics_apart(bus: EventBus) -> None:
    events, _ = await start_listening(bus, "a")
    async with aclosing(events):
        await publish(bus, "b", 1)
        [mine] = await publish(bus, "a", 2)
        assert await anext(events) == mine


async def test_delivers_to_everybody_who_listens(bus: EventBus) -> None:
    one, _ = await start_listening(bus, "a")
    two, _ = await start_listening(bus, "a")
    async with aclosing(one), aclosing(two):
        [event] = await publish(bus, "a", 1)
        assert await anext(two) == event
        received = [await anext(one)]
        while received[-1] != event:
            received.append(await anext(one))


async def test_repeats_what_came_after_an_id(bus: EventBus) -> None:
    first, second, third = await publish(bus, "a", 1, 2, 3)
    async with aclosing(bus.subscribe("a", first.id)) as events:
        assert await take(events, 2) == [second, third]
        fourth = await publish(bus, "a", 4)
        assert await take(events, 1) == fourth


async def test_repeats_everything_that_is_kept(bus: EventBus) -> None:
    published = await publish(bus, "a", 1, 2, 3, 4, 5)
    for outdated in ("0", published[0].id, "of-another-bus", "9", "-", "9" * 400):
        async with aclosing(bus.subscribe("a", outdated)) as events:
            assert await take(events, 3) == published[2:]


async def test_repeats_nothing_that_the_listener_has(bus: EventBus) -> None:
    *_, last = await publish(bus, "a", 1, 2)
    async with aclosing(bus.subscribe("a", last.id)) as events:
        waiting = asyncio.create_task(anext(events))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        [fresh] = await publish(bus, "a", 3)
        assert await waiting == fresh


async def test_a_slow_listener_misses_the_oldest(bus: EventBus) -> None:
    events, _ = await start_listening(bus, "a")
    async with aclosing(events):
        published = await publish(bus, "a", 1, 2, 3, 4, 5)
        assert await take(events, 3) == published[2:]


async def test_a_listener_that_leaves_is_forgotten(bus: EventBus) -> None:
    events, _ = await start_listening(bus, "a")
    await events.aclose()
    await publish(bus, "a", 1)
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_memory_forgets_old_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    bus = MemoryEventBus(clock=lambda: now_s)
    await publish(bus, "old", 1)
    now_s = 3601.0
    await publish(bus, "new", 1)
    assert bus.topics == ("new",)
    monkeypatch.setattr("kinemotion_backend.events.memory.MAX_TOPICS", 5)
    for number in range(20):
        await publish(bus, f"topic {number}", 1)
    assert len(bus.topics) == 5


async def test_a_cancelled_listener_ends_also_when_redis_answers_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bus, connected = RedisEventBus("redis://localhost:1"), asyncio.Event()
    monkeypatch.setattr(bus, "_connected", connected)
    monkeypatch.setattr(bus, "_read_news", asyncio.Event().wait)
    listening = asyncio.create_task(anext(bus.subscribe("a")))
    await asyncio.sleep(0.05)
    connected.set()
    listening.cancel()
    await asyncio.wait({listening}, timeout=5)
    assert listening.cancelled()
    await bus.close()


@pytest.mark.services
async def test_redis_delivers_across_instances(redis_url: str) -> None:
    here, there = RedisEventBus(redis_url), RedisEventBus(redis_url)
    events, _ = await start_listening(here, "a")
    async with aclosing(events):
        published = await publish(there, "a", *range(250))
        assert await take(events, 250) == published
    await here.close()
    await there.close()


@pytest.mark.services
async def test_redis_may_go_away_and_come_back(redis_server: RedisServer, redis_url: str) -> None:
    bus = RedisEventBus(redis_url)
    events, _ = await start_listening(bus, "a")
    async with aclosing(events):
        redis_server.stop()
        dropped = await bus.publish("a", Event("lost"))
        assert dropped.id == ""
        waiting = asyncio.create_task(anext(events))
        redis_server.start()
        async with asyncio.timeout(PATIENCE_S):
            while not (await bus.publish("a", Event("heard"))).id:  # noqa: ASYNC110  (Redis tells nobody that it is back)
                await asyncio.sleep(0.05)
            assert (await waiting).kind == "heard"
    await bus.close()
