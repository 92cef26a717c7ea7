"""Run an analysis: the work of a job, from the stored video to the stored result."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog

from kinemotion_backend.analyses.deletion import name_folder
from kinemotion_backend.analyses.errors import AnalysisAbandoned
from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.analyses.interim_results import delete_interim_results, recover_outcome
from kinemotion_backend.analyses.lease import AnalysisLease, LeaseLost
from kinemotion_backend.analyses.outcomes import as_failure, as_success, fetch_video, store_artefact, store_document
from kinemotion_backend.blobs.base import BlobStore, BlobStoreUnavailable
from kinemotion_backend.contract.documents import Progress
from kinemotion_backend.errors import AnalysisRefused, EngineCrashed, ServiceError
from kinemotion_backend.jobs.base import RetryLater, choose_pause_s
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.records.base import (
    AnalysisRecord,
    Outcome,
    Records,
    RecordsUnavailable,
    RunLease,
    StoredArtefact,
    StoredEvent,
    retry_while_unavailable,
)
from kinemotion_backend.video_analyzer import AnalysisDocument, AnalysisRequest, ArtefactKind, VideoAnalyzer
from kinemotion_backend.workspace import Workspace

LEASE_S = 30.0
MAX_FAILED_ATTEMPTS = 3
"""After this many attempts that failed with a retryable error, the analysis is marked as failed."""
MAX_WORKER_CRASHES = 8
"""After this many attempts whose worker died, the analysis is marked as failed. Higher than `MAX_FAILED_ATTEMPTS`: a
worker usually dies for a reason outside the video, for example a restart of the machine or a new release."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRunner:
    """Runs analyses; ``run`` is the handler of their jobs."""

    records: Records
    blobs: BlobStore
    analyzer: VideoAnalyzer
    publisher: EventPublisher
    workspace: Workspace
    worker: str
    """Name of this worker, for people who look at the records."""
    lease_s: float = LEASE_S
    metrics: Metrics = field(default_factory=Metrics)

    async def run(self, analysis_id: str) -> None:
        """Run the analysis, unless it has ended or somebody else runs it.

        Raises
        ------
        RetryLater
            If another worker has the lease, or the failure may pass.
        """
        analysis = await self.start(analysis_id)
        if analysis is None:
            return
        lease = AnalysisLease(self.records, self.publisher, analysis=analysis, length_s=self.lease_s)
        try:
            async with lease.keep():
                outcome = await self._work(analysis, lease)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(analysis))
            raise
        except LeaseLost:
            log.info("analysis_lost", analysis_id=analysis.id, attempt=analysis.attempt)
            await self._remove_files(analysis)
        except ServiceError as error:
            await self._fail(analysis, error)
        except Exception:
            log.exception("analysis_failed_unexpectedly", analysis_id=analysis.id)
            await self._fail(analysis, ServiceError("Something went wrong on our side."))
        else:
            await self.finish(analysis, outcome)

    async def start(self, analysis_id: str) -> AnalysisRecord | None:
        """Take the lease of the next attempt; None where there is nothing left to do."""
        now = datetime.now(UTC)
        run_lease = RunLease(self.worker, now, now + timedelta(seconds=self.lease_s))
        async with self.records.write() as transaction:
            analysis = await transaction.analyses.start(analysis_id, run_lease)
            event = analysis and await self.publisher.write(transaction, analysis, at=now)
            present = analysis or await transaction.analyses.get(analysis_id)
        if event is not None:
            await self.publisher.publish(event)
        if analysis is None and present is not None and present.lease_expires_at is not None:
            raise RetryLater(present.lease_expires_at)
        if analysis is not None and analysis.attempt == 1 and analysis.video_key is not None:
            waited_s = max(0.0, (now - analysis.created_at).total_seconds())
            self.metrics.analysis_wait.labels(analysis.sport).observe(waited_s)
        if analysis is not None and analysis.crashes >= MAX_WORKER_CRASHES:
            message = f"The analysis was started {analysis.crashes} times, and its worker died each time."
            await self.finish(analysis, as_failure(AnalysisAbandoned(message)))
            return None
        return analysis

    async def _work(self, analysis: AnalysisRecord, lease: AnalysisLease) -> Outcome:
        """Analyse the video. For a live stream whose process died, return its interim result."""
        if analysis.video_key is not None:
            return await self._analyze(analysis, lease)
        return await recover_outcome(self.blobs, analysis, engine=await self.analyzer.get_engine())

    async def _analyze(self, analysis: AnalysisRecord, lease: AnalysisLease) -> Outcome:
        """Run the engine once; store what it makes as it makes it, also what shows why it refuses the video."""
        async with self.workspace.temporary_folder("job") as folder:
            video = folder / "video"
            await fetch_video(self.blobs, analysis.video_key or "", target=video)
            request = AnalysisRequest(
                video,
                analysis.sport,
                analysis.quality,
                options=analysis.options,
                artefacts=frozenset(cast("tuple[ArtefactKind, ...]", analysis.outputs)),
                language=analysis.language,
            )
            document: AnalysisDocument | None = None
            artefacts: list[StoredArtefact] = []
            try:
                async with aclosing(cast("Any", self.analyzer.run(request))) as events:
                    async for event in events:
                        if isinstance(event, Progress):
                            await lease.report(event.done, event.total)
                        elif isinstance(event, AnalysisDocument):
                            document = event
                            artefacts.append(await store_document(self.blobs, analysis, content=event.content))
                        else:
                            artefacts.append(await store_artefact(self.blobs, analysis, artefact=event))
            except AnalysisRefused as refusal:
                if refusal.retryable:
                    raise
                return as_failure(refusal, artefacts=artefacts)
        if document is None:
            raise EngineCrashed("The engine ended without a result.")
        return as_success(analysis, document, artefacts=artefacts)

    async def finish(self, analysis: AnalysisRecord, outcome: Outcome) -> None:
        """Write the outcome if this attempt is still the current one; otherwise delete the files that it made.

        Interim results of a live analysis are deleted with it.
        """

        async def write() -> StoredEvent | None:
            async with self.records.write() as transaction:
                finished = await transaction.analyses.finish(analysis.id, analysis.attempt, outcome=outcome)
                if finished is None:
                    return None
                return await self.publisher.write(transaction, finished, at=outcome.finished_at)

        event = await retry_while_unavailable(write)
        if event is None:  # lost, or written already and the answer to the commit was lost
            event = await retry_while_unavailable(lambda: self._find_end(analysis))
        if event is None:
            await self._remove_files(analysis)
            return
        await self.publisher.publish(event)
        if analysis.video_key is None:
            await delete_interim_results(self.blobs, analysis)

    async def _find_end(self, analysis: AnalysisRecord) -> StoredEvent | None:
        """Return the event of this attempt's end; None where it did not end the analysis."""
        async with self.records.read() as transaction:
            present = await transaction.analyses.get(analysis.id)
            events = await transaction.events.find_of_subject(analysis.id)
        if present is None or present.attempt != analysis.attempt or present.status not in {"completed", "failed"}:
            return None
        return events[-1]

    async def _fail(self, analysis: AnalysisRecord, error: ServiceError) -> None:
        """Write the failure. If it is retryable, put the analysis back for another attempt."""
        await self._remove_files(analysis)
        if not error.retryable or analysis.attempt - analysis.crashes >= MAX_FAILED_ATTEMPTS:
            await self.finish(analysis, as_failure(error))
        elif await retry_while_unavailable(lambda: self._release(analysis)):
            log.warning("analysis_to_be_repeated", analysis_id=analysis.id, code=error.code)
            raise RetryLater(datetime.now(UTC) + timedelta(seconds=choose_pause_s(analysis.attempt)))

    async def _give_back(self, analysis: AnalysisRecord) -> None:
        """Put the analysis back into the queue, if the database answers: if not, its lease will end."""
        with suppress(RecordsUnavailable):
            await self._release(analysis)
        await self._remove_files(analysis)

    async def _release(self, analysis: AnalysisRecord) -> bool:
        async with self.records.write() as transaction:
            return await transaction.analyses.release(analysis.id, analysis.attempt)

    async def _remove_files(self, analysis: AnalysisRecord) -> None:
        """Delete what this attempt has stored; where the store does not answer, the orphan sweep does it."""
        with suppress(BlobStoreUnavailable):
            async for blob in self.blobs.list(name_folder(analysis.id, analysis.attempt)):
                await self.blobs.delete(blob.key)
