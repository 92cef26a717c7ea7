"""What every live engine must do, whichever it is. The real one is put through the same tests beside the contract."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from stand_in import PATIENCE_S, install_stub

from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.mock_stream import MockStreamAnalyzer
from kinemotion_backend.adapters.process import ProcessLimits
from kinemotion_backend.adapters.stream_adapter import KinemotionStreamAdapter, PoolRules
from kinemotion_backend.errors import InvalidOptions, UnknownMovement
from kinemotion_backend.live.stream_analyzer import (
    Codec,
    EngineStream,
    StreamAnalyzer,
    StreamEvent,
    StreamFrame,
    StreamRequest,
)
from kinemotion_backend.metrics.catalogue import Metrics

pytestmark = pytest.mark.asyncio

STEP_US = 16_667


def make_pool(engine: Path, **rules: int) -> KinemotionStreamAdapter:
    """A pool of engines."""
    limits = ProcessLimits(timeout_s=PATIENCE_S, nice=0)
    return KinemotionStreamAdapter(
        str(engine),
        analyzer=KinemotionCLIAdapter(str(engine), limits=limits),
        limits=limits,
        rules=PoolRules(**rules),
        metrics=Metrics(),
    )


@pytest.fixture(scope="module")
def jump() -> Sequence[bytes]:
    """Payloads of landmarks in which one jump is found: the stand-ins find one in every thirty."""
    return [b"{}"] * 31


@pytest_asyncio.fixture(params=["mock", "command (stand-in)"])
async def analyzer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StreamAnalyzer]:
    made: StreamAnalyzer = MockStreamAnalyzer()
    if request.param != "mock":
        made = make_pool(install_stub(tmp_path / "engine"), engines=1)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture
async def pool(tmp_path: Path) -> AsyncIterator[KinemotionStreamAdapter]:
    """A pool of two processes with two places each, which are replaced after three sessions."""
    made = make_pool(install_stub(tmp_path / "engine"), engines=2, streams_an_engine=2, recycle_after=3)
    await made.start()
    yield made
    await made.stop()


async def send(session: EngineStream, payloads: Sequence[bytes], *, first: int = 0) -> list[StreamEvent]:
    """Send frames one after the other, each when the one before is answered; return the events."""
    heard: list[StreamEvent] = []
    events = aiter(session.events())
    for number, payload in enumerate(payloads, first):
        assert session.push(StreamFrame(Codec.LANDMARKS, number * STEP_US, payload)) == 0
        async with asyncio.timeout(PATIENCE_S):
            while not heard or heard[-1].kind != "state" or heard[-1].time_us != number * STEP_US:
                heard.append(await anext(events))
    return heard


async def read_rest(session: EngineStream) -> list[StreamEvent]:
    async with asyncio.timeout(PATIENCE_S):
        return [event async for event in session.events()]


async def test_answers_each_frame_with_a_state_and_a_jump_with_its_trial(
    analyzer: StreamAnalyzer, jump: Sequence[bytes]
) -> None:
    session = await analyzer.open(StreamRequest("Countermovement Jump"))
    heard = await send(session, jump)
    states_us = [event.time_us for event in heard if event.kind == "state"]
    assert states_us == [number * STEP_US for number in range(len(jump))]
    await session.close()
    *events, closed = heard + await read_rest(session)
    trials = [event for event in events if event.kind == "trial"]
    assert [event.data["final"] for event in trials][-1:] == [True]
    assert [event.data["final"] for event in trials[:-1]] in ([False], [])  # none where the final one was as soon
    assert trials[-1].data["trial"]["data"]["jump_height_m"] > 0
    assert (closed.kind, closed.data["frames"]) == ("closed", len(jump))
    assert closed.data["result"]["data"]["jump_height_m"] > 0
    assert session.engine_version


async def test_a_stream_without_a_movement_says_why(analyzer: StreamAnalyzer) -> None:
    session = await analyzer.open(StreamRequest("cmj"))
    await session.close()
    [closed] = await read_rest(session)
    assert closed.data["result"]["data"]["jump_height_m"] is None
    assert closed.data["result"]["problem"]["code"] == "movement_not_found"


async def test_streams_do_not_hear_each_other(analyzer: StreamAnalyzer, jump: Sequence[bytes]) -> None:
    one, two = [await analyzer.open(StreamRequest("cmj")) for _ in range(2)]
    heard = await asyncio.gather(send(one, jump[:3]), send(two, jump[:5], first=100))
    assert [len([event for event in events if event.kind == "state"]) for events in heard] == [3, 5]
    await one.close()
    await two.close()


async def test_an_abandoned_stream_tells_nothing_more(analyzer: StreamAnalyzer, jump: Sequence[bytes]) -> None:
    session = await analyzer.open(StreamRequest("cmj"))
    await send(session, jump[:2])
    await session.abandon()
    assert await read_rest(session) == []
    assert session.push(StreamFrame(Codec.LANDMARKS, 9 * STEP_US, jump[9])) == 1


async def test_refuses_what_no_movement_has(analyzer: StreamAnalyzer) -> None:
    with pytest.raises(UnknownMovement):
        await analyzer.open(StreamRequest("somersault"))
    with pytest.raises(InvalidOptions, match="shoe_size"):
        await analyzer.open(StreamRequest("cmj", options={"shoe_size": "44"}))
    with pytest.raises(InvalidOptions, match="fast, balanced, accurate"):
        StreamRequest("cmj", "best")


async def test_options_reach_the_engine_apart_from_the_athlete(pool: KinemotionStreamAdapter) -> None:
    request = StreamRequest("cmj", "fast", {"mass_kg": "72.5", "athlete_height_m": 1.8, "sex": "female"})
    session = await pool.open(request)
    await session.close()
    [closed] = await read_rest(session)
    assert closed.data["result"]["stub"] == {
        "movement": "cmj",
        "quality": "fast",
        "options": {},
        "athlete": {"mass_kg": 72.5, "height_m": 1.8, "sex": "female"},
    }
    with pytest.raises(InvalidOptions, match="slow motion"):
        await pool.open(StreamRequest("cmj", options={"capture_fps": 240}))


async def test_numbers_go_on_from_the_trials_of_before(analyzer: StreamAnalyzer, jump: Sequence[bytes]) -> None:
    session = await analyzer.open(StreamRequest("cmj", trials_before=4))
    heard = await send(session, jump)
    assert {event.data["trial"]["index"] for event in heard if event.kind == "trial"} == {4}
    await session.close()
    [closed] = await read_rest(session)
    assert closed.data["result"]["headline_trial"] == 4
