"""Keys and usage in SQL."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.keys import ApiKey, KeyRepository, UsageRepository
from kinemotion_backend.records.sql.rows import read_optional_row, read_row, write_row
from kinemotion_backend.records.sql.tables import keys, usage


class SqlKeyRepository(KeyRepository):
    """Keys."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, key: ApiKey) -> None:
        """Write a new key."""
        await self._connection.execute(insert(keys).values(write_row(key)))

    async def get(self, key_id: str) -> ApiKey | None:
        """Return the key; None where there is none."""
        query = select(keys).where(keys.c.id == key_id)
        return read_optional_row(ApiKey, (await self._connection.execute(query)).mappings().first())

    async def find(self, owner: str) -> tuple[ApiKey, ...]:
        """Return the owner's keys, the newest first, with those revoked."""
        query = select(keys).where(keys.c.owner == owner).order_by(keys.c.created_at.desc(), keys.c.id.desc())
        return tuple(read_row(ApiKey, row) for row in (await self._connection.execute(query)).mappings())

    async def touch(self, key_id: str, *, at: datetime) -> None:
        """Note that the key was used."""
        await self._connection.execute(update(keys).where(keys.c.id == key_id).values(last_used_at=at))

    async def revoke(self, key_id: str, *, owner: str, at: datetime) -> bool:
        """End the key; False where the owner has none of that id, or it is revoked already."""
        columns = keys.c
        theirs = update(keys).where(columns.id == key_id, columns.owner == owner, columns.revoked_at.is_(None))
        return (await self._connection.execute(theirs.values(revoked_at=at))).rowcount == 1


class SqlUsageRepository(UsageRepository):
    """What each account used, by month."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, owner: str, counter: str, *, period: str, at: datetime) -> None:
        """Count one more."""
        insert_here = insert_in_sqlite if self._connection.dialect.name == "sqlite" else insert_in_postgresql
        first = {"owner": owner, "period": period, "counter": counter, "amount": 1, "updated_at": at}
        statement = insert_here(usage).values(first)
        same = [usage.c.owner, usage.c.period, usage.c.counter]
        more = {"amount": usage.c.amount + 1, "updated_at": at}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=same, set_=more))

    async def find(self, owner: str, *, period: str) -> dict[str, int]:
        """Return the owner's counters of one month, such as ``2026-11``."""
        query = select(usage.c.counter, usage.c.amount).where(usage.c.owner == owner, usage.c.period == period)
        return {row.counter: row.amount for row in await self._connection.execute(query)}
