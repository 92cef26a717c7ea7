"""Shows a live stream to the viewers of its analysis, in any process that shares the event bus."""

import asyncio
from typing import Any, Self

import structlog

from kinemotion_backend.analyses.event_publisher import name_topic
from kinemotion_backend.events.base import Event, EventBus
from kinemotion_backend.live.mailbox import Mailbox, MailboxFull
from kinemotion_backend.records.base import AnalysisRecord

PAUSE_S = 0.1
"""Shortest time between two states: people cannot read more than ten a second."""

log = structlog.stdlib.get_logger(__name__)


class Broadcast:
    """Publishes the messages of one stream; a stream without an analysis has no viewers."""

    def __init__(self, bus: EventBus, analysis: AnalysisRecord | None) -> None:
        self._bus = bus
        self._topic = analysis and name_topic(analysis.id)
        self._waiting: Mailbox[dict[str, Any]] = Mailbox()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._topic is not None:
            self._task = asyncio.create_task(self._publish(self._topic))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._waiting.close()
        if self._task is not None:
            try:
                await asyncio.wait({self._task}, timeout=1.0)
            finally:
                self._task.cancel()
                await asyncio.wait({self._task})

    def show(self, message: dict[str, Any], replaces: bool) -> None:  # noqa: FBT001  (the signature of Publish)
        """Queue a message. If too many wait, all of them are dropped: the bus is far behind."""
        if self._task is not None:
            try:
                self._waiting.put(message, replaces=replaces)
            except MailboxFull:
                self._waiting.clear()

    async def _publish(self, topic: str) -> None:
        while (message := await self._waiting.get()) is not None:
            kind = str(message["type"])
            data = {name: value for name, value in message.items() if name != "type"}
            try:
                await self._bus.publish(topic, Event(kind, data))
            except Exception:
                log.exception("stream_not_shown", topic=topic)  # the next message may be
            if kind == "state":
                await asyncio.sleep(PAUSE_S)
