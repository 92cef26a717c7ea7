"""Records of uploads, and which blobs any record refers to."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

UploadStatus = Literal["open", "complete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRecord:
    """A file that arrives in pieces, or straight at the blob store."""

    id: str
    owner: str
    status: UploadStatus = "open"
    blob_key: str
    """Where the whole file is, or will be."""
    media_type: str | None = None
    size_bytes: int | None
    """The announced size; None while it is unknown."""
    received_bytes: int = 0
    sha256: str | None = None
    parts: tuple[str, ...] = ()
    """Blob keys of the pieces, in order."""
    created_at: datetime
    expires_at: datetime


class UploadRepository(ABC):
    """Uploads."""

    @abstractmethod
    async def add(self, upload: UploadRecord) -> None:
        """Write a new upload."""

    @abstractmethod
    async def get(self, upload_id: str, *, owner: str) -> UploadRecord | None:
        """Return the upload; None where there is none, or it is another owner's."""

    @abstractmethod
    async def advance(self, upload: UploadRecord, *, offset: int) -> bool:
        """Write the upload's fields if ``offset`` bytes are still what was received; False otherwise."""

    @abstractmethod
    async def delete(self, upload_id: str) -> bool:
        """Delete the upload; False where there is none."""

    @abstractmethod
    async def find_expired(self, now: datetime, *, limit: int) -> tuple[UploadRecord, ...]:
        """Return uploads whose time is over."""


class ReferenceRepository(ABC):
    """Which blobs the records refer to, and which have been kept long enough."""

    @abstractmethod
    async def find_referenced(self, keys: Sequence[str]) -> frozenset[str]:
        """Return those of the keys that an analysis, one of its files or an upload refers to."""

    @abstractmethod
    async def find_uploads(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of the ids that are uploads."""

    @abstractmethod
    async def find_old_videos(self, before: datetime, *, limit: int) -> tuple[tuple[str, str], ...]:
        """Return the analyses that ended before the instant and still have a video, with the video's key."""

    @abstractmethod
    async def forget_video(self, analysis_id: str) -> None:
        """Note that the analysis has no video any more."""

    @abstractmethod
    async def find_old_analyses(self, before: datetime, *, limit: int) -> tuple[tuple[str, str], ...]:
        """Return the owners and ids of the analyses that ended before the instant."""
