"""Events inside one process: the default, without any server."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace

from kinemotion_backend.events.base import REPLAY_EVENTS, REPLAY_S, Event, EventBus

MAX_TOPICS = 10_000
"""Engineering limit: topics kept without a listener; the ones without news for the longest time go first."""
CHECKED_TOPICS = 2


@dataclass(slots=True, eq=False)
class _Topic:
    kept: deque[tuple[int, Event]]
    published_s: float
    listeners: set[asyncio.Event] = field(default_factory=set[asyncio.Event])


class MemoryEventBus(EventBus):
    """Keeps the latest events of each topic and wakes its listeners."""

    def __init__(self, *, replay: int = REPLAY_EVENTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._replay = replay
        self._clock = clock
        self._topics: OrderedDict[str, _Topic] = OrderedDict()
        self._boot = f"{time.time_ns():x}"
        """Part of each id, so that an id from before a restart is not taken for one of today."""
        self._count = 0

    async def publish(self, topic: str, event: Event) -> Event:
        """Keep the event and wake the listeners."""
        self._count += 1
        published = replace(event, id=f"{self._boot}-{self._count}")
        entry = self._open(topic)
        entry.kept.append((self._count, published))
        entry.published_s = self._clock()
        self._topics.move_to_end(topic)
        self._forget_old_topics()
        for listener in entry.listeners:
            listener.set()
        return published

    async def subscribe(self, topic: str, last_event_id: str | None = None) -> AsyncGenerator[Event]:
        """Repeat what was asked for, then wait for news."""
        news = asyncio.Event()
        seen = self._count if last_event_id is None else self._place_of(last_event_id)
        entry = self._open(topic)
        entry.listeners.add(news)
        try:
            while True:
                for number, event in [kept for kept in entry.kept if kept[0] > seen]:
                    seen = number
                    yield event
                if not entry.kept or entry.kept[-1][0] <= seen:
                    news.clear()
                    await news.wait()
        finally:
            entry.listeners.discard(news)

    async def close(self) -> None:
        """Do nothing: there are no connections."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics whose events are kept, the oldest news first."""
        return tuple(self._topics)

    def _open(self, topic: str) -> _Topic:
        if topic not in self._topics:
            self._topics[topic] = _Topic(deque(maxlen=self._replay), published_s=self._clock())
        return self._topics[topic]

    def _place_of(self, event_id: str) -> int:
        """Return the number in one of our ids; 0, which repeats everything, for any other text."""
        boot, _, number = event_id.rpartition("-")
        return int(number) if boot == self._boot and number.isdecimal() else 0

    def _forget_old_topics(self) -> None:
        """Look at the oldest topics, a few for each event, so that publishing never takes long."""
        for _ in range(CHECKED_TOPICS):
            name, oldest = next(iter(self._topics.items()))
            if oldest.listeners:
                self._topics.move_to_end(name)
            elif len(self._topics) > MAX_TOPICS or oldest.published_s < self._clock() - REPLAY_S:
                del self._topics[name]
