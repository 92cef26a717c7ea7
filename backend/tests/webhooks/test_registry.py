"""Registering webhooks, and looking after them; on both databases."""

import base64
from datetime import timedelta

import pytest
from fake_clock import Clock

from kinemotion_backend.outbound.base import ForbiddenUrl
from kinemotion_backend.records.base import AnalysisRecord, PageRequest, Records, StoredEvent
from kinemotion_backend.webhooks.deliveries import EVENT_TYPES, write_event
from kinemotion_backend.webhooks.registry import Subscription, TooManyWebhooks, WebhookNotFound, Webhooks

pytestmark = pytest.mark.asyncio

HOOK = Subscription(url="https://hooks.example/kinemotion")
MISSING = "whk_nothing"


async def test_registers_lists_and_deletes(webhooks: Webhooks) -> None:
    first = await webhooks.register("club", HOOK, max_webhooks=2)
    assert first.url == HOOK.url
    assert first.events == EVENT_TYPES
    assert len(base64.b64decode(first.secret.removeprefix("whsec_"))) == 32
    second = await webhooks.register("club", HOOK, max_webhooks=2)
    assert second.secret != first.secret
    assert {found.id for found in await webhooks.find("club")} == {first.id, second.id}
    assert await webhooks.find("rival") == ()
    with pytest.raises(WebhookNotFound):
        await webhooks.delete("rival", first.id)
    await webhooks.delete("club", first.id)
    assert await webhooks.find("club") == (second,)


async def test_keeps_to_the_tier(webhooks: Webhooks) -> None:
    await webhooks.register("club", HOOK, max_webhooks=1)
    with pytest.raises(TooManyWebhooks, match="1"):
        await webhooks.register("club", HOOK, max_webhooks=1)
    await webhooks.register("rival", HOOK, max_webhooks=1)
    await webhooks.register("club", HOOK, max_webhooks=None)


async def test_refuses_a_url_that_is_not_public(webhooks: Webhooks) -> None:
    for url in ("https://10.0.0.1/", "http://hooks.example/", "https://169.254.169.254/latest/meta-data"):
        with pytest.raises(ForbiddenUrl):
            await webhooks.register("club", Subscription(url=url), max_webhooks=None)
    assert await webhooks.find("club") == ()


async def test_the_old_secret_signs_beside_the_new_one_for_a_day(webhooks: Webhooks, clock: Clock) -> None:
    webhook = await webhooks.register("club", HOOK, max_webhooks=None)
    rotated = await webhooks.rotate_secret("club", webhook.id)
    assert rotated.secret != webhook.secret
    assert rotated.previous_secret == webhook.secret
    assert rotated.previous_secret_expires_at == clock.now + timedelta(hours=24)
    assert await webhooks.get("club", webhook.id) == rotated


async def test_a_test_is_for_one_webhook(webhooks: Webhooks) -> None:
    one = await webhooks.register("club", HOOK, max_webhooks=None)
    other = await webhooks.register("club", HOOK, max_webhooks=None)
    delivery = await webhooks.send_test("club", one.id)
    page = await webhooks.find_deliveries("club", one.id, page=PageRequest())
    assert page.items == (delivery,)
    assert (await webhooks.find_deliveries("club", other.id, page=PageRequest())).items == ()


async def test_others_see_nothing(webhooks: Webhooks) -> None:
    webhook = await webhooks.register("club", HOOK, max_webhooks=None)
    delivery = await webhooks.send_test("club", webhook.id)
    for found in (
        webhooks.get("rival", webhook.id),
        webhooks.rotate_secret("rival", webhook.id),
        webhooks.enable("rival", webhook.id),
        webhooks.send_test("rival", webhook.id),
        webhooks.find_deliveries("rival", webhook.id, page=PageRequest()),
        webhooks.redeliver("rival", delivery.id),
        webhooks.get_delivery("rival", delivery.id),
        webhooks.get("club", MISSING),
    ):
        with pytest.raises(WebhookNotFound):
            await found


async def test_a_url_that_came_with_an_analysis_is_for_that_one(
    webhooks: Webhooks, records: Records, clock: Clock
) -> None:
    async with records.write() as transaction:
        for name in ("a1", "a2"):
            analysis = AnalysisRecord(
                id=name, owner="club", sport="cmj", quality="fast", created_at=clock(), engine_version="1"
            )
            await transaction.analyses.add(analysis)
        webhook = await webhooks.add_for_analysis(transaction, owner="club", url=HOOK.url, analysis_id="a1")
        for name in ("a1", "a2"):
            event = StoredEvent(
                id=name, owner="club", type="analysis.completed", subject=name, data={}, created_at=clock()
            )
            await write_event(transaction, event)
    assert await webhooks.find("club") == ()
    deliveries = await webhooks.find_deliveries("club", webhook.id, page=PageRequest())
    assert [delivery.event_id for delivery in deliveries.items] == ["a1"]


async def test_the_event_and_its_deliveries_are_written_together_or_not_at_all(
    webhooks: Webhooks, records: Records, clock: Clock
) -> None:
    webhook = await webhooks.register("club", HOOK, max_webhooks=None)
    event = StoredEvent(
        id="evt_1", owner="club", type="analysis.completed", subject="a1", data={"sport": "cmj"}, created_at=clock()
    )

    async def fail_afterwards() -> None:
        async with records.write() as transaction:
            await write_event(transaction, event)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await fail_afterwards()
    async with records.write() as transaction:
        assert await transaction.events.get("evt_1") is None
        assert await transaction.deliveries.find_next_due() is None
        await write_event(transaction, event)
    [delivery] = (await webhooks.find_deliveries("club", webhook.id, page=PageRequest())).items
    assert delivery.event_id == "evt_1"
