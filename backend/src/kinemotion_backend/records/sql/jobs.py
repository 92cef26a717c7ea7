"""The embedded queue in SQL: every step compares the claim and sets it in one statement."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Update, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.jobs import JobEnd, JobRecord, JobRepository
from kinemotion_backend.records.sql.rows import read_optional_row
from kinemotion_backend.records.sql.tables import jobs

UNFINISHED = ("queued", "running")


class SqlJobRepository(JobRepository):
    """A queue in a table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, kind: str, subject: str, *, priority: int, run_at: datetime) -> int:
        """Write a queued job and return its id."""
        values = {"kind": kind, "subject": subject, "priority": priority, "run_at": run_at, "created_at": run_at}
        statement = insert(jobs).values(status="queued", attempt=0, **values).returning(jobs.c.id)
        return (await self._connection.execute(statement)).scalar_one()

    async def requeue_all(self, *, boot_id: str) -> int:
        """Put back the running jobs of every other process, because those cannot be alive; return how many."""
        statement = update(jobs).where(jobs.c.status == "running", jobs.c.boot_id != boot_id)
        return (await self._connection.execute(statement.values(status="queued", boot_id=None))).rowcount

    async def requeue_own(self, *, boot_id: str) -> int:
        """Put back the running jobs of this process, whose worker has ended; return how many."""
        statement = update(jobs).where(jobs.c.status == "running", jobs.c.boot_id == boot_id)
        return (await self._connection.execute(statement.values(status="queued", boot_id=None))).rowcount

    async def claim(self, boot_id: str, *, kinds: Collection[str], now: datetime) -> JobRecord | None:
        """Take the next job of these kinds that is due: the highest priority first, then the oldest."""
        due = select(jobs.c.id).where(jobs.c.status == "queued", jobs.c.run_at <= now, jobs.c.kind.in_(kinds))
        first = due.order_by(jobs.c.priority.desc(), jobs.c.id).limit(1).scalar_subquery()
        statement = (
            update(jobs)
            .where(jobs.c.id == first, jobs.c.status == "queued")
            .values(status="running", attempt=jobs.c.attempt + 1, boot_id=boot_id)
            .returning(jobs)
        )
        return read_optional_row(JobRecord, (await self._connection.execute(statement)).mappings().first())

    async def find_next_due(self) -> datetime | None:
        """Return when the next queued job is due; None where none is queued."""
        query = select(func.min(jobs.c.run_at)).where(jobs.c.status == "queued")
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def finish(self, job: JobRecord, boot_id: str, *, end: JobEnd, at: datetime) -> bool:
        """End a claimed job; False where the claim was lost."""
        return await self._step(_update_claimed(job, boot_id).values(status=end, finished_at=at))

    async def retry(self, job: JobRecord, boot_id: str, *, run_at: datetime) -> bool:
        """Put a claimed job back; False where the claim was lost."""
        return await self._step(_update_claimed(job, boot_id).values(status="queued", boot_id=None, run_at=run_at))

    async def cancel(self, job_id: int, *, at: datetime) -> bool:
        """Cancel a job that is queued; False where it runs or has ended."""
        queued = update(jobs).where(jobs.c.id == job_id, jobs.c.status == "queued")
        return await self._step(queued.values(status="cancelled", finished_at=at))

    async def count_unfinished(self) -> dict[str, int]:
        """Return how many jobs of each kind are queued or running."""
        query = (
            select(jobs.c.kind, func.count().label("unfinished"))
            .where(jobs.c.status.in_(UNFINISHED))
            .group_by(jobs.c.kind)
        )
        return {row.kind: row.unfinished for row in await self._connection.execute(query)}

    async def delete_ended_before(self, before: datetime) -> int:
        """Delete jobs that ended before the instant; return how many there were."""
        statement = delete(jobs).where(jobs.c.status.not_in(UNFINISHED), jobs.c.finished_at < before)
        return (await self._connection.execute(statement)).rowcount

    async def _step(self, statement: Update) -> bool:
        return (await self._connection.execute(statement)).rowcount == 1


def _update_claimed(job: JobRecord, boot_id: str) -> Update:
    columns = jobs.c
    return update(jobs).where(columns.id == job.id, columns.boot_id == boot_id, columns.attempt == job.attempt)
