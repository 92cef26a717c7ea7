"""The records of the service, read and written in transactions; the database is SQLite or PostgreSQL.

A transaction has one repository for each kind of record. A repository changes a state only if the state is still the
expected one, and returns whether it was. If two processes try the same step, one of them succeeds.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from kinemotion_backend.records.access import AuditEntry, AuditRepository
from kinemotion_backend.records.analyses import (
    UNFINISHED,
    AnalysisQuery,
    AnalysisRecord,
    AnalysisRepository,
    IdempotencyKey,
    Outcome,
    RunLease,
    Status,
    StoredArtefact,
    StoredProgress,
)
from kinemotion_backend.records.events import EventRepository, StoredEvent
from kinemotion_backend.records.jobs import JobEnd, JobRecord, JobRepository
from kinemotion_backend.records.keys import ApiKey, KeyRepository, UsageRepository
from kinemotion_backend.records.outage import RecordsUnavailable, UnstorableValue, retry_while_unavailable
from kinemotion_backend.records.paging import DEFAULT_PAGE, MAX_PAGE, InvalidCursor, Page, PageRequest
from kinemotion_backend.records.people import (
    Athlete,
    AthleteRepository,
    Conflict,
    HeightM,
    MassKg,
    Membership,
    Name,
    Notes,
    Session,
    SessionRepository,
    Sex,
    Team,
    TeamRepository,
)
from kinemotion_backend.records.share_links import ShareLink, ShareLinkRepository
from kinemotion_backend.records.uploads import ReferenceRepository, UploadRecord, UploadRepository
from kinemotion_backend.records.webhooks import (
    Delivery,
    DeliveryAttempt,
    DeliveryRepository,
    DeliveryStatus,
    DueDelivery,
    Webhook,
    WebhookRepository,
)

__all__ = [
    "DEFAULT_PAGE",
    "MAX_PAGE",
    "UNFINISHED",
    "AnalysisQuery",
    "AnalysisRecord",
    "AnalysisRepository",
    "ApiKey",
    "Athlete",
    "AthleteRepository",
    "AuditEntry",
    "AuditRepository",
    "Conflict",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryRepository",
    "DeliveryStatus",
    "DueDelivery",
    "EventRepository",
    "HeightM",
    "IdempotencyKey",
    "InvalidCursor",
    "JobEnd",
    "JobRecord",
    "JobRepository",
    "KeyRepository",
    "MassKg",
    "Membership",
    "Name",
    "Notes",
    "Outcome",
    "Page",
    "PageRequest",
    "Records",
    "RecordsUnavailable",
    "ReferenceRepository",
    "RunLease",
    "Session",
    "SessionRepository",
    "Sex",
    "ShareLink",
    "ShareLinkRepository",
    "Status",
    "StoredArtefact",
    "StoredEvent",
    "StoredProgress",
    "Team",
    "TeamRepository",
    "Transaction",
    "UnstorableValue",
    "UploadRecord",
    "UploadRepository",
    "UsageRepository",
    "Webhook",
    "WebhookRepository",
    "retry_while_unavailable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """The repositories, as one transaction sees them."""

    analyses: AnalysisRepository
    athletes: AthleteRepository
    teams: TeamRepository
    sessions: SessionRepository
    events: EventRepository
    jobs: JobRepository
    audit: AuditRepository
    keys: KeyRepository
    share_links: ShareLinkRepository
    usage: UsageRepository
    uploads: UploadRepository
    references: ReferenceRepository
    webhooks: WebhookRepository
    deliveries: DeliveryRepository
    get_driver_connection: Callable[[], Awaitable[object]]
    """Returns the driver's own connection, for a library that must write in this transaction."""


class Records(ABC):
    """A database of records."""

    @abstractmethod
    def write(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that writes: committed at the end, rolled back on an error."""

    @abstractmethod
    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that only reads."""

    @abstractmethod
    async def check(self) -> None:
        """Raise RecordsUnavailable where the database does not answer."""

    @abstractmethod
    async def close(self) -> None:
        """Close every connection."""
