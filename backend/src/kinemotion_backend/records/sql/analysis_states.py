"""Steps in the life of an analysis, in SQL: each is one statement that compares the state and sets it."""

from datetime import datetime

from sqlalchemy import Update, and_, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.analyses import UNFINISHED, AnalysisRecord, Outcome, RunLease, StoredProgress
from kinemotion_backend.records.sql.rows import read_optional_row, read_row, write_row
from kinemotion_backend.records.sql.tables import analyses, artefacts

NO_LEASE: dict[str, None] = {"worker": None, "lease_expires_at": None}


class SqlAnalysisStates:
    """Steps in the life of an analysis."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def set_job(self, analysis_id: str, job_id: str) -> None:
        """Note the job that carries the analysis."""
        await self._connection.execute(update(analyses).where(analyses.c.id == analysis_id).values(job_id=job_id))

    async def start(self, analysis_id: str, lease: RunLease) -> AnalysisRecord | None:
        """Begin the next attempt of an analysis that is queued, or whose worker lost its lease; None otherwise."""
        columns = analyses.c
        abandoned = and_(columns.status == "running", columns.lease_expires_at <= lease.now)
        statement = (
            update(analyses)
            .where(columns.id == analysis_id, columns.erased_at.is_(None))
            .where(or_(columns.status == "queued", abandoned))
            .values(
                status="running",
                attempt=columns.attempt + 1,
                crashes=columns.crashes + case((columns.status == "running", 1), else_=0),
                worker=lease.worker,
                lease_expires_at=lease.lease_expires_at,
                started_at=func.coalesce(columns.started_at, lease.now),
                progress_done=None,
                progress_total=None,
            )
        )
        return await self._step(statement)

    async def renew(self, analysis_id: str, attempt: int, *, until: datetime, progress: StoredProgress | None) -> bool:
        """Extend the lease of a running attempt; False where it is not the current one any more."""
        statement = _update_current(analysis_id, attempt).values(lease_expires_at=until)
        if progress is not None:
            statement = statement.values(progress_done=progress.done, progress_total=progress.total)
        return (await self._connection.execute(statement)).rowcount == 1

    async def finish(self, analysis_id: str, attempt: int, *, outcome: Outcome) -> AnalysisRecord | None:
        """Write the end of a running attempt; None where it is not the current one any more."""
        values = {**write_row(outcome), **NO_LEASE}
        del values["artefacts"]
        if outcome.engine_version is None:
            del values["engine_version"]
        if outcome.recorded_on is None:
            del values["recorded_on"]
        finished = await self._step(_update_current(analysis_id, attempt).values(values))
        if finished is not None and outcome.artefacts:
            await self._connection.execute(insert(artefacts), [write_row(artefact) for artefact in outcome.artefacts])
        return finished

    async def release(self, analysis_id: str, attempt: int) -> bool:
        """Put a running attempt back into the queue; False where it is not the current one any more."""
        statement = _update_current(analysis_id, attempt).values(status="queued", **NO_LEASE)
        return (await self._connection.execute(statement)).rowcount == 1

    async def cancel(self, analysis_id: str, *, at: datetime) -> AnalysisRecord | None:
        """Cancel an analysis that is queued or running; None where it has ended."""
        statement = update(analyses).where(analyses.c.id == analysis_id, analyses.c.status.in_(UNFINISHED))
        return await self._step(statement.values(status="cancelled", finished_at=at, **NO_LEASE))

    async def expire_leases(self, at: datetime) -> int:
        """End every lease at once, because no worker can be alive; return how many there were."""
        statement = update(analyses).where(analyses.c.status == "running").values(lease_expires_at=at)
        return (await self._connection.execute(statement)).rowcount

    async def find_abandoned(self, before: datetime, *, limit: int) -> tuple[AnalysisRecord, ...]:
        """Return running analyses whose lease ended before the instant."""
        query = select(analyses).where(analyses.c.status == "running", analyses.c.lease_expires_at < before)
        rows = (await self._connection.execute(query.limit(limit))).mappings()
        return tuple(read_row(AnalysisRecord, row) for row in rows)

    async def requeue_abandoned(self, analysis: AnalysisRecord) -> bool:
        """Put a running analysis back whose worker died; False where it went on meanwhile."""
        unchanged = analyses.c.lease_expires_at == analysis.lease_expires_at
        statement = _update_current(analysis.id, analysis.attempt).where(unchanged)
        values = statement.values(status="queued", crashes=analyses.c.crashes + 1, **NO_LEASE)
        return (await self._connection.execute(values)).rowcount == 1

    async def mark_for_deletion(self, analysis_id: str, *, at: datetime) -> None:
        """Hide the analysis. Its files are deleted next, then its row."""
        await self._connection.execute(update(analyses).where(analyses.c.id == analysis_id).values(erased_at=at))

    async def _step(self, statement: Update) -> AnalysisRecord | None:
        """Run the step; the analysis after it, or None where it was not in the expected state."""
        row = (await self._connection.execute(statement.returning(analyses))).mappings().first()
        return read_optional_row(AnalysisRecord, row)


def _update_current(analysis_id: str, attempt: int) -> Update:
    columns = analyses.c
    return update(analyses).where(columns.id == analysis_id, columns.attempt == attempt, columns.status == "running")
