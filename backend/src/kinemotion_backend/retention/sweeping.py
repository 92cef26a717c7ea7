"""Rounds that delete what has been kept long enough, and blobs that no record refers to."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from kinemotion_backend.analyses.errors import AnalysisNotFound
from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.records.base import Records
from kinemotion_backend.uploads.service import ROOT as UPLOADS
from kinemotion_backend.uploads.service import Uploads

DAY_S = 86_400.0
EVERY_S = 3600.0
"""How often a round is made: listing a large store takes long, and nothing here is urgent."""
GRACE = timedelta(hours=24)
"""How old a blob must be to be an orphan: the record of a younger one may still be written."""
FOLDERS = ("videos", "analyses", UPLOADS)
"""What is swept; whatever else is in the store is none of ours."""
BATCH = 200

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Policy:
    """How long things are kept after their analysis has ended, in seconds; 0 is for ever."""

    videos_s: float = 0.0
    results_s: float = 0.0


class Sweeper:
    """Deletes what is old and what is lost. Several processes may each run one."""

    def __init__(
        self,
        records: Records,
        blobs: BlobStore,
        *,
        uploads: Uploads,
        analyses: AnalysisService,
        policy: Policy,
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._uploads = uploads
        self._analyses = analyses
        self._policy = policy
        self._due_s = float("-inf")

    async def run_when_due(self, *, clock: Callable[[], float] = time.monotonic) -> bool:
        """Make a round if the last one is long enough ago, and say whether it was."""
        if clock() < self._due_s:
            return False
        self._due_s = clock() + EVERY_S
        await self.make_round(now=datetime.now(UTC))
        return True

    async def make_round(self, *, now: datetime) -> None:
        """Delete old analyses, old videos, expired uploads and links, unfinished files and orphans."""
        await self._erase_old_analyses(now)
        await self._delete_old_videos(now)
        while await self._uploads.sweep():
            pass
        async with self._records.write() as transaction:
            await transaction.share_links.delete_expired(now)
        await self._blobs.discard_unfinished(GRACE.total_seconds())
        await self._delete_orphans(now)

    async def _erase_old_analyses(self, now: datetime) -> None:
        """Erase as on request: video, results and record, and an entry in the audit trail."""
        if not self._policy.results_s:
            return
        before = now - timedelta(seconds=self._policy.results_s)
        while True:
            async with self._records.read() as transaction:
                old = await transaction.references.find_old_analyses(before, limit=BATCH)
            for owner, analysis_id in old:
                with suppress(AnalysisNotFound):  # another process was quicker
                    await self._analyses.erase(owner, analysis_id, actor="retention")
            if not old:
                return

    async def _delete_old_videos(self, now: datetime) -> None:
        """Forget a video before it is deleted: a crash in between leaves an orphan, which is found later."""
        if not self._policy.videos_s:
            return
        before = now - timedelta(seconds=self._policy.videos_s)
        while True:
            async with self._records.write() as transaction:
                old = await transaction.references.find_old_videos(before, limit=BATCH)
                for analysis_id, _ in old:
                    await transaction.references.forget_video(analysis_id)
                kept = await transaction.references.find_referenced([key for _, key in old])
            for key in {key for _, key in old} - kept:
                await self._blobs.delete(key)
            if not old:
                return

    async def _delete_orphans(self, now: datetime) -> None:
        """Delete blobs that a crash has left without a record."""
        for folder in FOLDERS:
            batch: list[str] = []
            async for blob in self._blobs.list(folder):
                if blob.modified_at < now - GRACE:
                    batch.append(blob.key)
                if len(batch) >= BATCH:
                    await self._delete_unreferenced(batch)
                    batch = []
            await self._delete_unreferenced(batch)

    async def _delete_unreferenced(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        pieces = {key: key.split("/")[1] for key in keys if key.startswith(f"{UPLOADS}/")}
        async with self._records.read() as transaction:
            referenced = await transaction.references.find_referenced(keys)
            open_uploads = await transaction.references.find_uploads(sorted(set(pieces.values())))
        for key in keys:
            if key not in referenced and pieces.get(key) not in open_uploads:
                await self._blobs.delete(key)
                log.info("orphan_deleted", key=key)
