"""Live analyses that nobody has streamed end with a reason; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from analyses.conftest import Bench
from stand_in import DOCUMENTS

from kinemotion_backend.analyses.interim_results import save_interim_result
from kinemotion_backend.analyses.submission import Submission
from kinemotion_backend.analyses.upkeep import MAX_WAIT

pytestmark = pytest.mark.asyncio

MOMENT = timedelta(seconds=1)
WAITS = "kinemotion_analysis_wait_seconds_count"


async def ask_for_stream(bench: Bench) -> str:
    submitted = await bench.service.submit(Submission(video=None, owner="club", sport="cmj"))
    return submitted.analysis.id


async def test_a_stream_that_nobody_began_ends_after_an_hour(bench: Bench):
    analysis_id = await ask_for_stream(bench)
    now = datetime.now(UTC)
    await bench.upkeep.end_unused_streams(now + MAX_WAIT - timedelta(minutes=1))
    assert (await bench.get(analysis_id)).status == "queued"
    await bench.upkeep.end_unused_streams(now + MAX_WAIT + MOMENT)
    ended = await bench.get(analysis_id)
    assert (ended.status, ended.error and ended.error["code"]) == ("failed", "stream_not_begun")
    assert bench.runner.metrics.registry.get_sample_value(WAITS, {"sport": "cmj"}) is None  # the client's time


async def test_a_stream_that_is_under_way_is_left_alone(bench: Bench):
    analysis_id = await ask_for_stream(bench)
    assert await bench.runner.start(analysis_id)
    await bench.upkeep.end_unused_streams(datetime.now(UTC) + timedelta(days=1))
    assert (await bench.get(analysis_id)).status == "running"


async def test_a_stream_whose_process_died_keeps_what_it_had_measured(bench: Bench):
    analysis_id = await ask_for_stream(bench)
    started = await bench.runner.start(analysis_id)
    assert started
    await save_interim_result(bench.blobs, started, content=(DOCUMENTS / "cmj.json").read_bytes())
    async with bench.records.write() as transaction:
        await transaction.analyses.expire_leases(datetime.now(UTC) - timedelta(hours=1))
    await bench.upkeep.make_round()
    await bench.upkeep.end_unused_streams(datetime.now(UTC) + timedelta(days=1))
    await bench.runner.run(analysis_id)
    assert (await bench.get(analysis_id)).status == "completed"


async def test_an_analysis_of_a_video_may_wait_for_longer(bench: Bench):
    submitted = await bench.submit()
    await bench.upkeep.end_unused_streams(datetime.now(UTC) + timedelta(days=1))
    assert (await bench.get(submitted.analysis.id)).status == "queued"
