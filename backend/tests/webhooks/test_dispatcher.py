"""Deliveries reach a real receiver, however often it fails; the clock is the test's."""

import asyncio
import json
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import pytest
from fake_clock import Clock
from receiver import Receiver, running_receiver
from stand_in import PATIENCE_S
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from kinemotion_backend.outbound.base import Sender
from kinemotion_backend.records.base import Delivery, DeliveryAttempt, PageRequest, Records, StoredEvent, Webhook
from kinemotion_backend.webhooks.deliveries import write_event
from kinemotion_backend.webhooks.dispatcher import Dispatcher
from kinemotion_backend.webhooks.registry import Subscription, Webhooks
from kinemotion_backend.webhooks.schedule import DELAYS_S

pytestmark = pytest.mark.asyncio

numbers = count(1)


async def happen(records: Records, clock: Clock, **fields: str) -> StoredEvent:
    """Write an event of an analysis."""
    event = StoredEvent(
        id=f"evt_{next(numbers)}",
        owner="club",
        type=fields.get("type", "analysis.completed"),
        subject="a1",
        data={"sport": fields.get("sport", "cmj"), "name": "Ümit"},
        created_at=clock(),
    )
    async with records.write() as transaction:
        await write_event(transaction, event)
    return event


async def register(webhooks: Webhooks, receiver: Receiver) -> Webhook:
    return await webhooks.register("club", Subscription(url=receiver.url), max_webhooks=None)


async def deliver_all(dispatcher: Dispatcher, records: Records, clock: Clock) -> None:
    """Let time pass from one due delivery to the next until none is left."""
    while True:
        async with records.read() as transaction:
            due = await transaction.deliveries.find_next_due()
        if due is None:
            return
        clock.now = max(clock.now, due)
        assert await dispatcher.deliver_due() > 0


async def read_log(webhooks: Webhooks, webhook: Webhook) -> tuple[Delivery, list[DeliveryAttempt]]:
    [delivery] = (await webhooks.find_deliveries("club", webhook.id, page=PageRequest())).items
    found, attempts = await webhooks.get_delivery("club", delivery.id)
    assert found == delivery
    return delivery, list(attempts)


