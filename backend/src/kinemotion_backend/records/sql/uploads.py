"""Uploads in SQL."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.sql.rows import read_optional_row, read_row, write_row
from kinemotion_backend.records.sql.tables import uploads
from kinemotion_backend.records.uploads import UploadRecord, UploadRepository


class SqlUploadRepository(UploadRepository):
    """Uploads."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, upload: UploadRecord) -> None:
        """Write a new upload."""
        await self._connection.execute(insert(uploads).values(write_row(upload)))

    async def get(self, upload_id: str, *, owner: str) -> UploadRecord | None:
        """Return the upload; None where there is none, or it is another owner's."""
        query = select(uploads).where(uploads.c.id == upload_id, uploads.c.owner == owner)
        return read_optional_row(UploadRecord, (await self._connection.execute(query)).mappings().first())

    async def advance(self, upload: UploadRecord, *, offset: int) -> bool:
        """Write the upload's fields if ``offset`` bytes are still what was received; False otherwise."""
        columns = uploads.c
        same = columns.id == upload.id, columns.received_bytes == offset, columns.status == "open"
        return (await self._connection.execute(update(uploads).where(*same).values(write_row(upload)))).rowcount == 1

    async def delete(self, upload_id: str) -> bool:
        """Delete the upload; False where there is none."""
        return (await self._connection.execute(delete(uploads).where(uploads.c.id == upload_id))).rowcount == 1

    async def find_expired(self, now: datetime, *, limit: int) -> tuple[UploadRecord, ...]:
        """Return uploads whose time is over."""
        query = select(uploads).where(uploads.c.expires_at <= now).order_by(uploads.c.expires_at).limit(limit)
        return tuple(read_row(UploadRecord, row) for row in (await self._connection.execute(query)).mappings())
