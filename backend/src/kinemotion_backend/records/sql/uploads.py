"""Uploads in SQL, and which blobs any record refers to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.sql.rows import read_optional_row, read_row, write_row
from kinemotion_backend.records.sql.tables import analyses, artefacts, uploads
from kinemotion_backend.records.uploads import ReferenceRepository, UploadRecord, UploadRepository


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


class SqlReferenceRepository(ReferenceRepository):
    """Which blobs the records refer to."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find_referenced(self, keys: Sequence[str]) -> frozenset[str]:
        """Return those of the keys that an analysis, one of its files or an upload refers to."""
        columns = analyses.c.video_key, analyses.c.document_key, artefacts.c.blob_key, uploads.c.blob_key
        found = set[str]()
        for column in columns:
            found.update((await self._connection.execute(select(column).where(column.in_(keys)))).scalars())
        return frozenset(found)

    async def find_uploads(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of the ids that are uploads."""
        query = select(uploads.c.id).where(uploads.c.id.in_(ids))
        return frozenset((await self._connection.execute(query)).scalars())

    async def find_old_videos(self, before: datetime, *, limit: int) -> tuple[tuple[str, str], ...]:
        """Return the analyses that ended before the instant and still have a video, with the video's key."""
        columns = analyses.c
        query = select(columns.id, columns.video_key).where(
            columns.finished_at < before, columns.video_key.is_not(None), columns.erased_at.is_(None)
        )
        return tuple((row.id, row.video_key) for row in await self._connection.execute(query.limit(limit)))

    async def forget_video(self, analysis_id: str) -> None:
        """Note that the analysis has no video any more."""
        await self._connection.execute(update(analyses).where(analyses.c.id == analysis_id).values(video_key=None))

    async def find_old_analyses(self, before: datetime, *, limit: int) -> tuple[tuple[str, str], ...]:
        """Return the owners and ids of the analyses that ended before the instant."""
        columns = analyses.c
        query = select(columns.owner, columns.id).where(columns.finished_at < before, columns.erased_at.is_(None))
        return tuple((row.owner, row.id) for row in await self._connection.execute(query.limit(limit)))
