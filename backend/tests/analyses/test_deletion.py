"""Erasing an analysis: the video, the results, the record; on both databases and both queues."""

from typing import Any

import pytest
from analyses.conftest import Bench
from fake_analyzer import FakeAnalyzer

from kinemotion_backend.analyses.errors import AnalysisNotFound
from kinemotion_backend.blobs.base import BlobStoreUnavailable

pytestmark = pytest.mark.asyncio


async def test_erasing_deletes_video_results_and_record(bench: Bench):
    kept, erased = await bench.submit(b"kept"), await bench.submit(b"erased", outputs=("report",))
    async with bench.working():
        await bench.ended(kept.analysis.id)
        await bench.ended(erased.analysis.id)
    await bench.service.erase("club", erased.analysis.id, actor="k1")
    with pytest.raises(AnalysisNotFound):
        await bench.service.get("club", erased.analysis.id)
    assert await bench.keys() == {f"analyses/{kept.analysis.id}/1/result.json", "videos/kept-0"}
    async with bench.records.read() as transaction:
        assert await transaction.events.find_of_subject(erased.analysis.id) == ()
        [entry] = await transaction.audit.find("club", limit=9)
    assert (entry.action, entry.subject, entry.actor) == ("analysis.erased", erased.analysis.id, "k1")
    with pytest.raises(AnalysisNotFound):
        await bench.service.erase("club", erased.analysis.id)
    with pytest.raises(AnalysisNotFound):
        await bench.service.erase("rival", kept.analysis.id)


async def test_a_running_analysis_is_stopped_and_erased(bench: Bench, analyzer: FakeAnalyzer):
    analyzer.is_held = True
    analysis_id = (await bench.submit()).analysis.id
    async with bench.working():
        await analyzer.started.wait()
        await bench.service.erase("club", analysis_id)
        await analyzer.stopped.wait()
    assert await bench.keys() == set()


async def test_a_video_of_two_analyses_stays_until_both_are_erased(bench: Bench):
    video = await bench.store()
    one, two = await bench.submit(video=video), await bench.submit(video=video, sport="running")
    await bench.service.erase("club", one.analysis.id)
    assert await bench.keys() == {video.key}
    await bench.service.erase("club", two.analysis.id)
    assert await bench.keys() == set()


async def test_what_could_not_be_deleted_is_hidden_and_deleted_later(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    analysis_id = (await bench.submit()).analysis.id

    async def fail(*_: Any) -> None:
        raise BlobStoreUnavailable("The file store does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(bench.blobs, "delete", fail)
        with pytest.raises(BlobStoreUnavailable):
            await bench.service.erase("club", analysis_id)
    with pytest.raises(AnalysisNotFound):
        await bench.service.get("club", analysis_id)
    assert await bench.keys() == {"videos/video-0"}
    await bench.upkeep.make_round()
    assert await bench.keys() == set()
    async with bench.records.read() as transaction:
        assert await transaction.analyses.find_marked_for_deletion(limit=9) == ()
