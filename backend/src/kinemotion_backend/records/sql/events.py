"""Events and the audit trail in SQL."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.access import AuditEntry, AuditRepository
from kinemotion_backend.records.events import EventRepository, StoredEvent
from kinemotion_backend.records.sql.rows import read_optional_row, read_row, write_row
from kinemotion_backend.records.sql.tables import audit, events


class SqlEventRepository(EventRepository):
    """Events in the order they were written."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, event: StoredEvent) -> None:
        """Write an event."""
        await self._connection.execute(insert(events).values(write_row(event)))

    async def get(self, event_id: str) -> StoredEvent | None:
        """Return the event; None where there is none."""
        query = select(events).where(events.c.id == event_id)
        return read_optional_row(StoredEvent, (await self._connection.execute(query)).mappings().first())

    async def find_of_subject(self, subject: str) -> tuple[StoredEvent, ...]:
        """Return the events of a record, in order."""
        query = select(events).where(events.c.subject == subject).order_by(events.c.sequence)
        return tuple(read_row(StoredEvent, row) for row in (await self._connection.execute(query)).mappings())

    async def delete_before(self, before: datetime) -> int:
        """Delete events written before the instant; return how many there were."""
        return (await self._connection.execute(delete(events).where(events.c.created_at < before))).rowcount

    async def delete_of(self, subject: str) -> None:
        """Delete every event of a record."""
        await self._connection.execute(delete(events).where(events.c.subject == subject))


class SqlAuditRepository(AuditRepository):
    """The audit trail. Entries are added, and never changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, entry: AuditEntry) -> None:
        """Write an entry."""
        await self._connection.execute(insert(audit).values(write_row(entry)))

    async def find(self, owner: str, *, limit: int) -> tuple[AuditEntry, ...]:
        """Return the owner's latest entries, the newest first."""
        query = select(audit).where(audit.c.owner == owner).order_by(audit.c.sequence.desc()).limit(limit)
        return tuple(read_row(AuditEntry, row) for row in (await self._connection.execute(query)).mappings())
