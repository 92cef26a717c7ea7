"""Showing a stream to the viewers of its analysis: nothing of it goes on once the stream has ended."""

import asyncio
from datetime import UTC, datetime

import pytest
from stand_in import PATIENCE_S

from kinemotion_backend.events.base import Event
from kinemotion_backend.events.memory import MemoryEventBus
from kinemotion_backend.live.broadcasting import Broadcast
from kinemotion_backend.records.base import AnalysisRecord

pytestmark = pytest.mark.asyncio


class SilentBus(MemoryEventBus):
    """A bus that takes an event and never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = asyncio.Event()
        self.was_cancelled = asyncio.Event()

    async def publish(self, topic: str, event: Event) -> Event:
        self.was_asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled.set()
            raise
        return await super().publish(topic, event)


async def test_a_stream_that_is_cancelled_while_it_ends_publishes_no_more() -> None:
    bus = SilentBus()
    analysis = AnalysisRecord(
        id="a1", owner="club", sport="cmj", quality="fast", engine_version="2.0.0", created_at=datetime.now(UTC)
    )
    is_ending = asyncio.Event()

    async def stream() -> None:
        async with Broadcast(bus, analysis) as broadcast:
            broadcast.show({"type": "state"}, True)
            await bus.was_asked.wait()
            is_ending.set()

    async with asyncio.timeout(PATIENCE_S):
        streaming = asyncio.create_task(stream())
        await is_ending.wait()
        await asyncio.sleep(0)
        streaming.cancel()
        await asyncio.wait({streaming})
    assert streaming.cancelled()
    assert bus.was_cancelled.is_set()
