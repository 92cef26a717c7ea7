"""Live streams, against a server that speaks the protocol of the service, and against the service."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from stand_in import PATIENCE_S, Server
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from kinemotion_client import AsyncKinemotionClient, Callbacks, RetryPolicy, errors, live
from kinemotion_client.live import HEADER

pytestmark = pytest.mark.asyncio
READY = {"type": "ready", "stream_id": "str_1", "resume_token": "token"}
TRIAL = {"type": "metric_update", "final": True, "trial": {"data": {"jump_height_m": 0.35}}}
Answer = Callable[[ServerConnection], Coroutine[Any, Any, None]]


@asynccontextmanager
async def serving(answer: Answer, **given: Any) -> AsyncGenerator[AsyncKinemotionClient]:
    """A client of a server that answers each connection so."""
    async with serve(answer, "127.0.0.1", 0, subprotocols=["kinemotion.v1"], **given) as server:  # pyright: ignore[reportArgumentType]
        port = next(iter(server.sockets)).getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        async with AsyncKinemotionClient("key", url, retry=RetryPolicy(most_retries=0)) as client:
            yield client


async def test_frames_go_out_and_states_trials_and_the_result_come_back():
    heard: list[Any] = []

    async def measure(connection: ServerConnection) -> None:
        heard.append(
            (connection.request.path, connection.request.headers["authorization"]) if connection.request else None
        )
        heard.append(json.loads(await connection.recv()))
        await connection.send(json.dumps(READY))
        async for message in connection:
            if isinstance(message, bytes):
                heard.append((HEADER.unpack_from(message), message[HEADER.size :]))
                await connection.send(json.dumps({"type": "state", "phase": "flight"}))
            else:
                heard.append(json.loads(message))
                await connection.send(json.dumps(TRIAL))
                await connection.send(json.dumps({"type": "dropped", "frames": 2}))
                await connection.send(json.dumps({"type": "analysis_complete", "frames": 2, "result": {"a": 1}}))
                return

    seen: list[Any] = []
    callbacks = Callbacks(on_state=seen.append, on_trial=seen.append, on_dropped=seen.append)
    async with serving(measure) as client:
        athlete = {"mass_kg": 72}
        async with client.stream_analysis("cmj", callbacks=callbacks, athlete=athlete) as stream:
            assert stream.resume_token == "token"
            await stream.send(b"one", time_s=0.5)
            await stream.send(b"two", time_s=0.533, codec="landmarks")
            result = await stream.finish()
    assert heard == [
        ("/ws/analyze", "Bearer key"),
        {"type": "open", "movement": "cmj", "athlete": athlete},
        ((1, 2, 0, 0, 500_000), b"one"),
        ((1, 5, 0, 1, 533_000), b"two"),
        {"type": "close"},
    ]
    assert [message["type"] for message in seen] == ["state", "state", "metric_update", "dropped"]
    assert result["result"] == {"a": 1}


async def test_a_stream_of_an_analysis_has_a_path_of_its_own():
    paths: list[str] = []

    async def note(connection: ServerConnection) -> None:
        paths.append(connection.request.path if connection.request else "")
        await connection.recv()
        await connection.send(json.dumps(READY))

    async with serving(note) as client, client.stream_analysis(analysis_id="ana_1") as stream:
        with pytest.raises(errors.StreamFailed, match="without a result"):
            await stream.finish()
    assert paths == ["/api/v1/analyses/ana_1/stream"]


REFUSED = {"type": "error", "code": "unknown_movement", "message": "No such movement.", "hint": "Choose another."}


async def test_a_stream_that_is_refused_says_why():
    async def refuse(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps(REFUSED))
        await connection.close(4422)

    async with serving(refuse) as client:
        with pytest.raises(errors.StreamFailed, match=r"No such movement\. Choose another\.") as caught:
            async with client.stream_analysis("cartwheel"):
                pass
    assert caught.value.code == "unknown_movement"


async def test_an_error_in_the_middle_ends_the_stream():
    async def fail(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps(READY))
        await connection.recv()
        await connection.send(json.dumps({**REFUSED, "code": "engine_failed"}))
        await connection.close(4500)

    async with serving(fail) as client, client.stream_analysis() as stream:
        await stream.send(b"one", time_s=0.0)
        with pytest.raises(errors.StreamFailed) as caught:
            await stream.finish()
        with pytest.raises(errors.StreamFailed, match="No such movement"):
            await stream.send(b"more", time_s=1.0)
    assert caught.value.code == "engine_failed"


async def test_a_result_that_does_not_come_is_given_up():
    async def stay_silent(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps(READY))
        await connection.wait_closed()

    async with serving(stay_silent) as client, client.stream_analysis() as stream:
        with pytest.raises(errors.WaitTimeout, match=r"within 0\.01 s"):
            await stream.finish(timeout_s=0.01)


async def test_a_stream_that_does_not_begin_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "READY_S", 0.01)

    async def stay_silent(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with serving(stay_silent) as client:
        with pytest.raises(errors.WaitTimeout, match="not begun"):
            async with client.stream_analysis():
                pass


async def test_a_connection_that_is_refused_is_an_error_of_the_service():
    def deny(connection: ServerConnection, _request: Request) -> Response:
        return connection.respond(429, "")  # pyright: ignore[reportArgumentType]

    async def never(_connection: ServerConnection) -> None:
        raise AssertionError

    async with serving(never, process_request=deny) as client:
        with pytest.raises(errors.LimitReached):
            async with client.stream_analysis():
                pass


async def test_no_service_is_an_error():
    async with AsyncKinemotionClient(base_url="http://127.0.0.1:9") as client:
        with pytest.raises(errors.ServiceUnreachable):
            async with client.stream_analysis():
                pass


async def test_the_service_measures_a_stream(stub_service: Server):
    trials: list[Any] = []
    states: asyncio.Queue[Any] = asyncio.Queue()
    callbacks = Callbacks(on_state=states.put_nowait, on_trial=trials.append)
    async with (
        AsyncKinemotionClient(base_url=stub_service.url) as client,
        client.stream_analysis("cmj", callbacks=callbacks) as stream,
    ):
        for number in range(31):
            await stream.send(b"{}", time_s=number / 30, codec="landmarks")
            await asyncio.wait_for(states.get(), PATIENCE_S)
        ended = await stream.finish()
    assert ended["received"] == 31
    assert trials[-1]["final"]
