"""What a request becomes: once, in turn, and the same answer for the same input; on both databases and both queues."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from analyses.conftest import Bench
from fake_analyzer import FakeAnalyzer

from kinemotion_backend.analyses.errors import IdempotencyKeyReused, UnknownReference
from kinemotion_backend.analyses.submission import Priority
from kinemotion_backend.errors import InvalidOptions, UnknownMovement
from kinemotion_backend.outbound.base import ForbiddenUrl
from kinemotion_backend.records.base import AnalysisQuery, Athlete, PageRequest, Session

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, tzinfo=UTC)


async def count(bench: Bench) -> int:
    return len((await bench.service.find("club", AnalysisQuery(), page=PageRequest())).items)


async def test_a_request_sent_again_with_its_key_gets_the_same_analysis(bench: Bench):
    first = await bench.submit(idempotency_key="k1", video=await bench.store(key="videos/a"))
    again = await bench.submit(idempotency_key="k1", video=await bench.store(key="videos/b"))
    assert (again.analysis, again.is_repeat) == (first.analysis, True)
    assert await count(bench) == 1
    assert await bench.keys() == {"videos/a"}


async def test_a_key_belongs_to_its_owner(bench: Bench):
    first = await bench.submit(idempotency_key="k1")
    other = await bench.submit(idempotency_key="k1", owner="rival")
    assert other.analysis.id != first.analysis.id


@pytest.mark.parametrize("change", [{"sport": "running"}, {"quality": "fast"}, {"content": b"another"}])
async def test_a_key_sent_with_another_request_is_refused(bench: Bench, change: dict[str, Any]):
    await bench.submit(idempotency_key="k1")
    with pytest.raises(IdempotencyKeyReused):
        await bench.submit(idempotency_key="k1", **change)
    assert await count(bench) == 1


async def test_of_requests_with_one_key_sent_at_once_one_is_taken(bench: Bench):
    videos = [await bench.store(key=f"videos/{number}") for number in range(5)]
    submitted = await asyncio.gather(*(bench.submit(idempotency_key="k1", video=video) for video in videos))
    assert len({found.analysis.id for found in submitted}) == 1
    assert [found.is_repeat for found in submitted].count(False) == 1
    assert await count(bench) == 1
    assert len(await bench.keys()) == 1


async def test_the_same_input_has_the_same_answer(bench: Bench, analyzer: FakeAnalyzer):
    async with bench.working():
        first = await bench.submit()
        await bench.ended(first.analysis.id)
        again = await bench.submit()
        assert (again.analysis.id, again.analysis.status, again.is_repeat) == (first.analysis.id, "completed", True)
        analyzer.version = "2.0.1"
        newer = await bench.submit()
        await bench.ended(newer.analysis.id)
    assert newer.analysis.id != first.analysis.id
    assert analyzer.runs == {b"video": 2}


@pytest.mark.parametrize(
    "change",
    [{"quality": "fast"}, {"options": {"mass_kg": 70}}, {"outputs": ("report",)}, {"content": b"x"}, {"owner": "b"}],
)
async def test_another_setting_is_another_analysis(bench: Bench, change: dict[str, Any]):
    first = await bench.submit()
    assert (await bench.submit(**change)).analysis.id != first.analysis.id


async def test_files_with_words_are_made_in_each_language_that_is_asked_for(bench: Bench, analyzer: FakeAnalyzer):
    curves = await bench.submit(outputs=("trajectories",), language="es")
    assert (await bench.submit(outputs=("trajectories",), language="fr")).analysis.id == curves.analysis.id
    async with bench.working():
        for language in ("es", "fr", "es"):
            report = await bench.submit(outputs=("report",), language=language)
            assert (await bench.ended(report.analysis.id)).language == language
    assert [request.language for request in analyzer.requests if "report" in request.artefacts] == ["es", "fr"]


async def test_a_cancelled_analysis_answers_nobody(bench: Bench):
    first = await bench.submit()
    await bench.service.cancel("club", first.analysis.id)
    assert (await bench.submit()).analysis.id != first.analysis.id


async def test_unknown_movements_options_and_references_are_refused(bench: Bench):
    with pytest.raises(UnknownMovement):
        await bench.submit(sport="handstand")
    with pytest.raises(InvalidOptions):
        await bench.submit(options={"mass_kg": 7})
    with pytest.raises(UnknownReference, match="athlete"):
        await bench.submit(athlete_id="nobody")
    with pytest.raises(UnknownReference, match="session"):
        await bench.submit(session_id="never")
    with pytest.raises(ForbiddenUrl):
        await bench.submit(webhook_url="http://10.0.0.1/")
    assert await count(bench) == 0


async def test_the_athletes_body_and_the_sessions_day_are_filled_in(bench: Bench):
    athlete = Athlete(
        id="p1", owner="club", name="Ana", mass_kg=61.5, height_m=1.7, sex="female", created_at=NOW, updated_at=NOW
    )
    session = Session(id="s1", owner="club", title="Test", held_on=date(2026, 11, 1), created_at=NOW)
    async with bench.records.write() as transaction:
        await transaction.athletes.add(athlete)
        await transaction.sessions.add(session)
    submitted = await bench.submit(athlete_id="p1", session_id="s1", options={"mass_kg": 60})
    assert submitted.analysis.options == {"mass_kg": 60, "athlete_height_m": 1.7, "sex": "female"}
    assert submitted.analysis.recorded_on == date(2026, 11, 1)
    with pytest.raises(UnknownReference):
        await bench.submit(athlete_id="p1", owner="rival")


async def test_one_owners_queue_does_not_keep_others_waiting(
    bench: Bench, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bench.queue, "_parallel", 1)  # of two jobs taken together, either may start first
    for number in range(6):
        await bench.submit(b"club%d" % number)
    last = [await bench.submit(b"school%d" % number, owner="school") for number in range(2)]
    await bench.submit(b"urgent", priority=Priority.HIGH)
    await bench.submit(b"idle", priority=Priority.LOW)
    async with bench.working():
        await bench.idle()
    order = [content.decode() for content in analyzer.runs]
    assert (order[0], order[-1]) == ("urgent", "idle")
    assert max(order.index(f"school{number}") for number in range(2)) <= 5, order
    assert last[0].analysis.turn == 0


async def test_a_webhook_of_the_request_is_told_of_it_alone(bench: Bench):
    submitted = await bench.submit(webhook_url="http://127.0.0.1:9/hook")
    assert submitted.webhook is not None
    assert submitted.webhook.secret.startswith("whsec_")
    await bench.submit(b"another")
    async with bench.working():
        await bench.ended(submitted.analysis.id)
    async with bench.records.read() as transaction:
        page = await transaction.deliveries.find(submitted.webhook.id, page=PageRequest())
        events = [await transaction.events.get(delivery.event_id) for delivery in page.items]
    assert [(event.type, event.subject) for event in events if event] == [("analysis.completed", submitted.analysis.id)]


async def test_a_video_that_others_may_use_is_kept(bench: Bench):
    shared = await bench.store(key="uploads/u1")
    video = type(shared)(shared.key, shared.sha256, shared.size_bytes, is_shared=True)
    await bench.submit()
    assert (await bench.submit(video=video)).is_repeat
    assert "uploads/u1" in await bench.keys()
