"""From the request to the result, and everything that can come in between; on both databases and both queues."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from analyses.conftest import Bench
from fake_analyzer import FakeAnalyzer

from kinemotion_backend.analyses.errors import AnalysisNotFound, ArtefactNotFound, ResultNotReady
from kinemotion_backend.analyses.event_publisher import FINAL_KINDS, name_topic
from kinemotion_backend.analyses.runner import MAX_WORKER_CRASHES
from kinemotion_backend.contract.documents import EngineError
from kinemotion_backend.errors import AnalysisRefused, EngineCrashed, UnknownMovement
from kinemotion_backend.events.base import Event
from kinemotion_backend.examples import load_example
from kinemotion_backend.records.base import RunLease

pytestmark = pytest.mark.asyncio


async def collect(bench: Bench, analysis_id: str) -> list[Event]:
    """Every event of the analysis, up to its end."""
    events: list[Event] = []
    async with aclosing(cast("Any", bench.bus.subscribe(name_topic(analysis_id), "0"))) as subscription:
        async for event in subscription:
            events.append(event)
            if event.kind in FINAL_KINDS:
                break
    return events


async def test_an_analysis_is_taken_run_and_stored(bench: Bench):
    submitted = await bench.submit(sport="counter_movement_jump", outputs=("overlay", "report"))
    assert (submitted.analysis.status, submitted.is_repeat) == ("queued", False)
    async with bench.working():
        found = await bench.ended(submitted.analysis.id)
        events = await collect(bench, found.id)
    assert (found.status, found.sport, found.attempt, found.worker) == ("completed", "cmj", 1, None)
    assert found.recorded_on == date(2026, 1, 1)
    assert found.summary is not None
    assert found.summary["quality"]["score"] == 100
    assert [event.kind for event in events if event.kind != "progress"] == [
        *("analysis.queued", "analysis.running", "analysis.completed")
    ]
    assert events[-1].data["result"]["data"] == found.summary["data"]
    assert Event("progress", {"analysis_id": found.id, "done": 1, "total": 2}) in [
        replace(event, id="") for event in events
    ]


async def test_the_result_is_the_engines_document_byte_for_byte(bench: Bench):
    analysis_id = (await bench.submit(outputs=("overlay",))).analysis.id
    async with bench.working():
        await bench.ended(analysis_id)
    result = await bench.service.find_file("club", analysis_id, "result.json")
    assert (await bench.read(result.blob_key)).decode() == load_example("cmj")
    overlay = await bench.service.find_file("club", analysis_id, "overlay.mp4")
    assert (overlay.media_type, overlay.size_bytes) == ("video/mp4", 700_000)
    assert await bench.read(overlay.blob_key) == b"overlay" * 100_000
    video = await bench.service.find_file("club", analysis_id, "video")
    assert await bench.read(video.blob_key) == b"video"
    names = [artefact.name for artefact in await bench.service.list_artefacts("club", analysis_id)]
    assert names == ["overlay.mp4", "result.json"]
    with pytest.raises(ArtefactNotFound):
        await bench.service.find_file("club", analysis_id, "report.html")
    with pytest.raises(AnalysisNotFound):
        await bench.service.find_file("rival", analysis_id, "result.json")


async def test_there_is_no_result_before_the_end(bench: Bench):
    analysis_id = (await bench.submit()).analysis.id
    with pytest.raises(ResultNotReady, match="queued"):
        await bench.service.find_file("club", analysis_id, "result.json")


async def test_a_refused_video_keeps_the_codes_of_the_engines_words(bench: Bench, analyzer: FakeAnalyzer):
    reason: dict[str, Any] = {"code": "picture_upside_down", "message": "The picture is upside down.", "values": {}}
    advice: dict[str, Any] = {"code": "rotate", "message": "Turn it by 180.", "values": {"turn_deg": 180}}
    error = EngineError(
        code="picture_turned", message=reason["message"], hint=advice["message"], reason=reason, advice=advice
    )
    analyzer.error = lambda _run: AnalysisRefused(error)
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert found.error is not None
    assert (found.error["reason"], found.error["advice"]) == (reason, advice)


def refuse(*, retryable: bool = False) -> AnalysisRefused:
    return AnalysisRefused(EngineError(code="feet_outside", message="Feet.", hint="Film again.", retryable=retryable))


async def test_a_refused_video_keeps_the_files_that_show_why(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.error = lambda _run: refuse()
    submitted = await bench.submit(outputs=("overlay", "report", "trajectories"))
    analysis_id = submitted.analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, found.attempt, found.document_key) == ("failed", 1, None)
    names = [artefact.name for artefact in await bench.service.list_artefacts("club", analysis_id)]
    assert names == ["overlay.mp4", "report.html"]
    overlay = await bench.service.find_file("club", analysis_id, "overlay.mp4")
    assert await bench.read(overlay.blob_key) == b"overlay" * 100_000
    for missing in ("result.json", "trajectories.csv"):
        with pytest.raises(ResultNotReady, match="failed"):
            await bench.service.find_file("club", analysis_id, missing)
    await bench.service.erase("club", analysis_id)
    assert await bench.keys() == set()


async def test_a_refusal_that_may_pass_keeps_no_files(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.error = lambda _run: refuse(retryable=True)
    analysis_id = (await bench.submit(outputs=("overlay",))).analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, found.attempt) == ("failed", 3)
    assert await bench.service.list_artefacts("club", analysis_id) == ()
    assert await bench.keys() == {"videos/video-0"}


async def test_a_refused_video_fails_with_the_engines_words(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.error = lambda _run: UnknownMovement("No person in 236 frames.")
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert found.status == "failed"
    assert found.error is not None
    assert (found.error["code"], found.error["message"]) == ("unknown_movement", "No person in 236 frames.")
    assert analyzer.runs.total() == 1
    assert await bench.keys() == {"videos/video-0"}


async def test_a_failure_that_may_pass_is_tried_three_times(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.error = lambda run: EngineCrashed("The engine ended without a result.") if run < 3 else None
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, found.attempt, found.crashes) == ("completed", 3, 0)


async def test_a_failure_that_does_not_pass_ends_the_analysis(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.error = lambda _run: EngineCrashed("The engine ended without a result.")
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, analyzer.runs.total()) == ("failed", 3)
    assert found.error is not None
    assert found.error["code"] == "engine_crashed"


async def test_our_own_mistake_is_not_told_to_the_client(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.error = lambda _run: ZeroDivisionError("secret path")
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert found.error is not None
    assert (found.error["code"], "secret" in str(found.error)) == ("internal_error", False)


async def test_a_running_analysis_is_cancelled_with_its_engine(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.is_held = True
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        await analyzer.started.wait()
        cancelled = await bench.service.cancel("club", analysis_id)
        await analyzer.stopped.wait()
        assert cancelled.status == "cancelled"
        assert [event.kind for event in await collect(bench, analysis_id)][-1] == "analysis.cancelled"
        assert (await bench.service.cancel("club", analysis_id)).finished_at == cancelled.finished_at
        await bench.idle()
    assert analyzer.runs.total() == 1


async def test_a_waiting_analysis_is_cancelled_and_never_runs(bench: Bench, analyzer: FakeAnalyzer):
    first, second = (await bench.submit(b"one")).analysis.id, (await bench.submit(b"two")).analysis.id
    await bench.service.cancel("club", first)
    async with bench.working():
        await bench.ended(second)
    assert list(analyzer.runs) == [b"two"]


async def test_a_worker_that_stops_gives_its_analysis_back(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.is_held = True
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        await analyzer.started.wait()
    assert ((await bench.get(analysis_id)).status, analyzer.stopped.is_set()) == ("queued", True)
    analyzer.is_held = False
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, found.attempt, found.crashes) == ("completed", 2, 0)


async def test_an_attempt_that_was_taken_over_stops_and_leaves_nothing(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.is_held = True
    runner = replace(bench.runner, lease_s=0.3)
    analysis_id = (await bench.submit()).analysis.id
    running = asyncio.create_task(runner.run(analysis_id))
    await analyzer.started.wait()
    far = datetime.now(UTC) + timedelta(hours=1)
    async with bench.records.write() as transaction:
        assert await transaction.analyses.start(analysis_id, RunLease("two", far, far + timedelta(hours=1))) is not None
    await running
    assert analyzer.stopped.is_set()
    found = await bench.get(analysis_id)
    assert (found.status, found.attempt, found.worker) == ("running", 2, "two")
    assert await bench.keys() == {"videos/video-0"}


@pytest.mark.parametrize("end", [None, refuse()], ids=["result", "refusal"])
async def test_a_late_end_of_a_lost_attempt_is_thrown_away(
    bench: Bench, analyzer: FakeAnalyzer, end: AnalysisRefused | None
):
    analyzer.is_held, analyzer.error = True, lambda _run: end
    analysis_id = (await bench.submit(outputs=("overlay",))).analysis.id
    running = asyncio.create_task(bench.runner.run(analysis_id))  # its lease is long: it will not notice in time
    await analyzer.started.wait()
    far = datetime.now(UTC) + timedelta(hours=1)
    async with bench.records.write() as transaction:
        await transaction.analyses.start(analysis_id, RunLease("two", far, far + timedelta(hours=1)))
    analyzer.proceed.set()
    await running
    assert (await bench.get(analysis_id)).status == "running"
    assert await bench.keys() == {"videos/video-0"}


async def test_an_analysis_whose_workers_die_is_given_up(bench: Bench, analyzer: FakeAnalyzer):
    analysis_id = (await bench.submit()).analysis.id
    for _ in range(MAX_WORKER_CRASHES):
        now = datetime.now(UTC)
        async with bench.records.write() as transaction:
            assert await transaction.analyses.start(analysis_id, RunLease("dead", now, now)) is not None
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, found.crashes, analyzer.runs.total()) == ("failed", MAX_WORKER_CRASHES, 0)
    assert found.error is not None
    assert found.error["code"] == "analysis_abandoned"


async def test_the_upkeep_finds_an_analysis_that_no_job_carries(bench: Bench):
    """A worker hung, lost its lease to another, came back and ended the job; then the other one died."""
    analysis = (await bench.submit()).analysis
    await bench.queue.cancel(analysis.job_id or "")
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    async with bench.records.write() as transaction:
        await transaction.analyses.start(analysis.id, RunLease("dead", long_ago, long_ago))
    await bench.upkeep.make_round()
    await bench.upkeep.make_round()
    assert await bench.queue.count_unfinished() == {"analysis": 1}
    async with bench.working():
        found = await bench.ended(analysis.id)
    assert (found.status, found.attempt, found.crashes) == ("completed", 2, 1)


async def test_a_lease_that_still_holds_makes_the_job_wait(bench: Bench):
    analysis_id = (await bench.submit()).analysis.id
    now = datetime.now(UTC)
    async with bench.records.write() as transaction:
        await transaction.analyses.start(analysis_id, RunLease("slow", now, now + timedelta(seconds=1)))
    async with bench.working():
        found = await bench.ended(analysis_id)
    assert (found.status, found.attempt) == ("completed", 2)
    assert found.finished_at is not None
    assert found.finished_at >= now + timedelta(seconds=1)


async def test_leases_end_at_once_where_the_queue_belongs_to_one_process(bench: Bench):
    analysis_id = (await bench.submit()).analysis.id
    now = datetime.now(UTC)
    async with bench.records.write() as transaction:
        await transaction.analyses.start(analysis_id, RunLease("dead", now, now + timedelta(hours=9)))
    await bench.upkeep.expire_all_leases()
    async with bench.working():
        assert (await bench.ended(analysis_id)).attempt == 2
