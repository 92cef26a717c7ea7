"""What every blob store does: keep bytes under a key, whole or not at all."""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.waiting.cancellation import hold_file

CHUNK_BYTES = 1024 * 1024
MAX_KEY_LENGTH = 512
"""Engineering limit: half of what S3 allows, so that a prefix can be put in front."""
_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_KEY = re.compile(rf"{_PART}(/{_PART})*")


class BlobNotFound(ServiceError):
    """No blob is stored under the key."""

    code = "blob_not_found"
    hint = "The file was deleted, or it was never stored."


class InvalidKey(ServiceError, ValueError):
    """The key is not one a blob can have."""

    code = "invalid_blob_key"


class ChecksumMismatch(ServiceError):
    """The bytes are not those that were promised; nothing was stored."""

    code = "checksum_mismatch"
    retryable = True
    hint = "Send the file again."


class BlobStoreUnavailable(ServiceError):
    """The store does not answer, is full, or refuses the credentials."""

    code = "blob_store_unavailable"
    retryable = True
    hint = "Try again later."


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: the size in bytes and the SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Blob:
    """One stored blob as the store lists it."""

    key: str
    size: int
    """Bytes."""
    modified_at: datetime
    etag: str
    """Changes when the content changes; strong enough for If-None-Match and If-Range."""


class Checksum:
    """Size and SHA-256 of a stream, taken while it passes."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._size = 0

    async def follow(self, chunks: AsyncIterator[bytes], *, expected: str | None = None) -> AsyncIterator[bytes]:
        """Yield the chunks unchanged. Raises ChecksumMismatch at the end if another SHA-256 was expected."""
        async for chunk in chunks:
            self._sha256.update(chunk)
            self._size += len(chunk)
            yield chunk
        if expected is not None and expected.lower() != self._sha256.hexdigest():
            raise ChecksumMismatch("The bytes that arrived are not those that were sent.")

    def stored(self) -> Stored:
        """Return what has passed so far."""
        return Stored(self._size, self._sha256.hexdigest())


class BlobStore(ABC):
    """Keeps bytes under keys such as ``videos/3f2a/original``.

    A key is made of letters, digits, ``.``, ``_`` and ``-`` in parts joined by ``/``. No part begins with a full stop.
    """

    @abstractmethod
    async def put(self, key: str, chunks: AsyncIterator[bytes], *, sha256: str | None = None) -> Stored:
        """Store the bytes, however many, under the key; replaces what was there.

        The blob is visible only when it is complete. When the iterator fails, nothing is stored.

        Raises
        ------
        ChecksumMismatch
            If ``sha256`` is given and the bytes have another one.
        """

    async def put_bytes(self, key: str, content: bytes) -> Stored:
        """Store the bytes under the key; replaces what was there."""

        async def read_content() -> AsyncGenerator[bytes]:
            yield content

        return await self.put(key, read_content())

    async def put_file(self, key: str, path: Path) -> Stored:
        """Store the content of the file, piece by piece, under the key; replaces what was there."""
        return await self.put(key, read_file(path))

    @abstractmethod
    def get(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """Yield the bytes from ``start`` up to, but not including, ``end``. Raises BlobNotFound at the first step."""

    @abstractmethod
    async def head(self, key: str) -> Blob:
        """Return size, time and ETag of the blob. Raises BlobNotFound."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Delete the blob; a missing one is no failure."""

    @abstractmethod
    def list(self, prefix: str = "") -> AsyncGenerator[Blob]:
        """Yield the blobs whose key begins with the folder ``prefix``, in no certain order."""

    async def discard_unfinished(self, older_than_s: float) -> int:  # noqa: ARG002
        """Delete what killed processes left half written; return the number of files.

        An S3 store does this by a lifecycle rule of its bucket (``AbortIncompleteMultipartUpload``).
        """
        return 0

    @abstractmethod
    async def presign_put(self, key: str, expires_s: int) -> str | None:
        """Return a URL to which a client may PUT the blob itself; None where the store offers none."""


def check_key(key: str) -> str:
    """Return the key if it is a valid one. Raises InvalidKey."""
    if len(key) > MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise InvalidKey("A file cannot be stored under that key.")
    return key


async def read_file(path: Path) -> AsyncGenerator[bytes]:
    """Yield the content of the file, piece by piece."""
    async with hold_file(path, "rb") as file:
        while chunk := await file.read(CHUNK_BYTES):
            yield chunk
