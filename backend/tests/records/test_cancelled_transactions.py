"""Transactions that are cancelled at any moment, as by a client that leaves: they hold no lock and no connection."""

import asyncio
import gc
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from kinemotion_backend.records.base import Records

ROUNDS = 25
LONGEST_DELAY_S = 0.01
PATIENCE_S = 120.0
"""Far beyond what a write takes, however busy the machine."""


async def write(records: Records) -> None:
    async with records.write() as transaction:
        await transaction.jobs.add("work", "clip", priority=0, run_at=datetime.now(UTC))


async def read(records: Records) -> None:
    async with records.read() as transaction:
        await transaction.jobs.count_unfinished()


@pytest.mark.asyncio
@pytest.mark.parametrize("step", [write, read], ids=lambda step: step.__name__)
async def test_the_next_writer_is_not_kept_waiting(records: Records, step: Callable[[Records], Awaitable[None]]):
    delays = random.Random(1)  # noqa: S311  (moments of a cancellation, no secret)
    for _ in range(ROUNDS):
        cancelled = asyncio.ensure_future(step(records))
        await asyncio.sleep(delays.uniform(0, LONGEST_DELAY_S))
        cancelled.cancel()
        await asyncio.wait({cancelled})  # its error, whose traceback holds cursors, lives on
        async with asyncio.timeout(PATIENCE_S):
            await write(records)
    gc.collect()  # a connection that nobody closed would warn, and fail this test
