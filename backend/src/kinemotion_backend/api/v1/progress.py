"""Follow an analysis by Server-Sent Events. A client that connects again goes on where it stopped."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from fastapi.sse import ServerSentEvent

from kinemotion_backend.analyses.event_publisher import FINAL_KINDS, describe_state, name_topic
from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.events.base import Event, EventBus
from kinemotion_backend.records.base import UNFINISHED, AnalysisRecord

RECORD_CHECK_S = 10.0
"""How often the record is read: an event may be lost, the record is not."""


async def follow(
    analysis: AnalysisRecord, *, analyses: AnalysisService, events: EventBus, last_event_id: str | None
) -> AsyncGenerator[ServerSentEvent]:
    """Yield the analysis's events, those kept first, up to its end."""
    if analysis.status not in UNFINISHED:
        yield _make_last_event(analysis)
        return
    subscription = cast("Any", events.subscribe(name_topic(analysis.id), last_event_id or "0"))
    async with aclosing(subscription):
        coming = asyncio.ensure_future(anext(cast("AsyncIterator[Event]", subscription)))
        try:
            while True:
                await asyncio.wait({coming}, timeout=RECORD_CHECK_S)
                if coming.done():
                    event = coming.result()
                    yield ServerSentEvent(data=dict(event.data), event=event.kind, id=event.id or None)
                    if event.kind in FINAL_KINDS:
                        return
                    coming = asyncio.ensure_future(anext(cast("AsyncIterator[Event]", subscription)))
                else:
                    present = await analyses.get(analysis.owner, analysis.id)
                    if present.status not in UNFINISHED:
                        yield _make_last_event(present)
                        return
        finally:
            coming.cancel()
            await asyncio.wait({coming})


def _make_last_event(analysis: AnalysisRecord) -> ServerSentEvent:
    return ServerSentEvent(data=describe_state(analysis), event=f"analysis.{analysis.status}")
