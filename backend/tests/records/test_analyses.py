"""Analyses in the records: every step is taken once, by whoever may take it; on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kinemotion_backend.records.base import (
    AnalysisQuery,
    AnalysisRecord,
    IdempotencyKey,
    Outcome,
    PageRequest,
    Records,
    RunLease,
    StoredArtefact,
    StoredProgress,
    Transaction,
)

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def analysis(number: int = 1, **fields: Any) -> AnalysisRecord:
    fields.setdefault("created_at", NOW + timedelta(seconds=number))
    fields.setdefault("owner", "club")
    fields.setdefault("sport", "cmj")
    return AnalysisRecord(id=f"a{number}", quality="balanced", engine_version="2.0.0", **fields)


def claim(at: datetime = NOW, worker: str = "one") -> RunLease:
    return RunLease(worker, at, at + LEASE)


async def add(records: Records, *found: AnalysisRecord) -> None:
    async with records.write() as transaction:
        for record in found:
            await transaction.analyses.add(record)


async def get(records: Records, analysis_id: str = "a1") -> AnalysisRecord:
    async with records.read() as transaction:
        found = await transaction.analyses.get(analysis_id)
    assert found is not None
    return found


async def test_a_record_comes_back_as_it_was_written(records: Records):
    written = analysis(
        options={"mass_kg": 71.5, "sides": ["left", "right"]},
        outputs=("report", "overlay"),
        recorded_on=date(2026, 11, 1),
        video_key="videos/a1",
        video_sha256="ab" * 32,
        video_bytes=5_000_000_000,
        fingerprint="cd" * 32,
        priority=-3,
        turn=9,
    )
    await add(records, written)
    assert await get(records) == written


async def test_an_instant_without_a_time_zone_is_refused(records: Records):
    with pytest.raises(Exception, match="no time zone"):
        await add(records, analysis(created_at=datetime(2026, 11, 27)))  # noqa: DTZ001  (what is refused)


async def test_another_owner_sees_nothing(records: Records):
    await add(records, analysis())
    async with records.read() as transaction:
        assert await transaction.analyses.get("a1", owner="rival") is None
        assert (await transaction.analyses.find("rival", AnalysisQuery(), page=PageRequest())).items == ()


async def test_pages_hold_every_record_once_even_with_equal_times(records: Records):
    await add(records, *(analysis(number, created_at=NOW + timedelta(seconds=number // 3)) for number in range(10)))
    found: list[str] = []
    request = PageRequest(limit=4)
    async with records.read() as transaction:
        while True:
            page = await transaction.analyses.find("club", AnalysisQuery(), page=request)
            found += [record.id for record in page.items]
            if page.next_cursor is None:
                break
            request = PageRequest(limit=4, cursor=page.next_cursor)
    assert found == [f"a{number}" for number in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)]


async def test_filters_keep_what_was_asked_for(records: Records):
    await add(
        records,
        analysis(1),
        analysis(2, sport="running"),
        analysis(3, status="failed"),
        analysis(4, created_at=NOW + timedelta(days=2)),
    )

    async def find(**query: Any) -> list[str]:
        async with records.read() as transaction:
            page = await transaction.analyses.find("club", AnalysisQuery(**query), page=PageRequest())
        return [record.id for record in page.items]

    assert await find(sport="running") == ["a2"]
    assert await find(status="failed") == ["a3"]
    assert await find(created_from=NOW + timedelta(days=1)) == ["a4"]
    assert await find(created_before=NOW + timedelta(days=1), sport="cmj") == ["a3", "a1"]


async def test_of_two_workers_one_starts_the_analysis(records: Records):
    await add(records, analysis())

    async def start(worker: str) -> AnalysisRecord | None:
        async with records.write() as transaction:
            return await transaction.analyses.start("a1", claim(worker=worker))

    started = [found for found in await asyncio.gather(*(start(f"w{n}") for n in range(8))) if found]
    assert len(started) == 1
    assert (await get(records)).worker == started[0].worker


async def test_a_live_lease_is_kept_and_a_lost_one_is_taken_over(records: Records):
    await add(records, analysis())
    async with records.write() as transaction:
        assert await transaction.analyses.start("a1", claim(NOW)) is not None
        assert await transaction.analyses.renew("a1", 1, until=NOW + 2 * LEASE, progress=StoredProgress(5, 90))
        assert await transaction.analyses.start("a1", claim(NOW + LEASE, "two")) is None
        taken = await transaction.analyses.start("a1", claim(NOW + 2 * LEASE, "two"))
    assert taken is not None
    assert (taken.attempt, taken.crashes, taken.worker, taken.progress_done) == (2, 1, "two", None)
    assert taken.started_at == NOW


@pytest.mark.parametrize("step", ["renew", "finish", "release"])
async def test_an_attempt_that_was_taken_over_writes_nothing(records: Records, step: str):
    await add(records, analysis())
    async with records.write() as transaction:
        await transaction.analyses.start("a1", claim(NOW))
        await transaction.analyses.start("a1", claim(NOW + LEASE, "two"))
    before = await get(records)

    async def take(transaction: Transaction) -> object:
        repository = transaction.analyses
        if step == "renew":
            return await repository.renew("a1", 1, until=NOW + 9 * LEASE, progress=None)
        if step == "release":
            return await repository.release("a1", 1)
        return await repository.finish("a1", 1, outcome=Outcome(status="completed", finished_at=NOW))

    async with records.write() as transaction:
        assert not await take(transaction)
    assert await get(records) == before


async def test_the_end_is_written_with_its_artefacts(records: Records):
    await add(records, analysis())
    report = StoredArtefact(
        analysis_id="a1", name="report.html", blob_key="k", media_type="text/html", size_bytes=3, sha256="ef" * 32
    )
    outcome = Outcome(
        status="completed",
        finished_at=NOW,
        document_key="d",
        summary={"data": {"jump_height_m": 0.0}},
        artefacts=[report],
    )
    async with records.write() as transaction:
        await transaction.analyses.start("a1", claim())
        finished = await transaction.analyses.finish("a1", 1, outcome=outcome)
        assert finished is not None
        assert await transaction.analyses.find_artefacts("a1") == (report,)
    assert await get(records) == finished
    assert (finished.status, finished.summary, finished.worker) == ("completed", {"data": {"jump_height_m": 0.0}}, None)
    assert finished.engine_version == "2.0.0"


async def test_an_ended_analysis_is_neither_started_nor_cancelled(records: Records):
    await add(records, analysis(1, status="completed"), analysis(2, status="failed"), analysis(3, status="cancelled"))
    async with records.write() as transaction:
        for number in (1, 2, 3):
            assert await transaction.analyses.start(f"a{number}", claim()) is None
            assert await transaction.analyses.cancel(f"a{number}", at=NOW) is None


async def test_a_cancelled_attempt_cannot_finish(records: Records):
    await add(records, analysis())
    async with records.write() as transaction:
        await transaction.analyses.start("a1", claim())
        cancelled = await transaction.analyses.cancel("a1", at=NOW)
        assert cancelled is not None
        outcome = Outcome(status="completed", finished_at=NOW)
        assert await transaction.analyses.finish("a1", 1, outcome=outcome) is None
    assert (await get(records)).status == "cancelled"


async def test_a_released_attempt_waits_again_and_counts_no_crash(records: Records):
    await add(records, analysis())
    async with records.write() as transaction:
        await transaction.analyses.start("a1", claim())
        assert await transaction.analyses.release("a1", 1)
        again = await transaction.analyses.start("a1", claim(NOW, "two"))
    assert again is not None
    assert (again.attempt, again.crashes) == (2, 0)


async def test_leases_of_a_dead_process_end_at_once(records: Records):
    await add(records, analysis(1), analysis(2))
    async with records.write() as transaction:
        await transaction.analyses.start("a1", claim())
        assert await transaction.analyses.find_abandoned(NOW, limit=9) == ()
        assert await transaction.analyses.expire_leases(NOW - LEASE) == 1
        assert [found.id for found in await transaction.analyses.find_abandoned(NOW, limit=9)] == ["a1"]


async def test_a_rolled_back_transaction_leaves_nothing(records: Records):
    async def write_and_fail() -> None:
        async with records.write() as transaction:
            await transaction.analyses.add(analysis())
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await write_and_fail()
    async with records.read() as transaction:
        assert await transaction.analyses.get("a1") is None


async def test_an_idempotency_key_is_written_once(records: Records):
    async def submit(number: int) -> IdempotencyKey:
        async with records.write() as transaction:
            await transaction.analyses.add(analysis(number))
            return await transaction.analyses.reserve_key(
                IdempotencyKey("club", "k", f"hash{number}", f"a{number}", NOW)
            )

    reserved = await asyncio.gather(*(submit(number) for number in range(5)))
    assert len({key.analysis_id for key in reserved}) == 1
    async with records.write() as transaction:
        await transaction.analyses.add(analysis(9, owner="rival"))
        other = IdempotencyKey("rival", "k", "hash9", "a9", NOW)
        assert await transaction.analyses.reserve_key(other) == other
        assert await transaction.analyses.delete_keys_before(NOW) == 0
        assert await transaction.analyses.delete_keys_before(NOW + LEASE) == 2


async def test_the_same_input_is_found_where_it_has_or_will_have_an_answer(records: Records):
    same: dict[str, Any] = {"fingerprint": "f"}
    await add(records, analysis(1, status="failed", **same), analysis(2, owner="rival", status="completed", **same))
    async with records.write() as transaction:
        assert await transaction.analyses.find_same("club", "f") is None
        await transaction.analyses.add(analysis(3, **same))
        found = await transaction.analyses.find_same("club", "f")
    assert found is not None
    assert found.id == "a3"


async def test_owners_take_turns(records: Records):
    order: list[tuple[int, str]] = []

    async def submit(number: int, owner: str) -> None:
        async with records.write() as transaction:
            turn = await transaction.analyses.compute_next_turn(owner)
            await transaction.analyses.add(analysis(number, owner=owner, turn=turn))
            order.append((turn, f"{owner}{number}"))

    for number in range(5):
        await submit(number, "club")
    for number in range(5, 7):
        await submit(number, "school")
    assert [name for _, name in sorted(order, key=lambda item: item[0])] == [
        *("club0", "school5", "club1", "school6", "club2", "club3", "club4")
    ]


async def test_who_comes_late_does_not_overtake_what_runs(records: Records):
    await add(records, analysis(1, owner="club", status="running", turn=50))
    async with records.read() as transaction:
        assert await transaction.analyses.compute_next_turn("school") == 50
        assert await transaction.analyses.compute_next_turn("club") == 51
    async with records.write() as transaction:
        await transaction.analyses.cancel("a1", at=NOW)
        assert await transaction.analyses.compute_next_turn("club") == 0


async def test_an_erased_analysis_is_hidden_then_gone(records: Records):
    await add(records, analysis(1, video_key="v"), analysis(2))
    async with records.write() as transaction:
        assert await transaction.analyses.is_video_used("v")
        await transaction.analyses.mark_for_deletion("a1", at=NOW)
        assert await transaction.analyses.get("a1") is None
        assert await transaction.analyses.start("a1", claim()) is None
        assert not await transaction.analyses.is_video_used("v")
        page = await transaction.analyses.find("club", AnalysisQuery(), page=PageRequest())
        assert [record.id for record in page.items] == ["a2"]
        assert [record.id for record in await transaction.analyses.find_marked_for_deletion(limit=9)] == ["a1"]
        await transaction.analyses.delete("a1")
        assert await transaction.analyses.find_marked_for_deletion(limit=9) == ()
