"""Deliveries that are due are made: at least once, with the same webhook-id, until the receiver takes them."""

import asyncio
import json
import random
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.outbound.base import TIME_LIMIT_S, Answer, Sender
from kinemotion_backend.records.base import (
    Delivery,
    DeliveryAttempt,
    DueDelivery,
    Records,
    RecordsUnavailable,
    StoredEvent,
    Transaction,
    Webhook,
)
from kinemotion_backend.webhooks.places import Places
from kinemotion_backend.webhooks.schedule import find_delay
from kinemotion_backend.webhooks.signatures import sign

GONE = 410
DELIVERY_LEASE = timedelta(seconds=3 * TIME_LIMIT_S)
"""How long a claimed delivery belongs to one process; after that, a process that was killed is presumed."""
AT_ONCE = 16
"""Engineering limit: deliveries that one process makes at the same time."""
POLL_S = 1.0
"""How often the table is read without a wake-up: other processes write deliveries too."""

log = structlog.stdlib.get_logger(__name__)


def _get_now() -> datetime:
    return datetime.now(UTC)


class Dispatcher:
    """Claims due deliveries, posts them and writes down what came of each attempt.

    Any number of processes may run one: a claim belongs to one of them. A process that is killed between the post and
    the note makes the attempt happen twice, which the receiver knows by the webhook-id.
    """

    def __init__(
        self,
        records: Records,
        sender: Sender,
        *,
        clock: Callable[[], datetime] = _get_now,
        random: Callable[[], float] = random.random,
        metrics: Metrics | None = None,
    ) -> None:
        self._records = records
        self._sender = sender
        self._clock = clock
        self._random = random
        self._metrics = metrics or Metrics()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the table now: a delivery was written."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; then end the attempts under way."""
        under_way: dict[asyncio.Task[None], str] = {}
        try:
            while True:
                self._woken.clear()
                due = await self._claim_or_wait(under_way.values())
                under_way |= {asyncio.create_task(self._deliver(item)): item.delivery.owner for item in due}
                if not due or len(under_way) >= AT_ONCE:
                    await self._wait(under_way)
                under_way = {task: owner for task, owner in under_way.items() if not task.done()}
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Make deliveries that are due now, as many as there are places, and return how many there were."""
        due = await self._claim(())
        await asyncio.gather(*map(self._deliver, due))
        return len(due)

    async def _claim(self, owners: Iterable[str]) -> list[DueDelivery]:
        """Take what is due into the places that are free; ``owners`` of the attempts that hold the others."""
        now, places, claimed = self._clock(), Places(AT_ONCE, owners), list[DueDelivery]()
        async with self._records.write() as transaction:
            while places.free:
                found = await transaction.deliveries.find_due(
                    now=now, limit=places.free, without_owners=places.owners_with_enough
                )
                if not found:
                    break
                taken = [delivery for delivery in found if places.take(delivery.owner)]
                claimed += await transaction.deliveries.claim(taken, until=now + DELIVERY_LEASE)
        return claimed

    async def _claim_or_wait(self, owners: Collection[str]) -> list[DueDelivery]:
        """Claim; where the database is away, nothing, as the next round tries again."""
        try:
            return await self._claim(owners) if len(owners) < AT_ONCE else []
        except RecordsUnavailable:
            log.warning("deliveries_interrupted")
            return []

    async def _wait(self, under_way: Collection[asyncio.Task[None]]) -> None:
        """Wait until there may be something to do."""
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait({woken, *under_way}, timeout=POLL_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()  # not awaited: its cancellation could not be distinguished from the dispatcher's own

    async def _deliver(self, due: DueDelivery) -> None:
        """Make one attempt; what fails unexpectedly or cannot be noted is tried again when the lease is over."""
        try:
            await self._attempt(due)
        except Exception:
            log.exception("delivery_failed_unexpectedly", delivery=due.delivery.id)

    async def _attempt(self, due: DueDelivery) -> None:
        """Post the event, and note the answer."""
        body = render_event(due.event)
        at = self._clock()
        headers = {"content-type": "application/json", "user-agent": "kinemotion-webhooks"}
        signed = sign(due.webhook, body, event_id=due.event.id, at=at)
        answer = await self._sender.post(due.webhook.url, headers=headers | signed, body=body.encode())
        with suppress(RecordsUnavailable):
            await self._note(due, answer, at=at)

    async def _note(self, due: DueDelivery, answer: Answer, *, at: datetime) -> None:
        """Write the attempt and what follows from it in one transaction."""
        delivery = self._advance(due.delivery, answer, at=at)
        attempt = DeliveryAttempt(
            delivery_id=delivery.id,
            attempt=delivery.attempt,
            at=at,
            duration_ms=answer.duration_ms,
            status=answer.status,
            error=answer.error or None,
        )
        outcome = delivery.status if delivery.status in {"delivered", "failed"} else "retry"
        self._metrics.webhook_deliveries.labels(outcome).inc()
        self._metrics.webhook_duration.observe(answer.duration_ms / 1000)
        async with self._records.write() as transaction:
            noted = await transaction.deliveries.record(delivery, attempt, claimed=due.delivery)
            if noted and answer.status == GONE:
                await _disable(transaction, due.webhook, at=at)
        log.info("delivery", delivery=delivery.id, attempt=delivery.attempt, status=answer.status, error=answer.error)

    def _advance(self, delivery: Delivery, answer: Answer, *, at: datetime) -> Delivery:
        """Return the delivery after the attempt."""
        tried = replace(
            delivery,
            attempt=delivery.attempt + 1,
            last_attempt_at=at,
            last_status=answer.status,
            last_error=answer.error or None,
        )
        if answer.is_delivered:
            return replace(tried, status="delivered", delivered_at=at, next_attempt_at=None)
        delay_s = None if answer.status == GONE else find_delay(tried.attempt, random=self._random)
        if delay_s is None:
            return replace(tried, status="failed", next_attempt_at=None)
        return replace(tried, next_attempt_at=at + timedelta(seconds=delay_s))


def render_event(event: StoredEvent) -> str:
    """Return the body of a delivery: the same text for every attempt."""
    document = {"type": event.type, "timestamp": event.created_at.isoformat(), "data": dict(event.data)}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


async def _disable(transaction: Transaction, webhook: Webhook, *, at: datetime) -> None:
    """Send nothing to the webhook any more; its fields may have changed since the claim."""
    current = await transaction.webhooks.get(webhook.id, owner=webhook.owner)
    if current is not None:
        reason = "The receiver answered 410 Gone."
        await transaction.webhooks.update(replace(current, is_active=False, disabled_reason=reason, updated_at=at))
        await transaction.deliveries.cancel(webhook.id)
