"""What an analysis tells the world: kept events for webhooks, passing ones for who listens."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from kinemotion_backend.events.base import Event, EventBus
from kinemotion_backend.records.base import AnalysisRecord, StoredEvent, Transaction

Listener = Callable[[Transaction, StoredEvent], Awaitable[None]]
"""Is told of a kept event in the transaction that writes it, such as who queues the webhooks' deliveries."""

PROGRESS = "progress"
FINAL_KINDS = frozenset({"analysis.completed", "analysis.failed", "analysis.cancelled"})
"""Kinds of events after which there are no more."""


def topic_of(analysis_id: str) -> str:
    """Return the topic on which the analysis is told of."""
    return f"analysis:{analysis_id}"


class Announcer:
    """Writes events into the records, and publishes them once they are committed."""

    def __init__(self, bus: EventBus, *, listeners: Sequence[Listener] = ()) -> None:
        self._bus = bus
        self._listeners = tuple(listeners)

    async def write(self, transaction: Transaction, analysis: AnalysisRecord, *, at: datetime) -> StoredEvent:
        """Write the event of the analysis's present state, and tell the listeners in the same transaction."""
        event = StoredEvent(
            id=uuid4().hex,
            owner=analysis.owner,
            type=f"analysis.{analysis.status}",
            subject=analysis.id,
            data=describe_state(analysis),
            created_at=at,
        )
        await transaction.events.add(event)
        for listener in self._listeners:
            await listener(transaction, event)
        return event

    async def publish(self, event: StoredEvent) -> None:
        """Publish a committed event."""
        await self._bus.publish(topic_of(event.subject), Event(event.type, event.data))

    async def publish_progress(self, analysis_id: str, *, done: int, total: int | None) -> None:
        """Publish how far an analysis is; nothing is kept of it."""
        data = {"analysis_id": analysis_id, "done": done, "total": total}
        await self._bus.publish(topic_of(analysis_id), Event(PROGRESS, data))


def describe_state(analysis: AnalysisRecord) -> dict[str, Any]:
    """Return the analysis's state as events and webhooks tell it."""
    state: dict[str, Any] = {
        "analysis_id": analysis.id,
        "sport": analysis.sport,
        "status": analysis.status,
        "athlete_id": analysis.athlete_id,
        "session_id": analysis.session_id,
    }
    if analysis.summary is not None:
        state["result"] = dict(analysis.summary)
    if analysis.error is not None:
        state["error"] = dict(analysis.error)
    return state
