"""Registering webhooks, and looking after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.outbound.base import Sender
from kinemotion_backend.records.base import (
    Delivery,
    DeliveryAttempt,
    Page,
    PageRequest,
    Records,
    StoredEvent,
    Transaction,
    Webhook,
)
from kinemotion_backend.webhooks.deliveries import EVENT_TYPES, TEST_EVENT, make_delivery
from kinemotion_backend.webhooks.ids import make_id
from kinemotion_backend.webhooks.signatures import make_secret

ROTATION = timedelta(hours=24)
"""How long the old secret signs beside a new one."""


class WebhookNotFound(ServiceError):
    """The caller has no such webhook or delivery."""

    code = "webhook_not_found"
    hint = "GET /api/v1/webhooks lists the webhooks."


class TooManyWebhooks(ServiceError):
    """The tier allows no further webhook."""

    code = "too_many_webhooks"
    hint = "Delete a webhook, or use a key of a higher tier."


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Address and events of a webhook."""

    url: str
    events: tuple[str, ...] = EVENT_TYPES
    sport_types: tuple[str, ...] = ()
    """Empty: all."""


def _get_now() -> datetime:
    return datetime.now(UTC)


class Webhooks:
    """The webhooks of every owner."""

    def __init__(self, records: Records, sender: Sender, *, clock: Callable[[], datetime] = _get_now) -> None:
        self._records = records
        self._sender = sender
        self._clock = clock

    async def register(self, owner: str, subscription: Subscription, *, max_webhooks: int | None) -> Webhook:
        """Write a new webhook; its secret is shown now and never again.

        Raises
        ------
        ForbiddenUrl
            If nothing may be sent to the URL.
        TooManyWebhooks
            If the owner has as many as allowed.
        """
        webhook = self._make(owner, subscription)
        async with self._records.write() as transaction:
            if max_webhooks is not None and len(await transaction.webhooks.find(owner)) >= max_webhooks:
                raise TooManyWebhooks(f"Your tier allows {max_webhooks} webhooks.")
            await transaction.webhooks.add(webhook)
        return webhook

    async def add_for_analysis(self, transaction: Transaction, *, owner: str, url: str, analysis_id: str) -> Webhook:
        """Write a webhook for one analysis, in the transaction that writes the analysis. Raises ForbiddenUrl."""
        webhook = replace(self._make(owner, Subscription(url=url)), analysis_id=analysis_id)
        await transaction.webhooks.add(webhook)
        return webhook

    async def find(self, owner: str) -> tuple[Webhook, ...]:
        """Return the owner's webhooks, the newest first."""
        async with self._records.read() as transaction:
            return await transaction.webhooks.find(owner)

    async def get(self, owner: str, webhook_id: str) -> Webhook:
        """Return the webhook. Raises WebhookNotFound."""
        async with self._records.read() as transaction:
            return await _get(transaction, owner, webhook_id=webhook_id)

    async def delete(self, owner: str, webhook_id: str) -> None:
        """Delete the webhook and its delivery log. Raises WebhookNotFound."""
        async with self._records.write() as transaction:
            await _get(transaction, owner, webhook_id=webhook_id)
            await transaction.webhooks.delete(webhook_id)

    async def rotate_secret(self, owner: str, webhook_id: str) -> Webhook:
        """Give the webhook a new secret; the old one signs too for a day. Raises WebhookNotFound."""
        now = self._clock()
        async with self._records.write() as transaction:
            webhook = await _get(transaction, owner, webhook_id=webhook_id)
            rotated = replace(
                webhook,
                secret=make_secret(),
                previous_secret=webhook.secret,
                previous_secret_expires_at=now + ROTATION,
                updated_at=now,
            )
            await transaction.webhooks.update(rotated)
        return rotated

    async def enable(self, owner: str, webhook_id: str) -> Webhook:
        """Send to a webhook again that was disabled. Raises WebhookNotFound."""
        async with self._records.write() as transaction:
            webhook = await _get(transaction, owner, webhook_id=webhook_id)
            enabled = replace(webhook, is_active=True, disabled_reason=None, updated_at=self._clock())
            await transaction.webhooks.update(enabled)
        return enabled

    async def send_test(self, owner: str, webhook_id: str) -> Delivery:
        """Write a test event for this webhook alone. Raises WebhookNotFound."""
        async with self._records.write() as transaction:
            webhook = await _get(transaction, owner, webhook_id=webhook_id)
            event = StoredEvent(
                id=make_id("evt"),
                owner=owner,
                type=TEST_EVENT,
                subject=webhook_id,
                data={"webhook_id": webhook_id},
                created_at=self._clock(),
            )
            delivery = make_delivery(webhook, event)
            await transaction.events.add(event)
            await transaction.deliveries.add(delivery)
        return delivery

    async def redeliver(self, owner: str, delivery_id: str) -> Delivery:
        """Make a further attempt at once, with the same webhook-id. Raises WebhookNotFound."""
        async with self._records.write() as transaction:
            await _get_delivery(transaction, owner, delivery_id=delivery_id)
            await transaction.deliveries.schedule(delivery_id, at=self._clock())
            return await _get_delivery(transaction, owner, delivery_id=delivery_id)

    async def find_deliveries(self, owner: str, webhook_id: str, *, page: PageRequest) -> Page[Delivery]:
        """Return a page of the webhook's delivery log, the newest first. Raises WebhookNotFound."""
        async with self._records.read() as transaction:
            await _get(transaction, owner, webhook_id=webhook_id)
            return await transaction.deliveries.find(webhook_id, page=page)

    async def get_delivery(self, owner: str, delivery_id: str) -> tuple[Delivery, Sequence[DeliveryAttempt]]:
        """Return the delivery and every attempt so far. Raises WebhookNotFound."""
        async with self._records.read() as transaction:
            delivery = await _get_delivery(transaction, owner, delivery_id=delivery_id)
            return delivery, await transaction.deliveries.find_attempts(delivery_id)

    def _make(self, owner: str, subscription: Subscription) -> Webhook:
        now = self._clock()
        return Webhook(
            id=make_id("whk"),
            owner=owner,
            url=self._sender.check_url(subscription.url),
            events=subscription.events,
            sport_types=subscription.sport_types,
            secret=make_secret(),
            created_at=now,
            updated_at=now,
        )


async def _get(transaction: Transaction, owner: str, *, webhook_id: str) -> Webhook:
    webhook = await transaction.webhooks.get(webhook_id, owner=owner)
    if webhook is None:
        raise WebhookNotFound("There is no webhook with that id.")
    return webhook


async def _get_delivery(transaction: Transaction, owner: str, *, delivery_id: str) -> Delivery:
    delivery = await transaction.deliveries.get(delivery_id, owner=owner)
    if delivery is None:
        raise WebhookNotFound("There is no delivery with that id.")
    return delivery
