"""Events across instances: a Redis stream for each topic keeps the latest ones, one channel says which has news."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kinemotion_backend.events.base import REPLAY_EVENTS, REPLAY_S, Event, EventBus

PREFIX = "kinemotion:events:"
NEWS = "kinemotion:news"
_ID = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")
"""Redis refuses a number of 64 bits or more."""
POLL_S = 5.0
"""How often a listener looks without a message: covers a message that Redis lost while it was away."""
RECONNECT_S = 0.5
ANSWER_S = 5.0
"""How long Redis may take for one answer."""
PAGE = 100
MAX_CONNECTIONS = 32

log = structlog.stdlib.get_logger(__name__)


class RedisEventBus(EventBus):
    """Keeps the latest events of each topic in Redis; every instance reads them there."""

    def __init__(self, url: str, *, replay: int = REPLAY_EVENTS) -> None:
        options: dict[str, Any] = {
            "decode_responses": True,
            "socket_connect_timeout": ANSWER_S,
            "socket_timeout": ANSWER_S + POLL_S,
            "retry": Retry(NoBackoff(), 1),
            "max_connections": MAX_CONNECTIONS,
            "timeout": ANSWER_S,
        }
        pool: Any = BlockingConnectionPool.from_url(url, **options)  # pyright: ignore[reportUnknownMemberType]  (redis leaves it untyped)
        self._redis: Redis = Redis.from_pool(pool)
        self._replay = replay
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()

    async def publish(self, topic: str, event: Event) -> Event:
        """Append the event to the topic's stream and announce the topic, in one transaction."""
        key = PREFIX + topic
        fields: Any = {"kind": event.kind, "data": json.dumps(event.data)}
        try:
            commands: Any = self._redis.pipeline(transaction=True)
            async with commands:
                commands.xadd(key, fields, maxlen=self._replay, approximate=False)
                commands.expire(key, REPLAY_S)
                commands.publish(NEWS, topic)
                event_id, *_ = await commands.execute()
        except (RedisError, OSError) as problem:
            log.warning("event_dropped", kind=event.kind, problem=type(problem).__name__)
            return event
        return replace(event, id=event_id)

    async def subscribe(self, topic: str, last_event_id: str | None = None) -> AsyncGenerator[Event]:
        """Read on in the topic's stream whenever there is news; wait for Redis where it is away."""
        news = asyncio.Event()
        self._listeners[topic].add(news)
        try:
            await self._listen()
            last = await self._first_id(topic, last_event_id)
            while True:
                news.clear()
                entries = await self._read_after(topic, last)
                for event in entries:
                    last = event.id
                    yield event
                if len(entries) < PAGE:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(POLL_S):  # wait_for of Python 3.11 can lose a cancellation
                            await news.wait()
        finally:
            self._listeners[topic].discard(news)
            if not self._listeners[topic]:
                del self._listeners[topic]

    async def close(self) -> None:
        """End the reader and the connections."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})
        await self._redis.aclose()

    async def _first_id(self, topic: str, last_event_id: str | None) -> str:
        """Return the id after which to read: the given one, or that of the topic's latest event."""
        if last_event_id is not None:
            return last_event_id if _ID.fullmatch(last_event_id) else "0-0"
        while True:
            try:
                latest = cast("list[tuple[str, Any]]", await self._redis.xrevrange(PREFIX + topic, count=1))
            except (RedisError, OSError):
                await asyncio.sleep(RECONNECT_S)
            else:
                return latest[0][0] if latest else "0-0"

    async def _read_after(self, topic: str, last: str) -> list[Event]:
        try:
            entries = await self._redis.xrange(PREFIX + topic, min=f"({last}", count=PAGE)
        except (RedisError, OSError):
            await asyncio.sleep(RECONNECT_S)
            return []
        found = cast("list[tuple[str, dict[str, str]]]", entries)
        return [Event(fields["kind"], json.loads(fields["data"]), id=entry_id) for entry_id, fields in found]

    async def _listen(self) -> None:
        """Start the one reader of this process, and wait until Redis knows of it."""
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read_news())
        with suppress(TimeoutError):  # Redis is away: polling covers it
            async with asyncio.timeout(ANSWER_S):  # wait_for of Python 3.11 can lose a cancellation
                await self._connected.wait()

    async def _read_news(self) -> None:
        """Wake the listeners of each topic that is announced; connect again for as long as it takes."""
        while True:
            try:
                channel: Any = self._redis.pubsub()  # pyright: ignore[reportUnknownMemberType]  (redis leaves it untyped)
                async with channel:
                    await channel.subscribe(NEWS)
                    self._connected.set()
                    self._wake(*self._listeners)
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=POLL_S)
                        if message is not None:
                            self._wake(message["data"])
            except (RedisError, OSError) as problem:
                self._connected.clear()
                log.warning("events_interrupted", problem=type(problem).__name__)
                await asyncio.sleep(RECONNECT_S)
            except Exception:
                self._connected.clear()
                log.exception("events_failed")
                await asyncio.sleep(RECONNECT_S)

    def _wake(self, *topics: str) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener.set()
