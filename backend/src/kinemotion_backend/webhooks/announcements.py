"""Events become deliveries, in the transaction that writes what happened."""

from kinemotion_backend.records.base import Delivery, StoredEvent, Transaction, Webhook
from kinemotion_backend.webhooks.ids import make_id
from kinemotion_backend.webhooks.signatures import make_secret

EVENT_TYPES = ("analysis.completed", "analysis.failed", "analysis.cancelled")
"""What a webhook can ask for."""
TEST_EVENT = "webhook.test"
FIRST_EVENT = "analysis.queued"


async def enqueue_deliveries(transaction: Transaction, event: StoredEvent) -> None:
    """Write a delivery of a new event for each webhook that wants it."""
    if event.type == FIRST_EVENT:
        await _register_for_analysis(transaction, event)
    for webhook in await transaction.webhooks.find_for(event):
        await transaction.deliveries.add(make_delivery(webhook, event))


async def _register_for_analysis(transaction: Transaction, event: StoredEvent) -> None:
    """Write a webhook for the URL that came with the request for an analysis."""
    analysis = await transaction.analyses.get(event.subject)
    if analysis is None or analysis.webhook_url is None:
        return
    webhook = Webhook(
        id=make_id("whk"),
        owner=event.owner,
        url=analysis.webhook_url,
        events=EVENT_TYPES,
        secret=make_secret(),
        analysis_id=analysis.id,
        created_at=event.created_at,
        updated_at=event.created_at,
    )
    await transaction.webhooks.add(webhook)


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
