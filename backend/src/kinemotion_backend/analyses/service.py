"""Find, cancel and delete analyses: the rules, without HTTP and SQL."""

from dataclasses import dataclass
from datetime import UTC, datetime

from kinemotion_backend.analyses.deletion import delete_marked
from kinemotion_backend.analyses.errors import AnalysisNotFound, ArtefactNotFound, ResultNotReady
from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.analyses.submission import Submission
from kinemotion_backend.analyses.submitter import SubmissionResult, Submitter
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.records.base import (
    AnalysisQuery,
    AnalysisRecord,
    AuditEntry,
    Page,
    PageRequest,
    Records,
    StoredArtefact,
    Transaction,
)

VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisService:
    """What clients may do with analyses."""

    records: Records
    queue: JobQueue
    blobs: BlobStore
    publisher: EventPublisher
    submitter: Submitter

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Take a request for an analysis; see ``Submitter.submit``."""
        return await self.submitter.submit(submission)

    async def get(self, owner: str, analysis_id: str) -> AnalysisRecord:
        """Return the analysis. Raises AnalysisNotFound."""
        async with self.records.read() as transaction:
            return await get_analysis(transaction, owner, analysis_id)

    async def find(self, owner: str, query: AnalysisQuery, *, page: PageRequest) -> Page[AnalysisRecord]:
        """Return a page of the owner's analyses, the newest first."""
        async with self.records.read() as transaction:
            return await transaction.analyses.find(owner, query, page=page)

    async def list_artefacts(self, owner: str, analysis_id: str) -> tuple[StoredArtefact, ...]:
        """Return the files that the analysis made. Raises AnalysisNotFound."""
        async with self.records.read() as transaction:
            await get_analysis(transaction, owner, analysis_id)
            return await transaction.analyses.find_artefacts(analysis_id)

    async def find_file(self, owner: str, analysis_id: str, name: str) -> StoredArtefact:  # noqa: PLR0917  (a path of three parts)
        """Return where a file of the analysis is: ``result.json``, ``video``, or a file it made.

        Raises
        ------
        AnalysisNotFound, ArtefactNotFound
            If there is no such analysis, or it has no such file.
        ResultNotReady
            If it has no such file, and no result yet, or never will.
        """
        async with self.records.read() as transaction:
            analysis = await get_analysis(transaction, owner, analysis_id)
            found = await transaction.analyses.find_artefacts(analysis_id)
        for artefact in (*found, *_find_video(analysis)):
            if artefact.name == name:
                return artefact
        if name != VIDEO and analysis.status != "completed":
            raise ResultNotReady(f"The analysis is {analysis.status}.")
        raise ArtefactNotFound("The analysis has no such file.")

    async def cancel(self, owner: str, analysis_id: str) -> AnalysisRecord:
        """Cancel an analysis that has not ended; one that has ended stays as it is. Raises AnalysisNotFound."""
        async with self.records.write() as transaction:
            analysis = await get_analysis(transaction, owner, analysis_id)
            at = datetime.now(UTC)
            cancelled = await transaction.analyses.cancel(analysis_id, at=at)
            event = cancelled and await self.publisher.write(transaction, cancelled, at=at)
        if cancelled is None or event is None:
            return analysis
        if cancelled.job_id is not None:
            await self.queue.cancel(cancelled.job_id)
        await self.publisher.publish(event)
        return cancelled

    async def erase(self, owner: str, analysis_id: str, *, actor: str | None = None) -> None:
        """Cancel the analysis where it has not ended, and delete its video, its results and its record.

        The analysis is hidden at once. Where the store does not answer, the upkeep deletes the rest later.

        Raises
        ------
        AnalysisNotFound
            If there is none.
        """
        await self.cancel(owner, analysis_id)
        now = datetime.now(UTC)
        async with self.records.write() as transaction:
            analysis = await get_analysis(transaction, owner, analysis_id)
            await transaction.analyses.mark_for_deletion(analysis_id, at=now)
            entry = AuditEntry(at=now, owner=owner, action="analysis.erased", subject=analysis_id, actor=actor)
            await transaction.audit.add(entry)
        await delete_marked(self.records, self.blobs, analysis=analysis)


async def get_analysis(transaction: Transaction, owner: str, analysis_id: str) -> AnalysisRecord:  # noqa: PLR0917  (all three)
    """Return the owner's analysis, within a transaction. Raises AnalysisNotFound."""
    analysis = await transaction.analyses.get(analysis_id, owner=owner)
    if analysis is None:
        raise AnalysisNotFound("There is no such analysis.")
    return analysis


def _find_video(analysis: AnalysisRecord) -> tuple[StoredArtefact, ...]:
    if analysis.video_key is None:
        return ()
    return (
        StoredArtefact(
            analysis_id=analysis.id,
            name=VIDEO,
            blob_key=analysis.video_key,
            media_type="application/octet-stream",
            size_bytes=analysis.video_bytes or 0,
            sha256=analysis.video_sha256 or "",
        ),
    )
