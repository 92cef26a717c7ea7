"""Events become deliveries, in the transaction that writes what happened."""

from kinemotion_backend.records.base import Delivery, StoredEvent, Transaction, Webhook
from kinemotion_backend.webhooks.ids import make_id

EVENT_TYPES = ("analysis.completed", "analysis.failed", "analysis.cancelled")
"""What a webhook can ask for."""
TEST_EVENT = "webhook.test"


async def write_event(transaction: Transaction, event: StoredEvent) -> None:
    """Write the event, and a delivery of it for each webhook that wants it."""
    await transaction.events.add(event)
    for webhook in await transaction.webhooks.find_for(event):
        await transaction.deliveries.add(make_delivery(webhook, event))


def make_delivery(webhook: Webhook, event: StoredEvent) -> Delivery:
    """Return a delivery that is due at once."""
    return Delivery(
        id=make_id("dlv"),
        owner=webhook.owner,
        event_id=event.id,
        endpoint_id=webhook.id,
        next_attempt_at=event.created_at,
        created_at=event.created_at,
    )
