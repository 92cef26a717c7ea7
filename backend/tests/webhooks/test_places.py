"""One account with slow receivers held every place in which deliveries are made."""

import asyncio
import threading
from collections import Counter
from contextlib import suppress
from itertools import count

import pytest
from fake_clock import Clock
from hypothesis import given
from hypothesis import strategies as st
from receiver import Receiver, running_receiver
from stand_in import PATIENCE_S

from kinemotion_backend.records.base import Records, StoredEvent
from kinemotion_backend.webhooks.deliveries import write_event
from kinemotion_backend.webhooks.dispatcher import AT_ONCE, Dispatcher
from kinemotion_backend.webhooks.places import Places
from kinemotion_backend.webhooks.registry import Subscription, Webhooks

numbers = count(1)


def test_an_owner_that_is_alone_has_half_of_the_places() -> None:
    places = Places(AT_ONCE, ["slow"] * 3)
    assert [places.take("slow") for _ in range(AT_ONCE)].count(True) == AT_ONCE // 2 - 3
    assert places.owners_with_enough == {"slow"}
    assert places.take("other")


@given(st.lists(st.sampled_from("abcdefgh"), max_size=100))
def test_a_place_is_left_for_an_owner_that_has_none(asking: list[str]) -> None:
    places, held = Places(AT_ONCE, ()), Counter[str]()
    for owner in asking:
        held[owner] += places.take(owner)
    assert places.free == AT_ONCE - held.total()
    assert held.total() == 0 or max(held.values()) <= AT_ONCE // 2
    assert Places(AT_ONCE, held.elements()).take("newcomer")


@given(st.lists(st.sampled_from("abcdefgh"), min_size=AT_ONCE, max_size=2 * AT_ONCE))
def test_no_place_is_taken_twice(owners: list[str]) -> None:
    assert not Places(AT_ONCE, owners[:AT_ONCE]).take("newcomer")


async def subscribe(webhooks: Webhooks, records: Records, *, owner: str, receiver: Receiver, at: Clock) -> None:
    """Register a webhook for all later events of the owner."""
    await webhooks.register(owner, Subscription(url=receiver.url), max_webhooks=None)
    await happen(records, owner=owner, at=at)


async def happen(records: Records, *, owner: str, at: Clock) -> None:
    event = StoredEvent(
        id=f"evt_{next(numbers)}", owner=owner, type="analysis.completed", subject="a1", data={}, created_at=at()
    )
    async with records.write() as transaction:
        await write_event(transaction, event)


@pytest.mark.asyncio
async def test_slow_receivers_of_one_account_hold_up_nobody_else(
    webhooks: Webhooks, dispatcher: Dispatcher, records: Records, clock: Clock
) -> None:
    released = threading.Event()

    def wait_and_answer(_number: int) -> int:
        released.wait(PATIENCE_S)
        return 204

    with running_receiver(wait_and_answer) as slow, running_receiver() as quick:
        await subscribe(webhooks, records, owner="slow", receiver=slow, at=clock)
        for _ in range(2 * AT_ONCE):
            await happen(records, owner="slow", at=clock)
        clock.move(1)
        delivering = asyncio.create_task(dispatcher.run())
        try:
            async with asyncio.timeout(PATIENCE_S):
                while len(slow.received) < AT_ONCE // 2:  # noqa: ASYNC110  (the receiver runs in a thread)
                    await asyncio.sleep(0.01)
                await subscribe(webhooks, records, owner="club", receiver=quick, at=clock)
                dispatcher.wake()
                while not quick.received:  # noqa: ASYNC110  (the receiver runs in a thread)
                    await asyncio.sleep(0.01)
            assert len(slow.received) == AT_ONCE // 2
        finally:
            released.set()
            delivering.cancel()
            with suppress(asyncio.CancelledError):
                await delivering
