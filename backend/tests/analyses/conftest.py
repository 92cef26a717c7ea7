"""The domain of analyses over real records, a real queue and a real store, with an analyzer that does as it is told."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fake_analyzer import FakeAnalyzer
from stand_in import PATIENCE_S

from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.analyses.submission import StoredVideo, Submission
from kinemotion_backend.analyses.submitter import ANALYSIS_JOB, SubmissionResult, Submitter
from kinemotion_backend.analyses.upkeep import Upkeep
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.blobs.object_store import FolderBlobStore
from kinemotion_backend.events.base import EventBus
from kinemotion_backend.events.memory import MemoryEventBus
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.jobs.embedded import EmbeddedQueue
from kinemotion_backend.jobs.postgres import ProcrastinateQueue
from kinemotion_backend.outbound.addresses import read_allow_list
from kinemotion_backend.outbound.guarded import GuardedSender
from kinemotion_backend.records.base import AnalysisRecord, Records
from kinemotion_backend.uploads.service import UploadRules, Uploads
from kinemotion_backend.webhooks.registry import Webhooks
from kinemotion_backend.workspace import open_workspace


@dataclass(frozen=True)
class Bench:
    """All parts of the domain, and what a test does with them over and over."""

    records: Records
    queue: JobQueue
    blobs: BlobStore
    bus: EventBus
    analyzer: FakeAnalyzer
    service: AnalysisService
    runner: AnalysisRunner
    upkeep: Upkeep

    async def store(self, content: bytes = b"video", *, key: str | None = None) -> StoredVideo:
        """Store a video."""
        name = key or f"videos/{content.decode()}-{self.analyzer.runs.total()}"
        stored = await self.blobs.put_bytes(name, content)
        return StoredVideo(name, stored.sha256, stored.size)

    async def submit(self, content: bytes = b"video", **fields: Any) -> SubmissionResult:
        """Submit an analysis of a video of its own."""
        video = fields.pop("video", None) or await self.store(content)
        fields = {"owner": "club", "sport": "cmj", **fields}
        return await self.service.submit(Submission(video=video, **fields))

    @asynccontextmanager
    async def working(self) -> AsyncGenerator[None]:
        """Run the worker beside the block."""
        task = asyncio.create_task(self.queue.work({ANALYSIS_JOB: self.runner.run}))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def get(self, analysis_id: str) -> AnalysisRecord:
        async with self.records.read() as transaction:
            found = await transaction.analyses.get(analysis_id)
        assert found is not None
        return found

    async def ended(self, analysis_id: str) -> AnalysisRecord:
        """Wait until the analysis has ended."""
        async with asyncio.timeout(PATIENCE_S):
            while (found := await self.get(analysis_id)).finished_at is None:  # noqa: ASYNC110  (it may be another process's)
                await asyncio.sleep(0.02)
        return found

    async def idle(self) -> None:
        """Wait until no job is left."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.queue.count_unfinished():  # noqa: ASYNC110  (the queue may be another process's)
                await asyncio.sleep(0.02)

    async def read(self, key: str) -> bytes:
        return b"".join([chunk async for chunk in self.blobs.get(key)])

    async def keys(self) -> set[str]:
        """Names of everything in the store."""
        return {blob.key async for blob in self.blobs.list()}


@pytest_asyncio.fixture
async def bench(records: Records, database_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """The parts, for each kind of database with the queue that belongs to it."""
    if database_url.startswith("postgresql"):
        queue: JobQueue = ProcrastinateQueue(database_url, heartbeat_s=0.2, stalled_s=1.0)
    else:
        queue = EmbeddedQueue(records)
    await queue.open()
    bus, blobs, analyzer = MemoryEventBus(), FolderBlobStore(tmp_path / "blobs"), FakeAnalyzer(tmp_path)
    publisher = EventPublisher(bus)
    sender = GuardedSender(read_allow_list(["127.0.0.0/8"]), time_limit_s=60)
    submitter = Submitter(
        records=records,
        queue=queue,
        blobs=blobs,
        analyzer=analyzer,
        publisher=publisher,
        webhooks=Webhooks(records, sender),
    )
    uploads = Uploads(records, blobs, rules=UploadRules(1000, kept_s=60))
    with open_workspace(tmp_path / "work") as workspace:
        runner = AnalysisRunner(
            records=records,
            blobs=blobs,
            analyzer=analyzer,
            publisher=publisher,
            workspace=workspace,
            worker="one",
        )
        yield Bench(
            records=records,
            queue=queue,
            blobs=blobs,
            bus=bus,
            analyzer=analyzer,
            service=AnalysisService(
                records=records, queue=queue, blobs=blobs, publisher=publisher, submitter=submitter
            ),
            runner=runner,
            upkeep=Upkeep(runner=runner, queue=queue, sweep_uploads=uploads.sweep),
        )
    await sender.close()
    await queue.close()


@pytest.fixture
def analyzer(bench: Bench) -> FakeAnalyzer:
    return bench.analyzer
