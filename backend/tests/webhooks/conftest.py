"""Webhooks over real records, with a clock that the test sets."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fake_clock import Clock

from kinemotion_backend.outbound.addresses import read_allow_list
from kinemotion_backend.outbound.guarded import GuardedSender
from kinemotion_backend.records.base import Records
from kinemotion_backend.webhooks.dispatcher import Dispatcher
from kinemotion_backend.webhooks.registry import Webhooks


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def sender() -> AsyncIterator[GuardedSender]:
    """A sender that may reach this machine."""
    made = GuardedSender(read_allow_list(["127.0.0.0/8"]), time_limit_s=60)
    yield made
    await made.close()


@pytest.fixture
def webhooks(records: Records, sender: GuardedSender, clock: Clock) -> Webhooks:
    return Webhooks(records, sender, clock=clock)


@pytest.fixture
def dispatcher(records: Records, sender: GuardedSender, clock: Clock) -> Dispatcher:
    """A dispatcher without jitter."""
    return Dispatcher(records, sender, clock=clock, random=lambda: 0.5)
