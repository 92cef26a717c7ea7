"""Analyses in SQL: finding and filing; what changes their state is in ``analysis_states``."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

from kinemotion_backend.records.analyses import (
    UNFINISHED,
    AnalysisQuery,
    AnalysisRecord,
    AnalysisRepository,
    IdempotencyKey,
    StoredArtefact,
)
from kinemotion_backend.records.paging import Page, PageRequest
from kinemotion_backend.records.sql.analysis_states import SqlAnalysisStates
from kinemotion_backend.records.sql.rows import read_optional_row, read_page, read_row, write_row
from kinemotion_backend.records.sql.tables import analyses, artefacts, idempotency_keys

REUSABLE_STATUSES = ("completed", *UNFINISHED)


class SqlAnalysisRepository(SqlAnalysisStates, AnalysisRepository):
    """Analyses, their artefacts and idempotency keys."""

    async def add(self, analysis: AnalysisRecord) -> None:
        """Write a new analysis."""
        await self._connection.execute(insert(analyses).values(write_row(analysis)))

    async def get(self, analysis_id: str, *, owner: str | None = None) -> AnalysisRecord | None:
        """Return the analysis; None where there is none, or it is another owner's."""
        query = _select_visible().where(analyses.c.id == analysis_id)
        if owner is not None:
            query = query.where(analyses.c.owner == owner)
        return await self._read_one(query)

    async def find(self, owner: str, query: AnalysisQuery, *, page: PageRequest) -> Page[AnalysisRecord]:
        """Return a page of the owner's analyses, the newest first."""
        wanted = _select_visible().where(analyses.c.owner == owner)
        for name in ("sport", "status", "athlete_id", "session_id"):
            if (value := getattr(query, name)) is not None:
                wanted = wanted.where(analyses.c[name] == value)
        if query.created_from is not None:
            wanted = wanted.where(analyses.c.created_at >= query.created_from)
        if query.created_before is not None:
            wanted = wanted.where(analyses.c.created_at < query.created_before)
        return await read_page(
            self._connection, wanted, table=analyses, page=page, read=lambda row: read_row(AnalysisRecord, row)
        )

    async def find_same(self, owner: str, fingerprint: str) -> AnalysisRecord | None:
        """Return the newest analysis with that fingerprint that is completed or under way."""
        query = (
            _select_visible()
            .where(analyses.c.owner == owner, analyses.c.fingerprint == fingerprint)
            .where(analyses.c.status.in_(REUSABLE_STATUSES))
            .order_by(analyses.c.created_at.desc())
            .limit(1)
        )
        return await self._read_one(query)

    async def reserve_key(self, key: IdempotencyKey) -> IdempotencyKey:
        """Write the key, and return it; where the owner has used it before, return what was written then."""
        insert_here = insert_in_sqlite if self._connection.dialect.name == "sqlite" else insert_in_postgresql
        statement = insert_here(idempotency_keys).values(write_row(key)).on_conflict_do_nothing()
        if (await self._connection.execute(statement.returning(idempotency_keys.c.key))).first() is not None:
            return key
        written = await self.find_key(key.owner, key.key)
        return key if written is None else written

    async def find_key(self, owner: str, key: str) -> IdempotencyKey | None:
        """Return the key as the owner used it before; None where it is new."""
        columns = idempotency_keys.c
        query = select(idempotency_keys).where(columns.owner == owner, columns.key == key)
        return read_optional_row(IdempotencyKey, (await self._connection.execute(query)).mappings().first())

    async def compute_next_turn(self, owner: str) -> int:
        """Return the place of the owner's next analysis in the fair order of all owners.

        Start-time fair queueing: an owner's analyses stand one behind the other, and nobody's first one stands before
        those whose turn it is now. Source: Goyal, Vin, Cheng 1996, 10.1145/248156.248171.
        """
        turn, status = analyses.c.turn, analyses.c.status
        own = select(func.max(turn)).where(analyses.c.owner == owner, status.in_(UNFINISHED)).scalar_subquery()
        now = func.coalesce(
            select(func.min(turn)).where(status == "queued").scalar_subquery(),
            select(func.max(turn)).where(status == "running").scalar_subquery(),
            0,
        )
        last, current = (await self._connection.execute(select(own, now))).one()
        return current if last is None else max(current, last + 1)

    async def find_artefacts(self, analysis_id: str) -> tuple[StoredArtefact, ...]:
        """Return the files that the analysis made."""
        query = select(artefacts).where(artefacts.c.analysis_id == analysis_id).order_by(artefacts.c.name)
        rows = (await self._connection.execute(query)).mappings()
        return tuple(read_row(StoredArtefact, row) for row in rows)

    async def find_completed_of(
        self, owner: str, athlete_ids: Sequence[str], *, sport: str | None = None
    ) -> tuple[AnalysisRecord, ...]:
        """Return every completed analysis of the athletes, the oldest recording first."""
        query = _select_visible().where(analyses.c.owner == owner, analyses.c.athlete_id.in_(athlete_ids))
        query = query.where(analyses.c.status == "completed")
        if sport is not None:
            query = query.where(analyses.c.sport == sport)
        return await self._read_all(query.order_by(analyses.c.recorded_on, analyses.c.created_at, analyses.c.id))

    async def find_all_of(self, owner: str, athlete_id: str) -> tuple[AnalysisRecord, ...]:
        """Return every analysis of the athlete, in whatever state."""
        return await self._read_all(
            _select_visible().where(analyses.c.owner == owner, analyses.c.athlete_id == athlete_id)
        )

    async def find_oldest_queued(self) -> datetime | None:
        """Return when the analysis that waits longest was asked for; None where none waits."""
        query = _select_visible().where(analyses.c.status == "queued", analyses.c.job_id.is_not(None))
        query = query.order_by(analyses.c.created_at).limit(1)
        oldest = await self._read_one(query)
        return oldest and oldest.created_at

    async def find_marked_for_deletion(self, *, limit: int) -> tuple[AnalysisRecord, ...]:
        """Return analyses that are marked for deletion, and whose row is still there."""
        return await self._read_all(select(analyses).where(analyses.c.erased_at.is_not(None)).limit(limit))

    async def find_unused_streams(self, before: datetime, *, limit: int) -> tuple[AnalysisRecord, ...]:
        """Return live analyses that were asked for before the instant, and whose stream never began."""
        query = _select_visible().where(analyses.c.video_key.is_(None), analyses.c.status == "queued")
        query = query.where(analyses.c.attempt == 0, analyses.c.created_at < before)
        return await self._read_all(query.limit(limit))

    async def is_video_used(self, video_key: str) -> bool:
        """Return whether an analysis has this video and is not marked for deletion."""
        return await self._read_one(_select_visible().where(analyses.c.video_key == video_key).limit(1)) is not None

    async def delete(self, analysis_id: str) -> None:
        """Delete the row with everything that depends on it."""
        await self._connection.execute(delete(analyses).where(analyses.c.id == analysis_id))

    async def delete_keys_before(self, before: datetime) -> int:
        """Delete idempotency keys written before the instant; return how many there were."""
        statement = delete(idempotency_keys).where(idempotency_keys.c.created_at < before)
        return (await self._connection.execute(statement)).rowcount

    async def _read_one(self, query: Select[tuple[object, ...]]) -> AnalysisRecord | None:
        return read_optional_row(AnalysisRecord, (await self._connection.execute(query)).mappings().first())

    async def _read_all(self, query: Select[tuple[object, ...]]) -> tuple[AnalysisRecord, ...]:
        rows = (await self._connection.execute(query)).mappings()
        return tuple(read_row(AnalysisRecord, row) for row in rows)


def _select_visible() -> Select[tuple[object, ...]]:
    return select(analyses).where(analyses.c.erased_at.is_(None))
