"""Files arrive in pieces or straight at the store, and are whole in the end; on both kinds of blob store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.request import Request, urlopen

import pytest
import pytest_asyncio
from anyio import to_thread
from fake_clock import Clock

from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.blobs.object_store import FolderBlobStore
from kinemotion_backend.errors import UploadTooLarge
from kinemotion_backend.records.base import AnalysisRecord, Records
from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.records.sql.records import SqlRecords
from kinemotion_backend.uploads.errors import (
    DirectUploadUnavailable,
    OffsetConflict,
    UploadExpired,
    UploadIncomplete,
    UploadNotFound,
)
from kinemotion_backend.uploads.service import UploadRules, Uploads

pytestmark = pytest.mark.asyncio

HOUR_S = 3600
RULES = UploadRules(max_bytes=20 * 2**20, kept_s=HOUR_S)


@pytest_asyncio.fixture
async def records(sqlite_records_url: str) -> AsyncIterator[Records]:
    opened = SqlRecords(Database(sqlite_records_url))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(records: Records, blobs: BlobStore, clock: Clock) -> Uploads:
    return Uploads(records, blobs, rules=RULES, clock=clock)


async def chunks_of(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def keys(blobs: BlobStore) -> list[str]:
    return sorted([blob.key async for blob in blobs.list()])


async def test_a_file_in_pieces_is_whole_in_the_end(uploads: Uploads, blobs: BlobStore) -> None:
    pieces = [b"a" * 6_000_000, b"b" * 3, b"c" * 100]
    whole = b"".join(pieces)
    upload = await uploads.create("club", size_bytes=len(whole), media_type="video/mp4")
    for piece in pieces:
        with pytest.raises(UploadIncomplete):
            await uploads.complete("club", upload.id)
        upload = await uploads.append(upload, offset=upload.received_bytes, chunks=chunks_of(piece[:2], piece[2:]))
    assert upload.status == "complete"
    assert upload.sha256 == hashlib.sha256(whole).hexdigest()
    assert await uploads.complete("club", upload.id) == upload
    assert b"".join([chunk async for chunk in blobs.get(upload.blob_key)]) == whole
    assert await keys(blobs) == [upload.blob_key]


async def test_a_piece_must_begin_where_the_upload_ends(uploads: Uploads, blobs: BlobStore) -> None:
    upload = await uploads.create("club", size_bytes=10)
    upload = await uploads.append(upload, offset=0, chunks=chunks_of(b"0123"))
    for offset in (0, 3, 5):
        with pytest.raises(OffsetConflict, match="4"):
            await uploads.append(upload, offset=offset, chunks=chunks_of(b"x"))
    assert (await uploads.append(upload, offset=4, chunks=chunks_of())).received_bytes == 4
    assert len(await keys(blobs)) == 1


async def test_of_two_pieces_at_once_one_is_taken(uploads: Uploads, blobs: BlobStore) -> None:
    upload = await uploads.create("club", size_bytes=10)
    both = [uploads.append(upload, offset=0, chunks=chunks_of(b"01234")) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["OffsetConflict", "UploadRecord"]
    assert (await uploads.get("club", upload.id)).received_bytes == 5
    assert len(await keys(blobs)) == 1


async def test_no_more_than_announced_is_taken(uploads: Uploads, blobs: BlobStore) -> None:
    with pytest.raises(UploadTooLarge):
        await uploads.create("club", size_bytes=RULES.max_bytes + 1)
    upload = await uploads.create("club", size_bytes=4)
    with pytest.raises(UploadTooLarge):
        await uploads.append(upload, offset=0, chunks=chunks_of(b"0123", b"4"))
    assert (await uploads.get("club", upload.id)).received_bytes == 0
    assert await keys(blobs) == []


async def test_an_upload_is_its_owner_s(uploads: Uploads) -> None:
    upload = await uploads.create("club", size_bytes=4)
    for refused in (
        uploads.get("rival", upload.id),
        uploads.complete("rival", upload.id),
        uploads.delete("rival", upload.id),
        uploads.get("club", "nothing"),
    ):
        with pytest.raises(UploadNotFound):
            await refused


async def test_a_deleted_upload_leaves_nothing(uploads: Uploads, blobs: BlobStore) -> None:
    upload = await uploads.create("club", size_bytes=10)
    await uploads.append(upload, offset=0, chunks=chunks_of(b"0123"))
    await uploads.delete("club", upload.id)
    assert await keys(blobs) == []
    with pytest.raises(UploadNotFound):
        await uploads.get("club", upload.id)


async def test_an_upload_expires_some_time_after_its_last_piece(
    uploads: Uploads, blobs: BlobStore, clock: Clock
) -> None:
    upload = await uploads.create("club", size_bytes=10)
    clock.move(HOUR_S - 1)
    upload = await uploads.append(upload, offset=0, chunks=chunks_of(b"0123"))
    clock.move(HOUR_S - 1)
    assert await uploads.sweep() == 0
    clock.move(1)
    with pytest.raises(UploadExpired):
        await uploads.get("club", upload.id)
    assert await uploads.sweep() == 1
    assert await keys(blobs) == []
    with pytest.raises(UploadNotFound):
        await uploads.get("club", upload.id)


async def test_a_file_that_an_analysis_uses_outlives_its_upload(
    uploads: Uploads, blobs: BlobStore, records: Records, clock: Clock
) -> None:
    upload = await uploads.create("club", size_bytes=4)
    upload = await uploads.append(upload, offset=0, chunks=chunks_of(b"0123"))
    analysis = AnalysisRecord(
        id="a1",
        owner="club",
        sport="cmj",
        quality="fast",
        engine_version="1",
        video_key=upload.blob_key,
        created_at=datetime.now(UTC),
    )
    async with records.write() as transaction:
        await transaction.analyses.add(analysis)
    clock.move(HOUR_S)
    assert await uploads.sweep() == 1
    assert await keys(blobs) == [upload.blob_key]


async def test_a_crash_before_the_end_is_noted_costs_nothing(
    uploads: Uploads, blobs: BlobStore, records: Records
) -> None:
    upload = await uploads.create("club", size_bytes=8)
    upload = await uploads.append(upload, offset=0, chunks=chunks_of(b"0123"))
    whole = await uploads.append(upload, offset=4, chunks=chunks_of(b"4567"))
    before = await uploads.create("club", size_bytes=4)
    part = f"uploads/{before.id}/parts/0"
    await blobs.put(part, chunks_of(b"0123"))
    crashed = replace(before, parts=(part,), received_bytes=4)
    async with records.write() as transaction:
        assert await transaction.uploads.advance(crashed, offset=0)
    assert (await uploads.complete("club", before.id)).sha256 == hashlib.sha256(b"0123").hexdigest()
    assert await keys(blobs) == sorted([whole.blob_key, before.blob_key])


async def test_a_file_goes_straight_to_the_store(uploads: Uploads, blobs: BlobStore) -> None:
    if isinstance(blobs, FolderBlobStore):
        with pytest.raises(DirectUploadUnavailable):
            await uploads.create_direct("club", size_bytes=4)
        return
    upload, url = await uploads.create_direct("club", size_bytes=4)
    with pytest.raises(UploadIncomplete):
        await uploads.complete("club", upload.id)
    await _put(url, b"0123")
    whole = await uploads.complete("club", upload.id)
    assert whole.sha256 == hashlib.sha256(b"0123").hexdigest()
    assert (await uploads.get("club", upload.id)).status == "complete"


async def test_a_direct_upload_of_another_size_is_deleted(uploads: Uploads, blobs: BlobStore) -> None:
    if isinstance(blobs, FolderBlobStore):
        pytest.skip("a folder takes no direct upload")
    upload, url = await uploads.create_direct("club", size_bytes=4)
    await _put(url, b"012345")
    with pytest.raises(UploadIncomplete, match="6 bytes"):
        await uploads.complete("club", upload.id)
    assert await keys(blobs) == []


async def _put(url: str, body: bytes) -> None:
    request = Request(url, data=body, method="PUT")  # noqa: S310  (the test's own server)
    await to_thread.run_sync(lambda: urlopen(request).close())  # noqa: S310
