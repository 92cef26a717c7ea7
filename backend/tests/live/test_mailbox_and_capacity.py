"""Messages that wait for a reader, and the engine's time that streams share."""

import asyncio

import pytest

from kinemotion_backend.live.capacity import FIRST_COSTS_S, MIN_FPS, EngineCapacity
from kinemotion_backend.live.errors import NoCapacity
from kinemotion_backend.live.mailbox import Mailbox, MailboxFull
from kinemotion_backend.live.stream_analyzer import Codec


@pytest.mark.asyncio
async def test_the_newest_state_waits_behind_what_came_before_it() -> None:
    box: Mailbox[str] = Mailbox()
    for item in ("state 1", "jump", "state 2", "state 3"):
        box.put(item, replaces=item.startswith("state"))
    box.close()
    box.put("too late")
    assert [await box.get() for _ in range(3)] == ["jump", "state 3", None]


@pytest.mark.asyncio
async def test_a_reader_waits_for_the_next_message() -> None:
    box: Mailbox[str] = Mailbox()
    reading = asyncio.create_task(box.get())
    await asyncio.sleep(0)
    box.put("state", replaces=True)
    assert await reading == "state"


def test_a_mailbox_is_bounded() -> None:
    box: Mailbox[int] = Mailbox(most=3)
    for number in range(3):
        box.put(number)
    with pytest.raises(MailboxFull):
        box.put(3)
    box.clear()
    box.put(4)


@pytest.mark.parametrize("engines", [1, 2, 8])
def test_pictures_are_admitted_while_each_gets_ten_a_second(engines: int) -> None:
    capacity, load = EngineCapacity(engines), (Codec.JPEG, "balanced")
    most = int(engines / (FIRST_COSTS_S["balanced"] * MIN_FPS))
    capacity.check(load, beside=[load] * (most - 1))
    with pytest.raises(NoCapacity):
        capacity.check(load, beside=[load] * most)


def test_measured_times_replace_the_estimate() -> None:
    capacity, load = EngineCapacity(1), (Codec.JPEG, "fast")
    for _ in range(500):
        capacity.observe(load, 0.2)
    with pytest.raises(NoCapacity):
        capacity.check(load, beside=[load])
    capacity.check(load, beside=[])
    capacity.check((Codec.LANDMARKS, "fast"), beside=[(Codec.LANDMARKS, "fast")] * 40)


def test_no_stream_begins_beside_others_while_the_service_itself_is_late() -> None:
    capacity, load = EngineCapacity(2), (Codec.LANDMARKS, "fast")
    for tick in range(100):
        capacity.observe_delay(1.0, at_s=0.5 * tick)
    with pytest.raises(NoCapacity) as refused:
        capacity.check(load, beside=[load])
    assert refused.value.retry_after_s
    capacity.check(load, beside=[])
    for tick in range(100, 140):
        capacity.observe_delay(0.0, at_s=0.5 * tick)
    capacity.check(load, beside=[load])


def test_a_short_delay_refuses_nobody() -> None:
    capacity, load = EngineCapacity(2), (Codec.LANDMARKS, "fast")
    for watcher in range(200):  # all of them find the loop late at the same time
        capacity.observe_delay(2.0, at_s=100.0 + 1e-4 * watcher)
    capacity.check(load, beside=[load])