async def test_a_delivery_can_be_verified_by_its_receiver(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver() as receiver:
        webhook = await register(webhooks, receiver)
        event = await happen(records, clock)
        assert await dispatcher.deliver_due() == 1
    [received] = receiver.received
    document = Verifier(webhook.secret).verify(received.body, received.headers)
    assert document == {
        "type": "analysis.completed",
        "timestamp": event.created_at.isoformat(),
        "data": {"sport": "cmj", "name": "Ümit"},
    }
    assert received.headers["webhook-id"] == event.id
    with pytest.raises(WebhookVerificationError):
        Verifier(webhook.secret).verify(received.body.replace(b"cmj", b"sj"), received.headers)
    delivery, [attempt] = await read_log(webhooks, webhook)
    assert (delivery.status, delivery.attempt, delivery.last_status) == ("delivered", 1, 204)
    assert (attempt.attempt, attempt.status, attempt.error) == (1, 204, None)
    assert await dispatcher.deliver_due() == 0


async def test_both_secrets_verify_after_a_rotation(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver() as receiver:
        before = await register(webhooks, receiver)
        after = await webhooks.rotate_secret("club", before.id)
        await happen(records, clock)
        await dispatcher.deliver_due()
        clock.move(24 * 3600 + 1)
        await happen(records, clock)
        await dispatcher.deliver_due()
    during, later = receiver.received
    for secret in (before.secret, after.secret):
        assert Verifier(secret).verify(during.body, during.headers)
    assert later.headers["webhook-signature"].count("v1,") == 1


async def test_a_receiver_that_fails_is_tried_as_scheduled_and_gets_everything(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    fails = 9
    with running_receiver(lambda number: 503 if number < fails else 200) as receiver:
        webhook = await register(webhooks, receiver)
        event = await happen(records, clock)
        await deliver_all(dispatcher, records, clock)
    assert [received.headers["webhook-id"] for received in receiver.received] == [event.id] * (fails + 1)
    assert len({received.body for received in receiver.received}) == 1
    times = [int(received.headers["webhook-timestamp"]) for received in receiver.received]
    assert times == sorted(times)
    delivery, attempts = await read_log(webhooks, webhook)
    assert delivery.status == "delivered"
    assert [attempt.status for attempt in attempts] == [503] * fails + [200]
    waited_s = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(attempts)]
    assert waited_s == list(DELAYS_S[:fails])


async def test_many_events_reach_a_flapping_receiver(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver(lambda number: (500, 429, 200, 302)[number % 4]) as receiver:
        await register(webhooks, receiver)
        events = [await happen(records, clock) for _ in range(30)]
        await deliver_all(dispatcher, records, clock)
        taken = [item.headers["webhook-id"] for number, item in enumerate(receiver.received) if number % 4 == 2]
    assert sorted(taken) == sorted(event.id for event in events)


async def test_a_receiver_that_never_takes_it_is_given_up_after_a_week(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver(lambda _number: 500) as receiver:
        webhook = await register(webhooks, receiver)
        await happen(records, clock)
        await deliver_all(dispatcher, records, clock)
    delivery, attempts = await read_log(webhooks, webhook)
    assert delivery.status == "failed"
    assert len(attempts) == len(DELAYS_S) + 1
    assert (await webhooks.get("club", webhook.id)).is_active


async def test_gone_disables_the_webhook_and_gives_up_the_rest(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver(lambda number: 500 if number == 0 else 410) as receiver:
        webhook = await register(webhooks, receiver)
        await happen(records, clock)
        await dispatcher.deliver_due()
        await happen(records, clock)
        await dispatcher.deliver_due()
        await happen(records, clock)
        await deliver_all(dispatcher, records, clock)
        assert len(receiver.received) == 2
        disabled = await webhooks.get("club", webhook.id)
        assert not disabled.is_active
        assert "410" in (disabled.disabled_reason or "")
        page = await webhooks.find_deliveries("club", webhook.id, page=PageRequest())
        assert sorted(delivery.status for delivery in page.items) == ["cancelled", "failed"]
        assert (await webhooks.enable("club", webhook.id)).is_active


async def test_a_delivery_is_made_again_on_request_with_the_same_id(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver() as receiver:
        webhook = await register(webhooks, receiver)
        event = await happen(records, clock)
        await dispatcher.deliver_due()
        delivery, _ = await read_log(webhooks, webhook)
        assert (await webhooks.redeliver("club", delivery.id)).status == "pending"
        assert await dispatcher.deliver_due() == 1
        assert [received.headers["webhook-id"] for received in receiver.received] == [event.id] * 2
        delivery, attempts = await read_log(webhooks, webhook)
        assert (delivery.status, len(attempts)) == ("delivered", 2)


async def test_a_delivery_that_is_asked_for_again_during_an_attempt_is_made_again(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    loop = asyncio.get_running_loop()

    async def ask_again() -> None:
        [delivery] = (await webhooks.find_deliveries("club", webhook.id, page=PageRequest())).items
        await webhooks.redeliver("club", delivery.id)

    def answer(number: int) -> int:
        if number == 0:
            asyncio.run_coroutine_threadsafe(ask_again(), loop).result(PATIENCE_S)
        return 204

    with running_receiver(answer) as receiver:
        webhook = await register(webhooks, receiver)
        event = await happen(records, clock)
        clock.move(1)
        assert await dispatcher.deliver_due() == 1
        assert await dispatcher.deliver_due() == 1
        assert [received.headers["webhook-id"] for received in receiver.received] == [event.id] * 2
    delivery, attempts = await read_log(webhooks, webhook)
    assert (delivery.status, delivery.attempt) == ("delivered", 2)
    assert [(made.attempt, made.status) for made in attempts] == [(1, 204), (2, 204)]


async def test_only_what_was_asked_for_is_sent(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver() as receiver:
        wanted = Subscription(url=receiver.url, events=("analysis.failed",), sport_types=("sj",))
        await webhooks.register("club", wanted, max_webhooks=None)
        await happen(records, clock)
        await happen(records, clock, type="analysis.failed")
        event = await happen(records, clock, type="analysis.failed", sport="sj")
        assert await dispatcher.deliver_due() == 1
    assert [received.headers["webhook-id"] for received in receiver.received] == [event.id]


async def test_an_address_that_became_forbidden_is_not_reached(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    with running_receiver() as receiver:
        webhook = await register(webhooks, receiver)
        async with records.write() as transaction:  # as if the name had moved since it was registered
            forbidden = replace(webhook, url="https://10.0.0.1/")
            await transaction.webhooks.update(forbidden)
        await happen(records, clock)
        await dispatcher.deliver_due()
        delivery, _ = await read_log(webhooks, webhook)
        assert (delivery.status, delivery.last_error) == ("pending", "forbidden_address")


async def test_processes_share_the_deliveries(
    webhooks: Webhooks, records: Records, sender: Sender, clock: Clock
) -> None:
    dispatchers = [Dispatcher(records, sender, clock=clock) for _ in range(4)]
    with running_receiver() as receiver:
        await register(webhooks, receiver)
        events = [await happen(records, clock) for _ in range(24)]
        while sum(await asyncio.gather(*[dispatcher.deliver_due() for dispatcher in dispatchers])):
            pass
    assert sorted(item.headers["webhook-id"] for item in receiver.received) == sorted(event.id for event in events)


async def test_the_running_dispatcher_delivers_when_it_is_woken(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinemotion_backend.webhooks.dispatcher.POLL_S", 3600)
    with running_receiver() as receiver:
        await register(webhooks, receiver)
        running = asyncio.create_task(dispatcher.run())
        for number in range(3):
            await happen(records, clock)
            dispatcher.wake()
            while len(receiver.received) <= number:  # noqa: ASYNC110  (the receiver runs in a thread)
                await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert [json.loads(received.body)["type"] for received in receiver.received] == ["analysis.completed"] * 3


async def test_it_ends_when_it_is_cancelled_at_the_end_of_a_wait(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
):
    wait: Any = asyncio.wait
    running: asyncio.Task[None] | None = None

    async def wait_and_cancel(*tasks: Any, **limits: Any) -> Any:
        answer = await wait(*tasks, **limits)
        if running is not None and asyncio.current_task() is running:
            running.cancel()
        return answer

    monkeypatch.setattr("kinemotion_backend.webhooks.dispatcher.POLL_S", 0.01)
    monkeypatch.setattr("kinemotion_backend.webhooks.dispatcher.asyncio.wait", wait_and_cancel)
    running = asyncio.create_task(dispatcher.run())
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(running), 30)
    assert running.cancelled()
