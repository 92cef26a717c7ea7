"""A lease that met an unexpected error was renewed no more, without a word: another worker took the analysis over."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from kinemotion_backend.analyses import lease as leases
from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.analyses.lease import AnalysisLease
from kinemotion_backend.events.memory import MemoryEventBus
from kinemotion_backend.limits import base as limits
from kinemotion_backend.limits.base import ConcurrencyLimit, hold_place
from kinemotion_backend.limits.memory import MemoryLimiter
from kinemotion_backend.live import result_keeper
from kinemotion_backend.live.broadcasting import Broadcast
from kinemotion_backend.live.result_keeper import ResultKeeper
from kinemotion_backend.records.base import AnalysisRecord, DueDelivery, Records
from kinemotion_backend.webhooks.dispatcher import Dispatcher

PATIENCE_S = 20.0
"""Far beyond what a second attempt takes; here it is due within milliseconds."""

pytestmark = pytest.mark.asyncio


class FailsOnce:
    """Fails at the first call, and notes the others."""

    def __init__(self) -> None:
        self.calls = 0
        self.again = asyncio.Event()

    async def __call__(self, *_given: Any, **_named: Any) -> bool:
        self.calls += 1
        if self.calls == 1:
            raise ZeroDivisionError
        self.again.set()
        return True


def make_analysis() -> AnalysisRecord:
    return AnalysisRecord(
        id="ana_1", owner="club", sport="cmj", quality="fast", engine_version="1.0", created_at=datetime.now(UTC)
    )


async def expect_second_call(step: FailsOnce, logs: list[Any], *, event: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await step.again.wait()
    assert [line["event"] for line in logs if line["log_level"] == "error"] == [event]


async def test_a_lease_is_renewed_after_an_unexpected_error(monkeypatch: pytest.MonkeyPatch) -> None:
    renew = FailsOnce()

    async def renew_lease(_: AnalysisLease) -> bool:
        return await renew()

    monkeypatch.setattr(AnalysisLease, "_renew", renew_lease)
    monkeypatch.setattr(leases, "WRITE_S", 0.001)
    bus = MemoryEventBus()
    publisher = EventPublisher(bus, wake=lambda: None)
    lease = AnalysisLease(cast("Records", None), publisher, analysis=make_analysis(), length_s=0.003)
    with capture_logs() as logs:
        async with lease.keep():
            await expect_second_call(renew, logs, event="lease_not_renewed")


async def test_a_place_is_kept_and_freed_after_an_unexpected_error(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, limit = MemoryLimiter(), ConcurrencyLimit("streams", 1)
    renew, take = FailsOnce(), limiter.take
    monkeypatch.setattr(limits, "PLACE_LEASE_S", 0.003)
    with capture_logs() as logs:
        async with hold_place(limiter, limit, subject="me"):
            monkeypatch.setattr(limiter, "take", renew)
            await expect_second_call(renew, logs, event="place_not_renewed")
    assert await take(limit, "me", holder="next")


async def test_viewers_see_what_comes_after_an_unexpected_error(monkeypatch: pytest.MonkeyPatch) -> None:
    bus, publish = MemoryEventBus(), FailsOnce()
    monkeypatch.setattr(bus, "publish", publish)
    with capture_logs() as logs:
        async with Broadcast(bus, make_analysis()) as broadcast:
            for _ in range(2):
                broadcast.show({"type": "trial"}, replaces=False)
            await expect_second_call(publish, logs, event="stream_not_shown")


async def test_the_next_trial_is_stored_after_an_unexpected_error(monkeypatch: pytest.MonkeyPatch) -> None:
    save = FailsOnce()

    def write_nothing(*_: object) -> bytes:
        return b""

    monkeypatch.setattr(result_keeper, "write_document", write_nothing)
    monkeypatch.setattr(result_keeper, "save_interim_result", save)

    class Anything:
        blobs = None
        on_final_trial: Callable[[], None]

        async def get_engine(self) -> None:
            pass

    parts: Any = Anything()
    with capture_logs() as logs:
        async with ResultKeeper(parts, make_analysis(), stream=parts, analyzer=parts):
            parts.on_final_trial()
            while save.calls == 0:  # noqa: ASYNC110  (the first call sets no event)
                await asyncio.sleep(0)
            parts.on_final_trial()
            await expect_second_call(save, logs, event="interim_result_not_stored")


async def test_an_attempt_that_fails_unexpectedly_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    claims: list[tuple[DueDelivery, ...]] = [cast("Any", (Due(),)), ()]
    under_way = Dispatcher(cast("Records", None), cast("Any", None))

    all_claimed = asyncio.Event()

    async def claim(_owners: object) -> tuple[DueDelivery, ...]:
        if claims:
            return claims.pop(0)
        all_claimed.set()
        return ()

    monkeypatch.setattr(under_way, "_claim", claim)
    with capture_logs() as logs:
        running = asyncio.create_task(under_way.run())
        under_way.wake()
        async with asyncio.timeout(5):
            await all_claimed.wait()
        running.cancel()
        await asyncio.wait({running})
    assert [(line["event"], line["delivery"]) for line in logs] == [("delivery_failed_unexpectedly", "whd_1")]


class Due:
    """A delivery without what is delivered."""

    class Delivery:
        id = "whd_1"
        owner = "club"

    delivery = Delivery()
