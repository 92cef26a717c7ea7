"""Records of the jobs of the embedded queue."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

JobEnd = Literal["done", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job that was claimed."""

    id: int
    kind: str
    subject: str
    attempt: int


class JobRepository(ABC):
    """A queue in a table. A claim is fenced: only the process that has it, in the attempt it has, may end it."""

    @abstractmethod
    async def add(self, kind: str, subject: str, *, priority: int, run_at: datetime) -> int:
        """Write a queued job and return its id."""

    @abstractmethod
    async def requeue_all(self, *, boot_id: str) -> int:
        """Put back the running jobs of every other process, because those cannot be alive; return how many."""

    @abstractmethod
    async def requeue_own(self, *, boot_id: str) -> int:
        """Put back the running jobs of this process, whose worker has ended; return how many."""

    @abstractmethod
    async def claim(self, boot_id: str, *, kinds: Collection[str], now: datetime) -> JobRecord | None:
        """Take the next job of these kinds that is due: the highest priority first, then the oldest."""

    @abstractmethod
    async def find_next_due(self) -> datetime | None:
        """Return when the next queued job is due; None where none is queued."""

    @abstractmethod
    async def finish(self, job: JobRecord, boot_id: str, *, end: JobEnd, at: datetime) -> bool:
        """End a claimed job; False where the claim was lost."""

    @abstractmethod
    async def retry(self, job: JobRecord, boot_id: str, *, run_at: datetime) -> bool:
        """Put a claimed job back; False where the claim was lost."""

    @abstractmethod
    async def cancel(self, job_id: int, *, at: datetime) -> bool:
        """Cancel a job that is queued; False where it runs or has ended."""

    @abstractmethod
    async def count_unfinished(self) -> dict[str, int]:
        """Return how many jobs of each kind are queued or running."""

    @abstractmethod
    async def delete_ended_before(self, before: datetime) -> int:
        """Delete jobs that ended before the instant; return how many there were."""
