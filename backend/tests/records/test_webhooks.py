"""Webhooks and deliveries in the records; on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kinemotion_backend.records.base import (
    Delivery,
    DeliveryAttempt,
    DueDelivery,
    PageRequest,
    Records,
    StoredEvent,
    Webhook,
)

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, 30, 1, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def webhook(number: int = 1, **fields: Any) -> Webhook:
    fields.setdefault("owner", "club")
    fields.setdefault("events", ("analysis.completed",))
    at = NOW + timedelta(seconds=number)
    return Webhook(
        id=f"w{number}", url="https://hooks.example/", secret="whsec_x", created_at=at, updated_at=at, **fields
    )


def event(number: int = 1, **fields: Any) -> StoredEvent:
    fields = {"owner": "club", "type": "analysis.completed", "subject": "a1", "data": {"sport": "cmj"}} | fields
    return StoredEvent(id=f"e{number}", created_at=NOW, **fields)


def delivery(number: int = 1, **fields: Any) -> Delivery:
    fields = {"owner": "club", "event_id": f"e{number}", "endpoint_id": "w1", "next_attempt_at": NOW} | fields
    return Delivery(id=f"d{number}", created_at=NOW + timedelta(seconds=number), **fields)


async def write_deliveries(records: Records, *deliveries: Delivery) -> None:
    async with records.write() as transaction:
        await transaction.webhooks.add(webhook())
        for item in deliveries:
            await transaction.events.add(event(int(item.event_id[1:])))
            await transaction.deliveries.add(item)


async def claim(records: Records, at: datetime = NOW, *, limit: int = 10) -> tuple[DueDelivery, ...]:
    async with records.write() as transaction:
        found = await transaction.deliveries.find_due(now=at, limit=limit)
        return await transaction.deliveries.claim(found, until=at + MINUTE)


def ids(found: Sequence[DueDelivery]) -> set[str]:
    return {due.delivery.id for due in found}


async def test_a_webhook_is_written_changed_and_deleted(records: Records) -> None:
    async with records.write() as transaction:
        await transaction.webhooks.add(webhook(1, sport_types=("cmj",)))
        await transaction.webhooks.add(webhook(2))
        await transaction.webhooks.add(webhook(3, owner="rival"))
        assert await transaction.webhooks.get("w1", owner="club") == webhook(1, sport_types=("cmj",))
        assert await transaction.webhooks.get("w1", owner="rival") is None
        assert [found.id for found in await transaction.webhooks.find("club")] == ["w2", "w1"]
        disabled = replace(webhook(2), is_active=False, disabled_reason="gone", previous_secret="whsec_old")
        await transaction.webhooks.update(disabled)
        assert await transaction.webhooks.get("w2", owner="club") == disabled
        await transaction.webhooks.delete("w2")
        assert [found.id for found in await transaction.webhooks.find("club")] == ["w1"]


async def test_an_event_finds_the_webhooks_that_want_it(records: Records) -> None:
    async with records.write() as transaction:
        await transaction.webhooks.add(webhook(1))
        await transaction.webhooks.add(webhook(2, sport_types=("cmj", "sj")))
        await transaction.webhooks.add(webhook(3, sport_types=("running",)))
        await transaction.webhooks.add(webhook(4, events=("analysis.failed",)))
        await transaction.webhooks.add(webhook(5, owner="rival"))
        await transaction.webhooks.add(webhook(6, is_active=False))
        assert {found.id for found in await transaction.webhooks.find_for(event())} == {"w1", "w2"}
        assert {found.id for found in await transaction.webhooks.find_for(event(data={}))} == {"w1", "w2", "w3"}


async def test_a_due_delivery_is_claimed_by_one(records: Records) -> None:
    await write_deliveries(
        records, delivery(1), delivery(2, next_attempt_at=NOW + MINUTE), delivery(3, status="failed")
    )
    [due] = await claim(records)
    assert due == DueDelivery(delivery(1), webhook(), event())
    assert await claim(records) == ()
    assert ids(await claim(records, NOW + MINUTE)) == {"d1", "d2"}  # the first lease is over


async def test_claims_at_the_same_time_share_the_deliveries(records: Records) -> None:
    await write_deliveries(records, *[delivery(number) for number in range(1, 21)])
    shares = await asyncio.gather(*[claim(records, limit=4) for _ in range(5)])
    claimed = [due.delivery.id for share in shares for due in share]
    assert len(claimed) == len(set(claimed)) == 20


async def test_what_is_due_is_found_without_some_owners(records: Records) -> None:
    await write_deliveries(records, delivery(1), delivery(2, owner="rival"), delivery(3, owner="school"))
    async with records.write() as transaction:
        found = await transaction.deliveries.find_due(now=NOW, limit=10, without_owners={"club", "school"})
    assert [item.id for item in found] == ["d2"]


async def test_an_attempt_is_recorded_once(records: Records) -> None:
    await write_deliveries(records, delivery())
    later = replace(delivery(), attempt=1, next_attempt_at=NOW + MINUTE, last_attempt_at=NOW, last_status=500)
    attempt = DeliveryAttempt(delivery_id="d1", attempt=1, at=NOW, duration_ms=12, status=500, error=None)
    async with records.write() as transaction:
        assert await transaction.deliveries.find_next_due() == NOW
        assert await transaction.deliveries.record(later, attempt, claimed=delivery())
        assert not await transaction.deliveries.record(later, attempt, claimed=delivery())
        assert await transaction.deliveries.get("d1", owner="club") == later
        assert await transaction.deliveries.get("d1", owner="rival") is None
        assert await transaction.deliveries.find_attempts("d1") == (attempt,)
        assert await transaction.deliveries.find_next_due() == NOW + MINUTE
    assert await claim(records) == ()
    assert ids(await claim(records, NOW + MINUTE)) == {"d1"}


async def test_deliveries_are_listed_in_pages(records: Records) -> None:
    await write_deliveries(records, *[delivery(number) for number in range(1, 6)])
    async with records.read() as transaction:
        first = await transaction.deliveries.find("w1", page=PageRequest(limit=3))
        assert [item.id for item in first.items] == ["d5", "d4", "d3"]
        second = await transaction.deliveries.find("w1", page=PageRequest(limit=3, cursor=first.next_cursor))
        assert [item.id for item in second.items] == ["d2", "d1"]
        assert second.next_cursor is None


async def test_deliveries_are_scheduled_again_and_cancelled(records: Records) -> None:
    await write_deliveries(records, delivery(1, status="delivered", next_attempt_at=None), delivery(2))
    async with records.write() as transaction:
        await transaction.deliveries.schedule("d1", at=NOW)
    assert ids(await claim(records)) == {"d1", "d2"}
    async with records.write() as transaction:
        await transaction.deliveries.cancel("w1")
        assert await transaction.deliveries.find_next_due() is None
        await transaction.webhooks.delete("w1")
        assert await transaction.deliveries.get("d1", owner="club") is None


async def test_secrets_stay_out_of_what_is_printed() -> None:
    assert "whsec_" not in repr(replace(webhook(), previous_secret="whsec_old"))
