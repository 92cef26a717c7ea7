"""Receiving files: in pieces that may stop anywhere, or straight at the blob store."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from kinemotion_backend.blobs.base import Blob, BlobNotFound, BlobStore, Checksum
from kinemotion_backend.errors import UploadTooLarge
from kinemotion_backend.records.base import Records, UploadRecord
from kinemotion_backend.uploads.errors import (
    DirectUploadUnavailable,
    OffsetConflict,
    UploadExpired,
    UploadIncomplete,
    UploadNotFound,
)

ROOT = "uploads"
SWEPT_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class UploadRules:
    """What an upload may take."""

    max_bytes: int
    kept_s: float
    """How long after its last piece an upload is kept."""
    direct_s: int = 3600
    """How long a client may take for a direct upload."""


def _get_now() -> datetime:
    return datetime.now(UTC)


class Uploads:
    """The uploads of every owner."""

    def __init__(
        self, records: Records, blobs: BlobStore, *, rules: UploadRules, clock: Callable[[], datetime] = _get_now
    ) -> None:
        self._records = records
        self._blobs = blobs
        self.rules = rules
        self._clock = clock

    async def create(self, owner: str, *, size_bytes: int, media_type: str | None = None) -> UploadRecord:
        """Begin an upload in pieces. Raises UploadTooLarge."""
        if size_bytes > self.rules.max_bytes:
            raise UploadTooLarge(f"The file may have at most {self.rules.max_bytes // 2**20} MiB.")
        upload_id, now = uuid4().hex, self._clock()
        upload = UploadRecord(
            id=upload_id,
            owner=owner,
            blob_key=f"{ROOT}/{upload_id}/file",
            size_bytes=size_bytes,
            media_type=media_type,
            created_at=now,
            expires_at=now + timedelta(seconds=self.rules.kept_s),
        )
        async with self._records.write() as transaction:
            await transaction.uploads.add(upload)
        return upload

    async def create_direct(
        self, owner: str, *, size_bytes: int, media_type: str | None = None
    ) -> tuple[UploadRecord, str]:
        """Begin an upload straight to the store; return it with the URL to PUT to.

        Raises
        ------
        UploadTooLarge
            If the announced size is above the limit.
        DirectUploadUnavailable
            If the store offers no such URL.
        """
        upload = await self.create(owner, size_bytes=size_bytes, media_type=media_type)
        url = await self._blobs.presign_put(upload.blob_key, self.rules.direct_s)
        if url is None:
            await self._delete(upload)
            raise DirectUploadUnavailable("The service stores files in a folder of its own.")
        return upload, url

    async def get(self, owner: str, upload_id: str) -> UploadRecord:
        """Return the upload.

        Raises
        ------
        UploadNotFound
            If the owner has none of that id.
        UploadExpired
            If its time is over.
        """
        async with self._records.read() as transaction:
            upload = await transaction.uploads.get(upload_id, owner=owner)
        if upload is None:
            raise UploadNotFound("There is no such upload.")
        if upload.expires_at <= self._clock():
            raise UploadExpired("The upload has expired.")
        return upload

    async def append(self, upload: UploadRecord, *, offset: int, chunks: AsyncIterator[bytes]) -> UploadRecord:
        """Add a piece; what has arrived when the client leaves is kept.

        Raises
        ------
        OffsetConflict
            If the piece does not begin where the upload ends, or another one was quicker.
        UploadTooLarge
            If more comes than was announced.
        """
        if offset != upload.received_bytes or upload.status != "open":
            raise OffsetConflict(f"The upload goes on at byte {upload.received_bytes}.")
        key = f"{ROOT}/{upload.id}/parts/{offset:015d}-{uuid4().hex}"
        room = (upload.size_bytes or 0) - offset
        stored = await self._blobs.put(key, _refuse_more_than(room, chunks))
        if stored.size == 0:
            await self._blobs.delete(key)
            return upload
        advanced = replace(
            upload,
            parts=(*upload.parts, key),
            received_bytes=offset + stored.size,
            expires_at=self._clock() + timedelta(seconds=self.rules.kept_s),
        )
        async with self._records.write() as transaction:
            is_first = await transaction.uploads.advance(advanced, offset=offset)
        if not is_first:
            await self._blobs.delete(key)
            raise OffsetConflict("Another piece was added meanwhile.")
        return await self._join(advanced) if advanced.received_bytes == advanced.size_bytes else advanced

    async def complete(self, owner: str, upload_id: str) -> UploadRecord:
        """Return the upload with the whole file in the store, and its checksum.

        Raises
        ------
        UploadNotFound, UploadExpired
            If there is none any more.
        UploadIncomplete
            If the file has not arrived to its end.
        """
        upload = await self.get(owner, upload_id)
        try:
            if upload.status == "complete":
                await self._blobs.head(upload.blob_key)
                return upload
            if upload.parts and upload.received_bytes == upload.size_bytes:
                return await self._join(upload)
            return await self._check_direct(upload, await self._blobs.head(upload.blob_key))
        except BlobNotFound:
            if upload.status == "complete":
                raise UploadNotFound("The file was deleted.") from None
            raise UploadIncomplete(f"{upload.received_bytes} of {upload.size_bytes} bytes have arrived.") from None

    async def delete(self, owner: str, upload_id: str) -> None:
        """End the upload and delete what has arrived, unless an analysis uses it. Raises UploadNotFound."""
        async with self._records.read() as transaction:
            upload = await transaction.uploads.get(upload_id, owner=owner)
        if upload is None:
            raise UploadNotFound("There is no such upload.")
        await self._delete(upload)

    async def sweep(self) -> int:
        """Delete uploads whose time is over, and return how many there were."""
        async with self._records.read() as transaction:
            expired = await transaction.uploads.find_expired(self._clock(), limit=SWEPT_AT_ONCE)
        for upload in expired:
            await self._delete(upload)
        return len(expired)

    async def _join(self, upload: UploadRecord) -> UploadRecord:
        """Put the pieces together, and delete them when the whole file is noted."""
        stored = await self._blobs.put(upload.blob_key, self._read_parts(upload))
        whole = replace(upload, status="complete", sha256=stored.sha256, parts=())
        async with self._records.write() as transaction:
            await transaction.uploads.advance(whole, offset=upload.received_bytes)
        for key in upload.parts:
            await self._blobs.delete(key)
        return whole

    async def _check_direct(self, upload: UploadRecord, blob: Blob) -> UploadRecord:
        """Read a file once that a client put into the store itself: its size was promised, its checksum is ours."""
        if upload.size_bytes is not None and blob.size != upload.size_bytes:
            await self._blobs.delete(upload.blob_key)
            raise UploadIncomplete(f"{blob.size} bytes have arrived, not {upload.size_bytes}. The file was deleted.")
        checksum = Checksum()
        async for _ in checksum.follow(self._blobs.get(upload.blob_key)):
            pass
        stored = checksum.stored()
        whole = replace(upload, status="complete", sha256=stored.sha256, received_bytes=stored.size)
        async with self._records.write() as transaction:
            await transaction.uploads.advance(whole, offset=upload.received_bytes)
        return whole

    async def _read_parts(self, upload: UploadRecord) -> AsyncIterator[bytes]:
        for key in upload.parts:
            async for chunk in self._blobs.get(key):
                yield chunk

    async def _delete(self, upload: UploadRecord) -> None:
        """Delete the blobs first: a crash in between leaves the record, which is swept again."""
        async with self._records.read() as transaction:
            is_used = await transaction.analyses.is_video_used(upload.blob_key)
        async for blob in self._blobs.list(f"{ROOT}/{upload.id}"):
            if not (is_used and blob.key == upload.blob_key):
                with suppress(BlobNotFound):
                    await self._blobs.delete(blob.key)
        async with self._records.write() as transaction:
            await transaction.uploads.delete(upload.id)


async def _refuse_more_than(room: int, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise UploadTooLarge("The file is larger than the size that was announced.")
        yield chunk
