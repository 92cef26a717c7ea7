"""Links to results in the records; on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from kinemotion_backend.records.base import AnalysisRecord, Records, ShareLink

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, 30, 1, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def link(number: int, *, analysis_id: str = "a1", hours: int = 1) -> ShareLink:
    return ShareLink(
        id=f"s{number}",
        owner="club",
        analysis_id=analysis_id,
        token_sha256=f"{number:064x}",
        created_at=NOW + timedelta(seconds=number),
        expires_at=NOW + hours * HOUR,
    )


async def write(records: Records, *links: ShareLink) -> None:
    """Write two analyses, and links to them."""
    async with records.write() as transaction:
        for name in ("a1", "a2"):
            await transaction.analyses.add(
                AnalysisRecord(
                    id=name, owner="club", sport="cmj", quality="fast", engine_version="1", created_at=NOW, turn=0
                )
            )
        for each in links:
            await transaction.share_links.add(each)


async def test_a_link_is_found_until_it_expires(records: Records) -> None:
    await write(records, link(1), link(2, hours=3), link(3, analysis_id="a2"))
    async with records.read() as transaction:
        repository = transaction.share_links
        assert await repository.find_by_token(link(1).token_sha256, now=NOW) == link(1)
        assert await repository.find_by_token(link(1).token_sha256, now=NOW + HOUR) is None
        assert await repository.find_by_token("0" * 64, now=NOW) is None
        assert await repository.find_of("a1", now=NOW) == (link(2, hours=3), link(1))
        assert await repository.find_of("a1", now=NOW + HOUR) == (link(2, hours=3),)
    assert link(1).token_sha256 not in repr(link(1))


async def test_a_link_is_deleted_once(records: Records) -> None:
    await write(records, link(1), link(2))
    async with records.write() as transaction:
        repository = transaction.share_links
        assert not await repository.delete("s1", analysis_id="a2", now=NOW)
        assert not await repository.delete("s1", analysis_id="a1", now=NOW + HOUR)
        assert await repository.delete("s1", analysis_id="a1", now=NOW)
        assert not await repository.delete("s1", analysis_id="a1", now=NOW)
        assert await repository.find_of("a1", now=NOW) == (link(2),)


async def test_expired_links_are_deleted(records: Records) -> None:
    await write(records, link(1), link(2, hours=2), link(3, hours=3))
    async with records.write() as transaction:
        assert await transaction.share_links.delete_expired(NOW + 2 * HOUR) == 2
        assert await transaction.share_links.find_of("a1", now=NOW) == (link(3, hours=3),)


async def test_links_go_with_their_analysis(records: Records) -> None:
    await write(records, link(1), link(2, analysis_id="a2"))
    async with records.write() as transaction:
        await transaction.analyses.delete("a1")
        assert await transaction.share_links.find_of("a1", now=NOW) == ()
        assert await transaction.share_links.find_of("a2", now=NOW) == (link(2, analysis_id="a2"),)


async def test_two_links_never_have_the_same_token(records: Records) -> None:
    await write(records, link(1))
    with pytest.raises(IntegrityError):
        async with records.write() as transaction:
            await transaction.share_links.add(replace(link(1), id="s9"))
