"""Publish the events of an analysis: stored for webhooks, and sent to clients that listen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kinemotion_backend.events.base import Event, EventBus
from kinemotion_backend.records.base import AnalysisRecord, StoredEvent, Transaction
from kinemotion_backend.webhooks.deliveries import write_event
from kinemotion_backend.webhooks.ids import make_id

PROGRESS = "progress"
FINAL_KINDS = frozenset({"analysis.completed", "analysis.failed", "analysis.cancelled"})
"""Kinds of events after which there are no more."""


def name_topic(analysis_id: str) -> str:
    """Return the topic of the analysis's events."""
    return f"analysis:{analysis_id}"


class EventPublisher:
    """Writes events into the records, and publishes them once they are committed.

    Parameters
    ----------
    bus
        Where clients listen.
    wake
        Called after each commit: deliveries to webhooks may be due.
    """

    def __init__(self, bus: EventBus, *, wake: Callable[[], None] = lambda: None) -> None:
        self.bus = bus
        self._wake = wake

    async def write(self, transaction: Transaction, analysis: AnalysisRecord, *, at: datetime) -> StoredEvent:
        """Write the event of the analysis's present state, and the deliveries of it, in the transaction."""
        event = StoredEvent(
            id=make_id("evt"),
            owner=analysis.owner,
            type=f"analysis.{analysis.status}",
            subject=analysis.id,
            data=describe_state(analysis),
            created_at=at,
        )
        await write_event(transaction, event)
        return event

    async def publish(self, event: StoredEvent) -> None:
        """Publish a committed event."""
        self._wake()
        await self.bus.publish(name_topic(event.subject), Event(event.type, event.data))

    async def publish_progress(self, analysis_id: str, *, done: int, total: int | None) -> None:
        """Publish how far an analysis is; nothing is kept of it."""
        data = {"analysis_id": analysis_id, "done": done, "total": total}
        await self.bus.publish(name_topic(analysis_id), Event(PROGRESS, data))


def describe_state(analysis: AnalysisRecord) -> dict[str, Any]:
    """Return the analysis's state as events and webhooks show it."""
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
