"""What has been kept long enough is deleted, and what nothing refers to; on both databases and both queues."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kinemotion_backend.retention.sweeping import DAY_S, Policy, Sweeper
from kinemotion_backend.uploads.service import UploadRules, Uploads

pytestmark = pytest.mark.asyncio

NOW = datetime.now(UTC)


def make_sweeper(bench: Any, **policy: float) -> Sweeper:
    uploads = Uploads(bench.records, bench.blobs, rules=UploadRules(max_bytes=1000, kept_s=30 * DAY_S))
    return Sweeper(bench.records, bench.blobs, uploads=uploads, analyses=bench.service, policy=Policy(**policy))


async def chunks_of(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def complete(bench: Any, content: bytes) -> str:
    """Analyse a video to its end, and return the analysis's id."""
    submitted = await bench.submit(content)
    async with bench.working():
        await bench.ended(submitted.analysis.id)
        await bench.idle()
    return submitted.analysis.id


async def test_without_a_policy_nothing_that_is_referenced_is_deleted(bench: Any) -> None:
    await complete(bench, b"jump")
    before = await bench.keys()
    await make_sweeper(bench).make_round(now=NOW + timedelta(days=3650))
    assert await bench.keys() == before
    assert before


async def test_a_video_is_deleted_and_its_result_kept(bench: Any) -> None:
    analysis_id = await complete(bench, b"jump")
    sweeper = make_sweeper(bench, videos_s=7 * DAY_S)
    before = await bench.keys()
    await sweeper.make_round(now=NOW + timedelta(days=6))
    assert await bench.keys() == before
    await sweeper.make_round(now=NOW + timedelta(days=8))
    [video] = before - await bench.keys()
    assert video.startswith("videos/")
    analysis = await bench.get(analysis_id)
    assert analysis.video_key is None
    assert analysis.summary is not None
    assert await bench.read(analysis.document_key)


async def test_an_analysis_is_erased_with_everything(bench: Any) -> None:
    analysis_id = await complete(bench, b"jump")
    await make_sweeper(bench, results_s=7 * DAY_S).make_round(now=NOW + timedelta(days=8))
    assert await bench.keys() == set()
    async with bench.records.read() as transaction:
        assert await transaction.analyses.get(analysis_id) is None
        [entry] = await transaction.audit.find("club", limit=10)
    assert (entry.action, entry.subject, entry.actor) == ("analysis.erased", analysis_id, "retention")


async def test_orphans_are_deleted_when_they_are_old_enough(bench: Any) -> None:
    await complete(bench, b"jump")
    kept = await bench.keys()
    sweeper = make_sweeper(bench)
    uploads = Uploads(bench.records, bench.blobs, rules=UploadRules(max_bytes=1000, kept_s=30 * DAY_S))
    upload = await uploads.create("club", size_bytes=10)
    await uploads.append(upload, offset=0, chunks=chunks_of(b"half"))
    kept |= {key for key in await bench.keys() if key.startswith(f"uploads/{upload.id}/")}
    for orphan in ("videos/lost", "analyses/gone/1/result.json", "uploads/gone/parts/0", "uploads/gone/file"):
        await bench.blobs.put(orphan, chunks_of(b"x"))
    await bench.blobs.put("elsewhere/of-somebody-else", chunks_of(b"x"))
    kept.add("elsewhere/of-somebody-else")
    await sweeper.make_round(now=NOW + timedelta(hours=23))
    assert len(await bench.keys()) == len(kept) + 4
    await sweeper.make_round(now=NOW + timedelta(hours=25))
    assert await bench.keys() == kept


async def test_two_processes_may_sweep_at_the_same_time(bench: Any) -> None:
    for content in (b"one", b"two", b"three"):
        await complete(bench, content)
    sweepers = [make_sweeper(bench, results_s=7 * DAY_S) for _ in range(2)]
    await asyncio.gather(*(sweeper.make_round(now=NOW + timedelta(days=8)) for sweeper in sweepers))
    assert await bench.keys() == set()


async def test_a_round_is_made_once_an_hour(bench: Any) -> None:
    sweeper = make_sweeper(bench)
    made = [
        await sweeper.run_when_due(clock=lambda now_s=now_s: now_s) for now_s in (0.0, 30.0, 3599.0, 3600.0, 3630.0)
    ]
    assert made == [True, False, False, True, False]
