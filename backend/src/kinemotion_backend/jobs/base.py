"""What every job queue does: give each job to a worker at least once, also when workers die.

A job holds only the id of a record; the state is in the record. A job may run twice, for example if its worker hung and
then went on. So the lease belongs to the record, not to the job: the handler takes it, and writes only while it has it.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kinemotion_backend.records.base import Transaction

Handler = Callable[[str], Awaitable[None]]
"""Does the work that the id names.

Raises RetryLater to be called again at a time of its own; after any other error it is called again after a pause, as
the handler itself records what has failed for good. It is cancelled when somebody cancels the job, and when the worker
stops; in the second case it is called again elsewhere.
"""

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
"""Engineering limits of the pause after an unexpected error."""


class RetryLater(Exception):
    """The work cannot be done yet."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"not before {at}")
        self.at = at


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done."""

    kind: str
    """Which handler does it."""
    subject: str
    """Id of the record it is about."""
    priority: int = 0
    """Jobs of higher priority run first; among equals, the oldest."""
    run_at: datetime | None = None
    """Not before this time; at once where it is None."""


class JobQueue(ABC):
    """A queue of jobs, and the worker of this process."""

    @abstractmethod
    async def open(self) -> None:
        """Connect, and put back the jobs of workers that are known to be dead."""

    @abstractmethod
    async def close(self) -> None:
        """Disconnect."""

    @abstractmethod
    async def enqueue(self, job: Job, *, within: Transaction) -> str:
        """Add the job in the transaction, and return its id: where the transaction is rolled back, there is no job."""

    @abstractmethod
    async def cancel(self, job_id: str) -> None:
        """Take the job out of the queue; where it runs, cancel its handler. An unknown or ended job is no failure."""

    @abstractmethod
    async def work(self, handlers: Mapping[str, Handler]) -> None:
        """Run jobs until this call is cancelled; then cancel the handlers and give their jobs back."""

    @abstractmethod
    async def count_unfinished(self) -> Mapping[str, int]:
        """Return how many jobs of each kind wait or run."""

    @abstractmethod
    async def tidy(self, *, older_than_s: float) -> None:
        """Delete what is remembered of jobs that ended longer ago than this."""


def choose_pause_s(attempt: int) -> float:
    """Return how long to wait after that many failures: twice as long each time, up to a limit."""
    return min(FIRST_PAUSE_S * 2.0 ** min(attempt - 1, 30), MAX_PAUSE_S)
