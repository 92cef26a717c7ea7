"""Blobs through obstore: one class for a local folder and for S3, as obstore gives both the same interface."""

from __future__ import annotations  # some types of obstore are there for the type checker only

import os
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import obstore
from anyio import to_thread
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from kinemotion_backend.blobs.base import (
    Blob,
    BlobNotFound,
    BlobStore,
    BlobStoreUnavailable,
    Checksum,
    Stored,
    check_key,
)
from kinemotion_backend.errors import ServiceError

if TYPE_CHECKING:
    from obstore import ObjectMeta  # not there at run time
    from obstore.store import S3Config

_UNFINISHED = re.compile(r"#\d+$")
"""How obstore ends the name of a file that is still being written."""
PARALLEL_PARTS = 2
"""Parts of one upload sent at once, 5 MiB each: memory for each upload stays near 15 MiB."""


@dataclass(frozen=True, slots=True)
class S3Location:
    """Where an S3-compatible store keeps the blobs."""

    url: str
    """``s3://bucket/prefix``."""
    endpoint: str = ""
    """URL of the server; empty for AWS itself."""
    region: str = "us-east-1"
    access_key_id: str = ""
    """Empty: obstore looks into the ``AWS_…`` variables, then asks the machine it runs on."""
    secret_access_key: str = field(default="", repr=False)


class ObjectBlobStore(BlobStore):
    """Blobs in any store that obstore knows."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    async def put(self, key: str, chunks: AsyncIterator[bytes], *, sha256: str | None = None) -> Stored:
        """Stream the bytes to the store, which shows them when the last one has arrived."""
        checksum = Checksum()
        source = _Source(checksum.follow(chunks, expected=sha256))
        try:
            with _translated(check_key(key)):
                await obstore.put_async(self._store, key, aiter(source), max_concurrency=PARALLEL_PARTS)
        except ServiceError:
            if source.error is not None:
                raise source.error from None
            raise
        await self._flush(key)
        return checksum.stored()

    async def get(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """Stream the blob or a part of it from the store."""
        size = (await self.head(key)).size
        stop = size if end is None else min(end, size)
        if start >= stop:
            return
        with _translated(key):
            found = await obstore.get_async(self._store, key, options={"range": (start, stop)})
            async for chunk in found.stream():
                yield bytes(chunk)

    async def head(self, key: str) -> Blob:
        """Ask the store for the blob's facts."""
        with _translated(check_key(key)):
            return _as_blob(await obstore.head_async(self._store, key))

    async def delete(self, key: str) -> None:
        """Delete the blob if there is one."""
        try:
            with _translated(check_key(key)):
                await obstore.delete_async(self._store, key)
        except BlobNotFound:
            return

    async def list(self, prefix: str = "") -> AsyncGenerator[Blob]:
        """List page by page."""
        folder = check_key(prefix.rstrip("/")) if prefix else None
        with _translated(prefix):
            async for page in obstore.list(self._store, folder):  # pyright: ignore[reportUnknownMemberType]  (Arrow is not installed)
                for meta in page:
                    yield _as_blob(meta)

    async def presign_put(self, key: str, expires_s: int) -> str | None:
        """Sign a PUT where the store can; a folder cannot."""
        if not isinstance(self._store, S3Store):
            return None
        with _translated(check_key(key)):
            return await obstore.sign_async(self._store, "PUT", key, timedelta(seconds=expires_s))

    async def _flush(self, key: str) -> None:
        """Make the blob survive a power cut; S3 promises that by itself."""


class FolderBlobStore(ObjectBlobStore):
    """Blobs in a local folder, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(LocalStore(folder, automatic_cleanup=True))
        self._folder = folder

    async def discard_unfinished(self, older_than_s: float) -> int:
        """Delete what killed processes left half written, and say how many files that were."""
        return await to_thread.run_sync(self._discard, time.time() - older_than_s)

    def _discard(self, before: float) -> int:
        stale = [path for path in self._folder.rglob("*#*") if _UNFINISHED.search(path.name) and _is_old(path, before)]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    async def _flush(self, key: str) -> None:
        path = self._folder / key
        await to_thread.run_sync(_sync_to_disk, path)


class S3BlobStore(ObjectBlobStore):
    """Blobs in a bucket of an S3-compatible store."""

    def __init__(self, location: S3Location) -> None:
        parts = urlsplit(location.url)
        given: S3Config = {
            "endpoint": location.endpoint,
            "access_key_id": location.access_key_id,
            "secret_access_key": location.secret_access_key,
        }
        config = cast("S3Config", {name: value for name, value in given.items() if value})
        store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            region=location.region,
            checksum_algorithm="SHA256",
            client_options={"allow_http": location.endpoint.startswith("http://")},
            config=config,
        )
        super().__init__(store)


class _Source:
    """Remembers what the source of an upload raised, so that it is not taken for a fault of the store."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.error: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._chunks:
                yield chunk
        except Exception as error:
            self.error = error
            raise


@contextmanager
def _translated(key: str) -> Generator[None]:
    """Turn the store's errors into ours, without the paths that they name."""
    try:
        yield
    except FileNotFoundError:
        raise BlobNotFound(f"No file is stored as {key}.") from None
    except (BaseError, OSError) as error:
        raise BlobStoreUnavailable("The file store does not answer.") from error


def _as_blob(meta: ObjectMeta) -> Blob:
    return Blob(meta["path"], size=meta["size"], modified_at=meta["last_modified"], etag=meta["e_tag"] or "")


def _is_old(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:  # it was finished just now
        return False


def _sync_to_disk(path: Path) -> None:
    """Write the file and its entry in the folder to the disk."""
    for target in (path, path.parent):
        try:
            descriptor = os.open(target, os.O_RDONLY)
        except FileNotFoundError:  # deleted just now
            return
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
