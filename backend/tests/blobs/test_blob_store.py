"""What every blob store must do, whichever it is."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from anyio import to_thread

from kinemotion_backend.blobs.base import (
    BlobNotFound,
    BlobStore,
    BlobStoreUnavailable,
    ChecksumMismatch,
    InvalidKey,
    Stored,
)
from kinemotion_backend.blobs.object_store import FolderBlobStore, S3BlobStore, S3Location

pytestmark = pytest.mark.asyncio

MEBIBYTE = 1024 * 1024


async def chunks_of(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(blobs: BlobStore, key: str, *, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in blobs.get(key, start=start, end=end)])


async def keys(blobs: BlobStore, prefix: str = "") -> set[str]:
    return {blob.key async for blob in blobs.list(prefix)}


async def test_returns_what_was_stored(blobs: BlobStore) -> None:
    stored = await blobs.put("videos/1/original", chunks_of(b"ab", b"", b"cd"))
    assert stored == Stored(4, hashlib.sha256(b"abcd").hexdigest())
    assert await read(blobs, "videos/1/original") == b"abcd"
    blob = await blobs.head("videos/1/original")
    assert (blob.key, blob.size) == ("videos/1/original", 4)
    assert blob.modified_at.tzinfo is not None


async def test_stores_what_is_empty(blobs: BlobStore) -> None:
    assert (await blobs.put("empty", chunks_of())).size == 0
    assert await read(blobs, "empty") == b""
    assert (await blobs.head("empty")).size == 0


async def test_stores_a_file(blobs: BlobStore, tmp_path: Path) -> None:
    content = bytes(range(256)) * (MEBIBYTE // 128)
    (tmp_path / "clip.mp4").write_bytes(content)
    stored = await blobs.put_file("videos/1/original", tmp_path / "clip.mp4")
    assert (stored.size, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert await read(blobs, "videos/1/original") == content


async def test_streams_more_than_one_part(blobs: BlobStore) -> None:
    parts = [bytes([number]) * MEBIBYTE for number in range(23)]
    stored = await blobs.put("large", chunks_of(*parts))
    whole = b"".join(parts)
    assert stored == Stored(len(whole), hashlib.sha256(whole).hexdigest())
    assert await read(blobs, "large") == whole
    assert await read(blobs, "large", start=5 * MEBIBYTE - 1, end=5 * MEBIBYTE + 1) == b"\x04\x05"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, None, b"0123456789"), (3, None, b"3456789"), (3, 5, b"34"), (8, 99, b"89"), (4, 4, b""), (10, None, b"")],
)
async def test_reads_a_part(blobs: BlobStore, start: int, end: int | None, expected: bytes) -> None:
    await blobs.put("digits", chunks_of(b"0123456789"))
    assert await read(blobs, "digits", start=start, end=end) == expected


async def test_replaces_a_blob_and_its_etag(blobs: BlobStore) -> None:
    await blobs.put("key", chunks_of(b"old"))
    before = await blobs.head("key")
    await blobs.put("key", chunks_of(b"newer"))
    assert await read(blobs, "key") == b"newer"
    assert (await blobs.head("key")).etag != before.etag


async def test_refuses_bytes_with_another_checksum(blobs: BlobStore) -> None:
    with pytest.raises(ChecksumMismatch):
        await blobs.put("key", chunks_of(b"changed"), sha256=hashlib.sha256(b"sent").hexdigest())
    assert await keys(blobs) == set()
    await blobs.put("key", chunks_of(b"sent"), sha256=hashlib.sha256(b"sent").hexdigest().upper())
    assert await keys(blobs) == {"key"}


async def test_stores_nothing_if_the_source_fails(blobs: BlobStore) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"x" * 6 * MEBIBYTE
        raise ConnectionResetError("the client left")

    with pytest.raises(ConnectionResetError, match="the client left"):
        await blobs.put("key", failing())
    assert await keys(blobs) == set()


async def test_shows_nothing_before_the_last_byte(blobs: BlobStore) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 6 * MEBIBYTE
        arrived.set()
        await go_on.wait()
        yield b"y"

    writing = asyncio.create_task(blobs.put("key", slow()))
    await arrived.wait()
    assert await keys(blobs) == set()
    with pytest.raises(BlobNotFound):
        await blobs.head("key")
    go_on.set()
    assert (await writing).size == 6 * MEBIBYTE + 1


async def test_stores_nothing_if_cancelled(blobs: BlobStore) -> None:
    arrived = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 6 * MEBIBYTE
            arrived.set()
            await asyncio.sleep(0)

    writing = asyncio.create_task(blobs.put("key", endless()))
    await arrived.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await keys(blobs) == set()


async def test_misses_what_is_not_there(blobs: BlobStore) -> None:
    with pytest.raises(BlobNotFound):
        await blobs.head("nothing")
    with pytest.raises(BlobNotFound):
        await read(blobs, "nothing")
    await blobs.delete("nothing")


async def test_deletes(blobs: BlobStore) -> None:
    await blobs.put("a/b", chunks_of(b"x"))
    await blobs.delete("a/b")
    assert await keys(blobs) == set()
    with pytest.raises(BlobNotFound):
        await read(blobs, "a/b")


async def test_lists_a_folder(blobs: BlobStore) -> None:
    for key in ("a/1", "a/b/2", "ab/3", "c"):
        await blobs.put(key, chunks_of(key.encode()))
    assert await keys(blobs) == {"a/1", "a/b/2", "ab/3", "c"}
    assert await keys(blobs, "a") == await keys(blobs, "a/") == {"a/1", "a/b/2"}
    assert await keys(blobs, "none") == set()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "../a",
        "a/../../b",
        "a/./b",
        ".hidden",
        "a\\b",
        "a\0b",
        "a b",
        "a#1",
        "é",
        "x" * 513,
    ],
)
async def test_takes_no_key_that_leads_elsewhere(blobs: BlobStore, key: str) -> None:
    with pytest.raises(InvalidKey):
        await blobs.put(key, chunks_of(b"x"))
    with pytest.raises(InvalidKey):
        await read(blobs, key)
    with pytest.raises(InvalidKey):
        await blobs.head(key)
    with pytest.raises(InvalidKey):
        await blobs.delete(key)


async def test_ends_a_download_that_nobody_reads_on(blobs: BlobStore) -> None:
    await blobs.put("large", chunks_of(*[b"x" * MEBIBYTE] * 12))
    async with aclosing(blobs.get("large")) as chunks:
        assert await anext(chunks)
    assert await keys(blobs) == {"large"}


async def test_presigns_an_upload_or_offers_none(blobs: BlobStore) -> None:
    url = await blobs.presign_put("direct", expires_s=60)
    if isinstance(blobs, FolderBlobStore):
        assert url is None
        return
    assert url is not None
    request = Request(url, data=b"straight to the store", method="PUT")  # noqa: S310  (the test's own server)
    await to_thread.run_sync(lambda: urlopen(request).close())  # noqa: S310
    assert await read(blobs, "direct") == b"straight to the store"


@pytest.mark.services
async def test_says_that_the_store_refuses(s3_location: S3Location) -> None:
    wrong = replace(s3_location, secret_access_key=s3_location.secret_access_key[::-1])
    with pytest.raises(BlobStoreUnavailable) as caught:
        await S3BlobStore(wrong).put("key", chunks_of(b"x"))
    assert s3_location.access_key_id not in caught.value.message
    assert wrong.secret_access_key not in repr(wrong)


async def test_discards_what_was_left_half_written(tmp_path: Path) -> None:
    blobs = FolderBlobStore(tmp_path)
    await blobs.put("a/whole", chunks_of(b"x"))
    (tmp_path / "a" / "left#1").write_bytes(b"half")
    assert await blobs.discard_unfinished(older_than_s=3600) == 0
    assert await blobs.discard_unfinished(older_than_s=-1) == 1
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["whole"]


async def test_a_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    FolderBlobStore(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
