"""Webhooks and deliveries in SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.events import StoredEvent
from kinemotion_backend.records.paging import Page, PageRequest
from kinemotion_backend.records.sql.rows import read_optional_row, read_page, read_row, write_row
from kinemotion_backend.records.sql.tables import delivery_attempts, events, webhook_deliveries, webhooks
from kinemotion_backend.records.webhooks import (
    Delivery,
    DeliveryAttempt,
    DeliveryRepository,
    DueDelivery,
    Webhook,
    WebhookRepository,
)

_delivery = webhook_deliveries.c
TRIED = ("attempt", "last_attempt_at", "last_status", "last_error", "lease_expires_at")
"""What an attempt changes of a delivery that was scheduled again meanwhile."""


class SqlWebhookRepository(WebhookRepository):
    """Webhooks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, webhook: Webhook) -> None:
        """Write a new webhook."""
        await self._connection.execute(insert(webhooks).values(write_row(webhook)))

    async def get(self, webhook_id: str, *, owner: str) -> Webhook | None:
        """Return the webhook; None where there is none, or it is another owner's."""
        query = select(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.owner == owner)
        return read_optional_row(Webhook, (await self._connection.execute(query)).mappings().first())

    async def find(self, owner: str) -> tuple[Webhook, ...]:
        """Return the owner's webhooks, the newest first, without those for one analysis."""
        query = select(webhooks).where(webhooks.c.owner == owner, webhooks.c.analysis_id.is_(None))
        rows = await self._connection.execute(query.order_by(webhooks.c.created_at.desc(), webhooks.c.id.desc()))
        return tuple(read_row(Webhook, row) for row in rows.mappings())

    async def find_for(self, event: StoredEvent) -> tuple[Webhook, ...]:
        """Return the active webhooks of the event's owner that want it."""
        columns = webhooks.c
        meant = or_(columns.analysis_id.is_(None), columns.analysis_id == event.subject)
        query = select(webhooks).where(columns.owner == event.owner, columns.is_active, meant)
        found = [read_row(Webhook, row) for row in (await self._connection.execute(query)).mappings()]
        return tuple(webhook for webhook in found if webhook.wants(event))

    async def update(self, webhook: Webhook) -> None:
        """Write the webhook's fields."""
        statement = update(webhooks).where(webhooks.c.id == webhook.id).values(write_row(webhook))
        await self._connection.execute(statement)

    async def delete(self, webhook_id: str) -> None:
        """Delete the webhook and its deliveries."""
        await self._connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))


class SqlDeliveryRepository(DeliveryRepository):
    """Deliveries."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, delivery: Delivery) -> None:
        """Write a new delivery."""
        await self._connection.execute(insert(webhook_deliveries).values(write_row(delivery)))

    async def get(self, delivery_id: str, *, owner: str) -> Delivery | None:
        """Return the delivery; None where there is none, or it is another owner's."""
        query = select(webhook_deliveries).where(_delivery.id == delivery_id, _delivery.owner == owner)
        return read_optional_row(Delivery, (await self._connection.execute(query)).mappings().first())

    async def find(self, webhook_id: str, *, page: PageRequest) -> Page[Delivery]:
        """Return a page of the webhook's deliveries, the newest first."""
        query = select(webhook_deliveries).where(_delivery.endpoint_id == webhook_id)
        return await read_page(
            self._connection, query, table=webhook_deliveries, page=page, read=lambda row: read_row(Delivery, row)
        )

    async def find_attempts(self, delivery_id: str) -> tuple[DeliveryAttempt, ...]:
        """Return every attempt of the delivery, in order."""
        columns = delivery_attempts.c
        query = select(delivery_attempts).where(columns.delivery_id == delivery_id).order_by(columns.attempt)
        return tuple(read_row(DeliveryAttempt, row) for row in (await self._connection.execute(query)).mappings())

    async def find_due(
        self, *, now: datetime, limit: int, without_owners: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Find what is due. PostgreSQL skips rows that another process takes; SQLite has one writer."""
        free = or_(_delivery.lease_expires_at.is_(None), _delivery.lease_expires_at <= now)
        due = select(webhook_deliveries).where(_delivery.status == "pending", _delivery.next_attempt_at <= now, free)
        wanted = due.where(_delivery.owner.not_in(without_owners)).order_by(_delivery.next_attempt_at, _delivery.id)
        rows = await self._connection.execute(wanted.limit(limit).with_for_update(skip_locked=True))
        return tuple(read_row(Delivery, row) for row in rows.mappings())

    async def claim(self, deliveries: Sequence[Delivery], *, until: datetime) -> tuple[DueDelivery, ...]:
        """Take deliveries that ``find_due`` has found."""
        found = [delivery.id for delivery in deliveries]
        taken = update(webhook_deliveries).where(_delivery.id.in_(found)).values(lease_expires_at=until)
        await self._connection.execute(taken)
        return tuple([await self._complete(delivery) for delivery in deliveries])

    async def find_next_due(self) -> datetime | None:
        """Return when the next delivery is due; None where none is pending."""
        query = select(func.min(_delivery.next_attempt_at)).where(_delivery.status == "pending")
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def record(self, delivery: Delivery, attempt: DeliveryAttempt, *, claimed: Delivery) -> bool:
        """Write an attempt and what follows from it; False where another process was quicker."""
        current = _delivery.id == delivery.id, _delivery.attempt == claimed.attempt, _delivery.status == "pending"
        is_same = _delivery.next_attempt_at == claimed.next_attempt_at
        end = {**write_row(delivery), "lease_expires_at": None}
        tried = {name: end[name] for name in TRIED}
        if not await self._update(*current, is_same, values=end) and not await self._update(*current, values=tried):
            return False
        await self._connection.execute(insert(delivery_attempts).values(write_row(attempt)))
        return True

    async def schedule(self, delivery_id: str, *, at: datetime) -> None:
        """Make the delivery due at the instant, whatever became of it before; after an attempt that is under way."""
        await self._update(_delivery.id == delivery_id, values={"status": "pending", "next_attempt_at": at})

    async def cancel(self, webhook_id: str) -> None:
        """Give up what is pending for the webhook."""
        pending = update(webhook_deliveries).where(_delivery.endpoint_id == webhook_id, _delivery.status == "pending")
        await self._connection.execute(pending.values(status="cancelled", next_attempt_at=None))

    async def _update(self, *conditions: ColumnElement[bool], values: Mapping[str, object]) -> bool:
        statement = update(webhook_deliveries).where(*conditions).values(values)
        return (await self._connection.execute(statement)).rowcount == 1

    async def _complete(self, delivery: Delivery) -> DueDelivery:
        """Read the webhook and the event of the delivery."""
        webhook = select(webhooks).where(webhooks.c.id == delivery.endpoint_id)
        event = select(events).where(events.c.id == delivery.event_id)
        return DueDelivery(
            delivery,
            read_row(Webhook, (await self._connection.execute(webhook)).mappings().one()),
            read_row(StoredEvent, (await self._connection.execute(event)).mappings().one()),
        )
