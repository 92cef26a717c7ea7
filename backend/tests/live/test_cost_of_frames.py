"""Who is admitted depends on the processor time of a frame, however late its answer comes."""

from collections.abc import AsyncGenerator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import cast

import pytest

from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer
from kinemotion_backend.adapters.mock_stream import MockStreamAnalyzer
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.live.capacity import FIRST_COSTS_S, EngineCapacity
from kinemotion_backend.live.errors import NoCapacity
from kinemotion_backend.live.service import LiveRules, LiveService, StreamAdmission
from kinemotion_backend.live.stream import LiveStream, StreamContext
from kinemotion_backend.live.stream_analyzer import Codec, EngineStream, StreamEvent, StreamFrame, StreamRequest
from kinemotion_backend.metrics.catalogue import Metrics

LANDMARKS = (Codec.LANDMARKS, "balanced")
FRAMES = 300
LATE_S = 0.4


class LateEngine(EngineStream):
    """Answers each frame when all have come, and tells what it has cost."""

    engine_version = "1.0"

    def __init__(self, *, first_s: float, cost_s: float) -> None:
        self._costs_s = [first_s, *[cost_s] * (FRAMES - 1)]
        self._times_us: list[int] = []

    def push(self, frame: StreamFrame) -> int:
        self._times_us.append(frame.time_us)
        return 0

    async def events(self) -> AsyncGenerator[StreamEvent]:
        for time_us, cost_s in zip(self._times_us, self._costs_s, strict=True):
            yield StreamEvent("state", {"phase": "standing"}, time_us, cost_s)

    async def close(self) -> None:
        pass

    async def abandon(self) -> None:
        pass


async def watch(capacity: EngineCapacity, engine: LateEngine) -> None:
    """Stream landmarks; time goes on by much between a frame and its state."""
    now_s = 0.0

    def read_clock() -> float:
        nonlocal now_s
        now_s += LATE_S
        return now_s

    context = StreamContext(Metrics(), capacity, lambda: (), read_clock)
    stream = LiveStream(engine, StreamRequest("cmj"), context=context)
    for number in range(FRAMES):
        stream.accept_frame(StreamFrame(Codec.LANDMARKS, number, b""))
    await stream.relay_events()


@pytest.mark.asyncio
async def test_a_hundred_streams_of_cheap_frames_are_admitted_however_late_the_answers_are() -> None:
    capacity = EngineCapacity(2)
    await watch(capacity, LateEngine(first_s=0.0004, cost_s=0.0004))
    capacity.check(LANDMARKS, beside=[LANDMARKS] * 99)


@pytest.mark.asyncio
async def test_a_stream_is_refused_where_each_would_get_fewer_than_ten_frames_a_second() -> None:
    capacity = EngineCapacity(2)
    await watch(capacity, LateEngine(first_s=0.005, cost_s=0.005))
    capacity.check(LANDMARKS, beside=[LANDMARKS] * 38)
    with pytest.raises(NoCapacity) as refused:
        capacity.check(LANDMARKS, beside=[LANDMARKS] * 40)
    assert refused.value.retry_after_s == 10


@pytest.mark.asyncio
async def test_the_first_frame_loads_the_model_and_says_nothing_about_the_others() -> None:
    capacity = EngineCapacity(2)
    await watch(capacity, LateEngine(first_s=60.0, cost_s=0.0004))
    capacity.check(LANDMARKS, beside=[LANDMARKS] * 99)


@pytest.mark.asyncio
async def test_a_stream_does_not_count_among_the_others_when_its_first_frame_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(FIRST_COSTS_S, "landmarks", 1 / 30)  # one engine has time for three streams
    live = LiveService(
        MockStreamAnalyzer(),
        videos=MockVideoAnalyzer(),
        runner=cast("AnalysisRunner", NoAnalyses()),
        metrics=Metrics(),
        rules=LiveRules(),
    )
    admission = StreamAdmission(owner="somebody", slot=nullcontext())
    handles = [await live.open(StreamRequest("cmj"), admission) for _ in range(3)]
    for handle in handles:
        handle.stream.accept_frame(StreamFrame(Codec.LANDMARKS, 0, b""))
    with pytest.raises(NoCapacity):
        await live.open(StreamRequest("cmj"), admission)
    await live.stop()


class NoAnalyses:
    """Stands for the runner of analyses where streams belong to none."""

    publisher = SimpleNamespace(bus=None)
