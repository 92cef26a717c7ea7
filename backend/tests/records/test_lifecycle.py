"""The life of an analysis under any order of steps, clocks and crashes: nothing is lost, nothing is done twice."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import integers, sampled_from

from kinemotion_backend.records.base import AnalysisRecord, Outcome, RunLease, StoredProgress, Transaction
from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.records.sql.migrate import upgrade
from kinemotion_backend.records.sql.records import SqlRecords

LEASE = timedelta(seconds=30)
WORKERS = ("one", "two", "three")
Result = TypeVar("Result")


class Lifecycle(RuleBasedStateMachine):
    """Three workers, one analysis, and a model of what its record must say."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 27, tzinfo=UTC)
        self.held: dict[str, int] = {}
        """The attempt each worker believes to have."""
        self.status, self.attempt, self.crashes = "queued", 0, 0
        self.lease_end: datetime | None = None
        self.ends = 0

    @initialize()
    def submit(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        database = Database(f"sqlite:///{Path(self.folder.name) / 'records.sqlite'}")
        self.records = SqlRecords(database)
        self.runner.run(upgrade(database))
        record = AnalysisRecord(
            id="a1", owner="club", sport="cmj", quality="fast", engine_version="1", created_at=self.now
        )
        self.step(lambda transaction: transaction.analyses.add(record))

    def teardown(self) -> None:
        self.runner.run(self.records.close())
        self.runner.close()
        self.folder.cleanup()

    def step(self, take: Callable[[Transaction], Awaitable[Result]]) -> Result:
        async def run() -> Result:
            async with self.records.write() as transaction:
                return await take(transaction)

        return self.runner.run(run())

    def is_current(self, worker: str) -> bool:
        return self.status == "running" and self.held.get(worker) == self.attempt

    @rule(worker=sampled_from(WORKERS))
    def start(self, worker: str) -> None:
        is_abandoned = self.status == "running" and self.lease_end is not None and self.lease_end <= self.now
        claim = RunLease(worker, self.now, self.now + LEASE)
        started = self.step(lambda transaction: transaction.analyses.start("a1", claim))
        assert (started is not None) == (self.status == "queued" or is_abandoned)
        if started is not None:
            self.status, self.attempt = "running", self.attempt + 1
            self.crashes += is_abandoned
            self.lease_end = claim.lease_expires_at
            self.held[worker] = started.attempt
            assert started.attempt == self.attempt

    @rule(worker=sampled_from(WORKERS), done=integers(0, 90))
    def renew(self, worker: str, done: int) -> None:
        attempt, until = self.held.get(worker, 0), self.now + LEASE
        renewed = self.step(
            lambda transaction: transaction.analyses.renew(
                "a1", attempt, until=until, progress=StoredProgress(done, 90)
            )
        )
        assert renewed == self.is_current(worker)
        if renewed:
            self.lease_end = until

    @rule(worker=sampled_from(WORKERS), status=sampled_from(("completed", "failed")))
    def finish(self, worker: str, status: str) -> None:
        outcome = Outcome(status="completed" if status == "completed" else "failed", finished_at=self.now)
        attempt = self.held.get(worker, 0)
        finished = self.step(lambda transaction: transaction.analyses.finish("a1", attempt, outcome=outcome))
        assert (finished is not None) == self.is_current(worker)
        if finished is not None:
            self.status, self.lease_end, self.ends = status, None, self.ends + 1

    @rule(worker=sampled_from(WORKERS))
    def release(self, worker: str) -> None:
        released = self.step(lambda transaction: transaction.analyses.release("a1", self.held.get(worker, 0)))
        assert released == self.is_current(worker)
        if released:
            self.status, self.lease_end = "queued", None

    @rule(worker=sampled_from(WORKERS))
    def forget(self, worker: str) -> None:
        """The worker is killed."""
        self.held.pop(worker, None)

    @rule(seconds=integers(1, 60))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def put_back_what_is_abandoned(self) -> None:
        async def put_back(transaction: Transaction) -> int:
            found = await transaction.analyses.find_abandoned(self.now, limit=9)
            return sum([await transaction.analyses.requeue_abandoned(analysis) for analysis in found])

        is_abandoned = self.status == "running" and self.lease_end is not None and self.lease_end < self.now
        assert self.step(put_back) == is_abandoned
        if is_abandoned:
            self.status, self.lease_end, self.crashes = "queued", None, self.crashes + 1

    @precondition(lambda self: self.attempt >= 2)
    @rule()
    def cancel(self) -> None:
        cancelled = self.step(lambda transaction: transaction.analyses.cancel("a1", at=self.now))
        assert (cancelled is not None) == (self.status in {"queued", "running"})
        if cancelled is not None:
            self.status, self.lease_end, self.ends = "cancelled", None, self.ends + 1

    @invariant()
    def says_what_happened(self) -> None:
        found = self.step(lambda transaction: transaction.analyses.get("a1"))
        assert found is not None
        assert (found.status, found.attempt, found.crashes) == (self.status, self.attempt, self.crashes)
        assert (found.lease_expires_at, found.finished_at is None) == (self.lease_end, self.ends == 0)
        assert self.ends <= 1


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
