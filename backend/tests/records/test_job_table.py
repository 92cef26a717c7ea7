"""The table of the embedded queue: claims are fenced, priorities kept; on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kinemotion_backend.records.base import JobRecord, Records

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def add(records: Records, subject: str, *, priority: int = 0, run_at: datetime = NOW) -> int:
    async with records.write() as transaction:
        return await transaction.jobs.add("analysis", subject, priority=priority, run_at=run_at)


async def claim(records: Records, boot_id: str = "boot", *, now: datetime = NOW) -> JobRecord | None:
    async with records.write() as transaction:
        return await transaction.jobs.claim(boot_id, kinds=["analysis"], now=now)


async def test_the_highest_priority_comes_first_then_the_oldest(records: Records):
    for subject, priority in (("low", -1), ("first", 0), ("second", 0), ("high", 1)):
        await add(records, subject, priority=priority)
    await add(records, "later", priority=9, run_at=NOW + timedelta(seconds=1))
    found = [job.subject for _ in range(9) if (job := await claim(records))]
    assert found == ["high", "first", "second", "low"]
    async with records.read() as transaction:
        assert await transaction.jobs.find_next_due() == NOW + timedelta(seconds=1)
        assert await transaction.jobs.count_unfinished() == {"analysis": 5}


async def test_a_job_is_claimed_once(records: Records):
    for number in range(3):
        await add(records, f"a{number}")
    claimed = [job for job in await asyncio.gather(*(claim(records) for _ in range(3))) if job]
    while job := await claim(records):
        claimed.append(job)
    assert sorted(job.subject for job in claimed) == ["a0", "a1", "a2"]


async def test_only_the_current_claim_ends_a_job(records: Records):
    await add(records, "a1")
    lost = await claim(records, "dead boot")
    assert lost is not None
    async with records.write() as transaction:
        assert await transaction.jobs.requeue_all(boot_id="new boot") == 1
    current = await claim(records, "new boot")
    assert current is not None
    assert (current.id, current.attempt) == (lost.id, 2)
    async with records.write() as transaction:
        jobs = transaction.jobs
        assert await jobs.requeue_all(boot_id="new boot") == 0
        assert not await jobs.finish(lost, "dead boot", end="done", at=NOW)
        assert not await jobs.retry(lost, "dead boot", run_at=NOW)
        assert not await jobs.finish(lost, "new boot", end="done", at=NOW)
        assert await jobs.finish(current, "new boot", end="done", at=NOW)
        assert await jobs.delete_ended_before(NOW) == 0
        assert await jobs.delete_ended_before(NOW + timedelta(seconds=1)) == 1


async def test_a_job_of_another_kind_is_left_to_others(records: Records):
    async with records.write() as transaction:
        await transaction.jobs.add("delivery", "d1", priority=9, run_at=NOW)
    assert await claim(records) is None


async def test_a_job_put_back_waits_for_its_time(records: Records):
    await add(records, "a1")
    job = await claim(records)
    assert job is not None
    later = NOW + timedelta(seconds=10)
    async with records.write() as transaction:
        assert await transaction.jobs.retry(job, "boot", run_at=later)
    assert await claim(records) is None
    again = await claim(records, now=later)
    assert again is not None
    assert again.attempt == 2


async def test_a_queued_job_is_cancelled_and_a_running_one_is_not(records: Records):
    queued, running = await add(records, "queued"), await add(records, "running", priority=1)
    assert (await claim(records)) is not None
    async with records.write() as transaction:
        assert await transaction.jobs.cancel(queued, at=NOW)
        assert not await transaction.jobs.cancel(running, at=NOW)
    assert await claim(records) is None
