"""The pool of live engines: spawned ahead, recycled, replaced when one dies; frames give way to newer ones."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from adapters.test_stream_analyzer import STEP_US, make_pool, pool, read_rest, send
from stand_in import PATIENCE_S, install_stub

from kinemotion_backend.adapters.cli_stream import MAX_RESTARTS, MOVED, is_key_frame
from kinemotion_backend.adapters.stream_adapter import KinemotionStreamAdapter
from kinemotion_backend.errors import EngineUnusable, Saturated
from kinemotion_backend.live.stream_analyzer import Codec, EngineStream, StreamEvent, StreamFrame, StreamRequest

__all__ = ["pool"]

pytestmark = pytest.mark.asyncio

CMJ = StreamRequest("cmj")


def frame(number: int, **order: object) -> StreamFrame:
    """The frame of that number, with an order for the stand-in."""
    return StreamFrame(Codec.LANDMARKS, number * STEP_US, json.dumps(order).encode())


def engines() -> list[psutil.Process]:
    """Live engines below the tests, which may have started other servers too."""
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            if "stream" in process.cmdline():
                found.append(process)
    return found


async def reach(pool: KinemotionStreamAdapter, **states: int) -> None:
    """Wait until the pool has so many processes in these states, and keeps them."""
    async with asyncio.timeout(PATIENCE_S):
        while not pool.describe().items() >= states.items():  # noqa: ASYNC110  (the pool tells nobody)
            await asyncio.sleep(0.01)


async def hear(session: EngineStream, kind: str) -> StreamEvent:
    """Return the next event of that kind."""
    async with asyncio.timeout(PATIENCE_S):
        async for event in session.events():
            if event.kind == kind:
                return event
    raise AssertionError(f"no {kind}")


async def test_a_state_tells_what_its_frame_has_cost_and_clients_are_not_told(pool: KinemotionStreamAdapter) -> None:
    session = await pool.open(CMJ)
    session.push(frame(0, sleep_s=0.2, state={"cpu_time_s": 0.003}))
    state = await hear(session, "state")
    assert (state.cost_s, state.data.get("cpu_time_s")) == (0.003, None)
    await session.abandon()


async def test_one_process_is_ready_ahead(pool: KinemotionStreamAdapter) -> None:
    await reach(pool, ready=1)
    first = await pool.open(CMJ)
    await reach(pool, ready=2)
    assert pool.memory_bytes() > 1_000_000
    await first.close()


async def test_a_full_pool_refuses(pool: KinemotionStreamAdapter) -> None:
    sessions = [await pool.open(CMJ) for _ in range(4)]
    assert pool.describe() == {"ready": 0, "full": 2, "ending": 0}
    with pytest.raises(Saturated):
        await pool.open(CMJ)
    await sessions[0].close()
    await read_rest(sessions[0])
    await pool.open(CMJ)


async def test_a_process_that_had_its_share_of_sessions_is_replaced(pool: KinemotionStreamAdapter) -> None:
    first = await pool.open(CMJ)
    before = {process.pid for process in engines()}
    assert before
    await first.close()
    for _ in range(8):
        session = await pool.open(CMJ)
        await session.close()
        await read_rest(session)
    await reach(pool, ending=0)
    after = {process.pid for process in engines()}
    assert after.isdisjoint(before)


async def test_a_process_that_had_its_share_ends_with_its_last_session_also_an_abandoned_one(
    pool: KinemotionStreamAdapter,
) -> None:
    for _ in range(2):
        session = await pool.open(CMJ)
        await session.close()
        await read_rest(session)
    last = await pool.open(CMJ)
    assert pool.describe()["ending"] == 1
    await last.abandon()
    await reach(pool, ending=0)


async def test_a_stream_takes_a_place_that_becomes_free_while_it_waits_for_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    made = make_pool(install_stub(tmp_path / "engine"), engines=2, streams_an_engine=1)
    await made.start()
    await reach(made, ready=1)
    monkeypatch.setattr(made, "_spawn", never)
    first = await made.open(CMJ)
    waiting = asyncio.create_task(made.open(CMJ))
    await asyncio.wait({waiting}, timeout=0.1)
    assert not waiting.done()
    await first.close()
    async with asyncio.timeout(PATIENCE_S):
        second = await waiting
    await send(second, [b"{}"])
    await made.stop()


async def test_a_process_is_started_ahead_also_when_sessions_move(pool: KinemotionStreamAdapter) -> None:
    session = await pool.open(CMJ)
    await reach(pool, ready=2)
    session.push(frame(0, kill=True))
    await hear(session, "error")
    await reach(pool, ready=2)


async def test_a_session_that_moves_while_it_closes_is_closed_once(pool: KinemotionStreamAdapter) -> None:
    one, two = await pool.open(CMJ), await pool.open(CMJ)
    one.push(frame(0, kill=True))
    await one.close()
    await hear(two, "error")
    assert (await hear(one, "closed")).data["frames"] == 0
    heard = await send(two, [b"{}"] * 3, first=50)
    assert {event.kind for event in heard} == {"state"}  # its new engine lives: the stand-in ends at a second close


async def test_sessions_go_on_in_a_fresh_process_when_theirs_dies(pool: KinemotionStreamAdapter) -> None:
    one, two = await pool.open(CMJ), await pool.open(CMJ)
    await send(one, [b"{}"] * 30)
    await send(two, [b"{}"] * 1)
    for session in (one, two):
        session.push(frame(40, kill=True))
    for session in (one, two):
        error = (await hear(session, "error")).data["error"]
        assert (error["code"], error["retryable"]) == (MOVED, True)
    await reach(pool, full=1)
    heard = await send(one, [b"{}"] * 31, first=50)
    assert [event.data["trial"]["index"] for event in heard if event.kind == "trial"] == [1, 1]
    await one.close()
    assert (await hear(one, "closed")).data["frames"] == 31


async def test_a_session_that_kills_every_engine_ends(pool: KinemotionStreamAdapter) -> None:
    session = await pool.open(CMJ)
    errors: list[tuple[str, bool]] = []
    for number in range(MAX_RESTARTS + 1):
        await reach(pool, ready=2)
        session.push(frame(number, kill=True))
        error = (await hear(session, "error")).data["error"]
        errors.append((error["code"], error["retryable"]))
    assert errors == [(MOVED, True)] * MAX_RESTARTS + [("engine_crashed", False)]
    assert await read_rest(session) == []


async def test_an_engine_without_live_streams_is_a_typed_error(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine", schema_version="1.0")
    made = make_pool(engine, engines=1)
    facts = engine.with_name("facts.json")
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "schema_version": "2.0"}))
    with pytest.raises(EngineUnusable, match="another contract"):
        await made.open(CMJ)
    await made.stop()


async def test_of_pictures_only_the_newest_waits(pool: KinemotionStreamAdapter) -> None:
    session = await pool.open(CMJ)
    replaced = [session.push(StreamFrame(Codec.JPEG, number, b"picture")) for number in range(10)]
    assert replaced == [0] + [1] * 9
    assert (await hear(session, "state")).time_us == 9


async def test_h264_goes_on_with_a_key_frame_after_a_gap(pool: KinemotionStreamAdapter) -> None:
    key, other = b"\0\0\0\1\x67parameters\0\0\1\x65picture", b"\0\0\0\1\x41picture"
    assert is_key_frame(key)
    assert not is_key_frame(other)
    session = await pool.open(CMJ)
    units = [key, *[other] * 70, key]
    replaced = [session.push(StreamFrame(Codec.H264, number, unit)) for number, unit in enumerate(units)]
    assert (replaced[63], replaced[64], replaced[65], replaced[71]) == (0, 65, 1, 0)
    assert (await hear(session, "state")).time_us == 71


async def test_lines_that_are_no_events_are_passed_over(pool: KinemotionStreamAdapter) -> None:
    session = await pool.open(CMJ)
    for number, text in enumerate(["{", "[1]", '{"event": 3}', '{"event": "closed", "session": 99}']):
        session.push(frame(number, text=text))
        assert (await hear(session, "state")).time_us == frame(number).time_us


async def test_nothing_is_left_when_the_pool_stops(tmp_path: Path) -> None:
    made = make_pool(install_stub(tmp_path / "engine"), engines=2)
    await made.start()
    session = await made.open(CMJ)
    await send(session, [b"{}"] * 1)
    await reach(made, ready=2)
    began = engines()
    await made.stop()
    assert began
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in began)
