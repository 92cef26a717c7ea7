"""Links to results in SQL."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.share_links import ShareLink, ShareLinkRepository
from kinemotion_backend.records.sql.rows import read_optional_row, read_row, write_row
from kinemotion_backend.records.sql.tables import share_links


class SqlShareLinkRepository(ShareLinkRepository):
    """Links."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, link: ShareLink) -> None:
        """Write a new link."""
        await self._connection.execute(insert(share_links).values(write_row(link)))

    async def find_by_token(self, token_sha256: str, *, now: datetime) -> ShareLink | None:
        """Return the link that has not expired; None where there is none."""
        columns = share_links.c
        query = select(share_links).where(columns.token_sha256 == token_sha256, columns.expires_at > now)
        return read_optional_row(ShareLink, (await self._connection.execute(query)).mappings().first())

    async def find_of(self, analysis_id: str, *, now: datetime) -> tuple[ShareLink, ...]:
        """Return the links of the analysis that have not expired, the newest first."""
        columns = share_links.c
        query = select(share_links).where(columns.analysis_id == analysis_id, columns.expires_at > now)
        query = query.order_by(columns.created_at.desc(), columns.id.desc())
        return tuple(read_row(ShareLink, row) for row in (await self._connection.execute(query)).mappings())

    async def delete(self, link_id: str, *, analysis_id: str, now: datetime) -> bool:
        """Delete the link; False where the analysis has none of that id that has not expired."""
        columns = share_links.c
        same = columns.id == link_id, columns.analysis_id == analysis_id, columns.expires_at > now
        return (await self._connection.execute(delete(share_links).where(*same))).rowcount == 1

    async def delete_expired(self, now: datetime) -> int:
        """Delete every link that has expired; return how many there were."""
        return (await self._connection.execute(delete(share_links).where(share_links.c.expires_at <= now))).rowcount
