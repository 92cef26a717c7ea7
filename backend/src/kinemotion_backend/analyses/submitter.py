"""Store a new analysis and queue its job in one transaction.

A repeated request gets the existing analysis. Accounts take turns in the queue.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kinemotion_backend.analyses.errors import ConsentWithdrawn, IdempotencyKeyReused, UnknownReference
from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.analyses.submission import (
    Priority,
    StoredVideo,
    Submission,
    hash_request,
    make_fingerprint,
)
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.inputs.movement_options import Option, check_options, find_movement
from kinemotion_backend.jobs.base import Job, JobQueue
from kinemotion_backend.records.base import AnalysisRecord, IdempotencyKey, Records, StoredEvent, Transaction, Webhook
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.webhooks.ids import make_id
from kinemotion_backend.webhooks.registry import Webhooks

ANALYSIS_JOB = "analysis"
"""Kind of the jobs that carry analyses."""


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The analysis that answers a request, and whether it was there before the request."""

    analysis: AnalysisRecord
    is_repeat: bool
    webhook: Webhook | None = None
    """The webhook that came with the request; its secret is shown only now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """Writes new analyses."""

    records: Records
    queue: JobQueue
    blobs: BlobStore
    analyzer: VideoAnalyzer
    publisher: EventPublisher
    webhooks: Webhooks

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Write the analysis and its job in one transaction, or return the one that answers the request already.

        A request with a known idempotency key gets the analysis of that key. One with the same content, settings and
        engine as an earlier one gets the earlier one's analysis.

        Raises
        ------
        AnalysisError
            If the movement or an option is not known.
        IdempotencyKeyReused
            If the key was sent with another request.
        UnknownReference
            If the athlete or the session does not exist.
        """
        request_hash = hash_request(submission)  # of what was sent: an athlete's record may change between two tries
        submission = await self._normalize(submission)
        try:
            submitted = await self._submit(submission, request_hash=request_hash)
        except _KeyTaken:  # the same request, sent twice at once: the other one was quicker
            submitted = await self._submit(submission, request_hash=request_hash)
        if submitted.is_repeat and submission.video is not None:
            await self._discard_video(submission.video, used_by=submitted.analysis)
        return submitted

    async def _normalize(self, submission: Submission) -> Submission:
        """Return the request with the engine's own name of the movement, and what the athlete's record says."""
        movement = find_movement(submission.sport, among=await self.analyzer.list_movements())
        async with self.records.read() as transaction:
            completed = await _fill_in(transaction, replace(submission, sport=movement.name))
        check_options(movement, completed.options)
        return completed

    async def _submit(self, submission: Submission, *, request_hash: str) -> SubmissionResult:
        engine = await self.analyzer.get_engine()
        fingerprint = make_fingerprint(submission, engine)
        event: StoredEvent | None = None
        webhook: Webhook | None = None
        async with self.records.write() as transaction:
            if earlier := await _find_by_key(transaction, submission, request_hash=request_hash):
                return SubmissionResult(earlier, is_repeat=True)
            analysis = fingerprint and await transaction.analyses.find_same(submission.owner, fingerprint)
            if not analysis:
                record = _make_record(submission, fingerprint=fingerprint, engine_version=engine.version)
                analysis = await self._enqueue(transaction, record, priority=submission.priority)
                if url := submission.webhook_url:
                    webhook = await self.webhooks.add_for_analysis(
                        transaction, owner=submission.owner, url=url, analysis_id=record.id
                    )
                event = await self.publisher.write(transaction, analysis, at=analysis.created_at)
            if submission.idempotency_key is not None:
                now = datetime.now(UTC)
                key = IdempotencyKey(submission.owner, submission.idempotency_key, request_hash, analysis.id, now)
                if await transaction.analyses.reserve_key(key) != key:
                    raise _KeyTaken
        if event is not None:
            await self.publisher.publish(event)
        return SubmissionResult(analysis, is_repeat=event is None, webhook=webhook)

    async def _enqueue(self, transaction: Transaction, record: AnalysisRecord, *, priority: Priority) -> AnalysisRecord:
        turn = await transaction.analyses.compute_next_turn(record.owner)
        record = replace(record, turn=turn, priority=priority)
        await transaction.analyses.add(record)
        if record.video_key is None:  # a live stream waits for its client, not for a worker
            return record
        job = Job(ANALYSIS_JOB, record.id, priority=priority.compute_job_priority(turn))
        job_id = await self.queue.enqueue(job, within=transaction)
        await transaction.analyses.set_job(record.id, job_id)
        return replace(record, job_id=job_id)

    async def _discard_video(self, video: StoredVideo, *, used_by: AnalysisRecord) -> None:
        """Delete a video that came a second time."""
        if not video.is_shared and video.key != used_by.video_key:
            await self.blobs.delete(video.key)


class _KeyTaken(Exception):
    """Another transaction wrote the idempotency key first."""


def _make_record(submission: Submission, *, fingerprint: str | None, engine_version: str) -> AnalysisRecord:
    video = submission.video
    return AnalysisRecord(
        id=make_id("ana"),
        owner=submission.owner,
        key_id=submission.key_id,
        sport=submission.sport,
        quality=submission.quality,
        options=dict(submission.options),
        outputs=submission.outputs,
        language=submission.language,
        athlete_id=submission.athlete_id,
        session_id=submission.session_id,
        recorded_on=submission.recorded_on,
        video_key=video and video.key,
        video_sha256=video and video.sha256,
        video_bytes=video and video.size_bytes,
        fingerprint=fingerprint,
        engine_version=engine_version,
        webhook_url=submission.webhook_url,
        created_at=datetime.now(UTC),
    )


async def _find_by_key(transaction: Transaction, submission: Submission, *, request_hash: str) -> AnalysisRecord | None:
    """Return the analysis that the idempotency key got before."""
    if submission.idempotency_key is None:
        return None
    known = await transaction.analyses.find_key(submission.owner, submission.idempotency_key)
    if known is None:
        return None
    if known.request_hash != request_hash:
        raise IdempotencyKeyReused("The Idempotency-Key was sent with another request before.")
    return await transaction.analyses.get(known.analysis_id)


async def _fill_in(transaction: Transaction, submission: Submission) -> Submission:
    """Return the request with the athlete's body and the session's day, where it does not say otherwise."""
    options, recorded_on = dict(submission.options), submission.recorded_on
    if submission.athlete_id is not None:
        athlete = await transaction.athletes.get(submission.athlete_id, owner=submission.owner)
        if athlete is None:
            raise UnknownReference("There is no such athlete.")
        if athlete.consent_withdrawn_at is not None:
            raise ConsentWithdrawn("The consent for this athlete was withdrawn.")
        body: dict[str, Option | None] = {
            "mass_kg": athlete.mass_kg,
            "athlete_height_m": athlete.height_m,
            "sex": athlete.sex,
        }
        options = {**{name: value for name, value in body.items() if value is not None}, **options}
    if submission.session_id is not None:
        session = await transaction.sessions.get(submission.session_id, owner=submission.owner)
        if session is None:
            raise UnknownReference("There is no such session.")
        recorded_on = recorded_on or session.held_on
    return replace(submission, options=options, recorded_on=recorded_on)
