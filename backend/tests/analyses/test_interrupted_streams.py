"""Live analyses whose process died and to which nobody came back: what was measured becomes the result."""

from datetime import UTC, datetime

import pytest
from analyses.conftest import Bench
from stand_in import DOCUMENTS

from kinemotion_backend.analyses.interim_results import load_interim_result, save_interim_result
from kinemotion_backend.analyses.runner import MAX_WORKER_CRASHES
from kinemotion_backend.analyses.submission import Submission
from kinemotion_backend.records.base import AnalysisRecord

pytestmark = pytest.mark.asyncio


async def start_stream(bench: Bench) -> AnalysisRecord:
    """A live analysis that is under way."""
    submitted = await bench.service.submit(Submission(video=None, owner="club", sport="cmj"))
    started = await bench.runner.start(submitted.analysis.id)
    assert started is not None
    return started


async def die(bench: Bench) -> None:
    """End the lease of whoever streams."""
    async with bench.records.write() as transaction:
        await transaction.analyses.expire_leases(datetime.now(UTC))


async def test_finished_movements_become_the_result(bench: Bench) -> None:
    analysis = await start_stream(bench)
    content = (DOCUMENTS / "cmj.json").read_bytes()
    await save_interim_result(bench.blobs, analysis, content=content)
    await die(bench)
    await bench.runner.run(analysis.id)
    ended = await bench.get(analysis.id)
    assert (ended.status, ended.attempt) == ("completed", 2)
    assert b"".join([chunk async for chunk in bench.blobs.get(ended.document_key or "")]) == content
    assert [blob.key async for blob in bench.blobs.list(f"analyses/{analysis.id}")] == [ended.document_key]


async def test_without_a_finished_movement_the_analysis_fails(bench: Bench) -> None:
    analysis = await start_stream(bench)
    await die(bench)
    await bench.runner.run(analysis.id)
    ended = await bench.get(analysis.id)
    assert (ended.status, ended.error and ended.error["code"]) == ("failed", "stream_interrupted")


async def test_nothing_is_left_of_an_analysis_that_is_given_up(bench: Bench) -> None:
    analysis = await start_stream(bench)
    await save_interim_result(bench.blobs, analysis, content=b"one")
    for _ in range(MAX_WORKER_CRASHES):
        await die(bench)
        await bench.runner.start(analysis.id)
    ended = await bench.get(analysis.id)
    assert (ended.status, ended.error and ended.error["code"]) == ("failed", "analysis_abandoned")
    assert await bench.keys() == set()


async def test_the_newest_result_so_far_counts(bench: Bench) -> None:
    first = await start_stream(bench)
    await save_interim_result(bench.blobs, first, content=b"one")
    await die(bench)
    second = await bench.runner.start(first.id)
    assert second is not None
    assert await load_interim_result(bench.blobs, second) == b"one"
    await save_interim_result(bench.blobs, second, content=b"two")
    assert await load_interim_result(bench.blobs, second) == b"two"
