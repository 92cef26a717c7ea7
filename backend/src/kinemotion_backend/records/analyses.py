"""Records of analyses: the request, the state, and where the results are stored."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime

from kinemotion_backend.inputs.languages import DEFAULT_LANGUAGE
from kinemotion_backend.records.paging import Page, PageRequest

Status = Literal["queued", "running", "completed", "failed", "cancelled"]
UNFINISHED: tuple[Status, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRecord:
    """One analysis."""

    id: str
    owner: str
    """The account it belongs to."""
    sport: str
    """Name of the movement; the service's API, records and metrics say sport."""
    quality: str
    created_at: AwareDatetime
    engine_version: str
    """Version of the engine that is asked; of a finished analysis, the one that answered."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    outputs: tuple[str, ...] = ()
    """Names of the artefacts that were asked for."""
    language: str = DEFAULT_LANGUAGE
    """Language of the texts in them."""
    key_id: str | None = None
    athlete_id: str | None = None
    session_id: str | None = None
    recorded_on: date | None = None
    video_key: str | None = None
    """Where the video lies in the blob store; None for a live stream."""
    video_sha256: str | None = None
    video_bytes: int | None = None
    fingerprint: str | None = None
    """Hash of content, settings and engine version: equal fingerprints have equal results."""
    webhook_url: str | None = None

    status: Status = "queued"
    attempt: int = 0
    """How often it was started. A result is written only by the attempt that is current."""
    crashes: int = 0
    """How often a worker died while it ran."""
    priority: int = 0
    turn: int = 0
    """Place in the fair order of all accounts."""
    job_id: str | None = None
    worker: str | None = None
    lease_expires_at: AwareDatetime | None = None
    progress_done: int | None = None
    progress_total: int | None = None

    document_key: str | None = None
    summary: Mapping[str, Any] | None = None
    """Headline metrics, their intervals and the quality, as the document has them."""
    error: Mapping[str, Any] | None = None
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    erased_at: AwareDatetime | None = None
    """When it was marked for deletion: it is hidden from then on, and its row goes after its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArtefact:
    """A file of an analysis in the blob store."""

    analysis_id: str
    name: str
    blob_key: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RunLease:
    """The right to run an analysis: a worker, and until when nobody else may take it over."""

    worker: str
    now: datetime
    lease_expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredProgress:
    """How many frames of an analysis are done, as its record has it."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an analysis ended."""

    status: Literal["completed", "failed"]
    finished_at: datetime
    engine_version: str | None = None
    document_key: str | None = None
    recorded_on: date | None = None
    summary: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    artefacts: Sequence[StoredArtefact] = ()


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's own name for a request, so that sending it again does not do it again."""

    owner: str
    key: str
    request_hash: str
    analysis_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisQuery:
    """Which analyses are wanted; None does not restrict."""

    sport: str | None = None
    status: Status | None = None
    athlete_id: str | None = None
    session_id: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None


class AnalysisRepository(ABC):
    """Analyses. One that is marked for deletion is found only by ``find_marked_for_deletion``."""

    @abstractmethod
    async def add(self, analysis: AnalysisRecord) -> None:
        """Write a new analysis."""

    @abstractmethod
    async def get(self, analysis_id: str, *, owner: str | None = None) -> AnalysisRecord | None:
        """Return the analysis; None where there is none, or it is another owner's."""

    @abstractmethod
    async def find(self, owner: str, query: AnalysisQuery, *, page: PageRequest) -> Page[AnalysisRecord]:
        """Return a page of the owner's analyses, the newest first."""

    @abstractmethod
    async def find_same(self, owner: str, fingerprint: str) -> AnalysisRecord | None:
        """Return the newest analysis with that fingerprint that is completed or under way."""

    @abstractmethod
    async def reserve_key(self, key: IdempotencyKey) -> IdempotencyKey:
        """Write the key, and return it; where the owner has used it before, return what was written then."""

    @abstractmethod
    async def find_key(self, owner: str, key: str) -> IdempotencyKey | None:
        """Return the key as the owner used it before; None where it is new."""

    @abstractmethod
    async def compute_next_turn(self, owner: str) -> int:
        """Return the place of the owner's next analysis in the fair order of all owners."""

    @abstractmethod
    async def set_job(self, analysis_id: str, job_id: str) -> None:
        """Note the job that carries the analysis."""

    @abstractmethod
    async def start(self, analysis_id: str, lease: RunLease) -> AnalysisRecord | None:
        """Begin the next attempt of an analysis that is queued, or whose worker lost its lease; None otherwise.

        ``crashes`` counts the attempts that lost their lease.
        """

    @abstractmethod
    async def renew(self, analysis_id: str, attempt: int, *, until: datetime, progress: StoredProgress | None) -> bool:
        """Extend the lease of a running attempt; False where it is not the current one any more."""

    @abstractmethod
    async def finish(self, analysis_id: str, attempt: int, *, outcome: Outcome) -> AnalysisRecord | None:
        """Write the end of a running attempt; None where it is not the current one any more."""

    @abstractmethod
    async def release(self, analysis_id: str, attempt: int) -> bool:
        """Put a running attempt back into the queue; False where it is not the current one any more."""

    @abstractmethod
    async def cancel(self, analysis_id: str, *, at: datetime) -> AnalysisRecord | None:
        """Cancel an analysis that is queued or running; None where it has ended."""

    @abstractmethod
    async def expire_leases(self, at: datetime) -> int:
        """End every lease at once, because no worker can be alive; return how many there were."""

    @abstractmethod
    async def find_abandoned(self, before: datetime, *, limit: int) -> tuple[AnalysisRecord, ...]:
        """Return running analyses whose lease ended before the instant."""

    @abstractmethod
    async def find_unused_streams(self, before: datetime, *, limit: int) -> tuple[AnalysisRecord, ...]:
        """Return live analyses that were asked for before the instant, and whose stream never began."""

    @abstractmethod
    async def requeue_abandoned(self, analysis: AnalysisRecord) -> bool:
        """Put a running analysis back whose worker died; False where it went on meanwhile."""

    @abstractmethod
    async def find_artefacts(self, analysis_id: str) -> tuple[StoredArtefact, ...]:
        """Return the files that the analysis made."""

    @abstractmethod
    async def find_completed_of(
        self, owner: str, athlete_ids: Sequence[str], *, sport: str | None = None
    ) -> tuple[AnalysisRecord, ...]:
        """Return every completed analysis of the athletes, the oldest recording first."""

    @abstractmethod
    async def find_all_of(self, owner: str, athlete_id: str) -> tuple[AnalysisRecord, ...]:
        """Return every analysis of the athlete, in whatever state."""

    @abstractmethod
    async def mark_for_deletion(self, analysis_id: str, *, at: datetime) -> None:
        """Hide the analysis. Its files are deleted next, then its row."""

    @abstractmethod
    async def find_oldest_queued(self) -> datetime | None:
        """Return when the analysis that waits longest for a worker was asked for; None where none waits."""

    @abstractmethod
    async def find_marked_for_deletion(self, *, limit: int) -> tuple[AnalysisRecord, ...]:
        """Return analyses that are marked for deletion, and whose row is still there."""

    @abstractmethod
    async def is_video_used(self, video_key: str) -> bool:
        """Return whether an analysis has this video and is not marked for deletion."""

    @abstractmethod
    async def delete(self, analysis_id: str) -> None:
        """Delete the row with everything that depends on it."""

    @abstractmethod
    async def delete_keys_before(self, before: datetime) -> int:
        """Delete idempotency keys written before the instant; return how many there were."""
