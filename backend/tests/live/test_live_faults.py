"""What a live stream does when its client, its connection or its engine misbehaves: a documented code each time."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import psutil
import pytest
from live.live_client import HEADER, LANDMARKS, connected, frame, hear, read_end, send_jump, tell
from stand_in import PATIENCE_S, Server, eventually, install_stub, running_server
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kinemotion_backend.live.closing import CloseCode


def read_metrics(server: Server) -> str:
    return httpx2.get(f"{server.url}/metrics", timeout=PATIENCE_S).text


def count_streams(server: Server) -> float:
    [line] = [line for line in read_metrics(server).splitlines() if line.startswith("kinemotion_streams_active ")]
    return float(line.split()[1])


def make_large() -> bytes:
    return HEADER.pack(1, LANDMARKS, 0, 1, 1) + b"\0" * 20_000


BAD: dict[str, tuple[str | bytes, CloseCode]] = {
    "no JSON": ("{", CloseCode.MALFORMED),
    "no object": ("[1]", CloseCode.MALFORMED),
    "deep JSON": ("[" * 100_000, CloseCode.MALFORMED),
    "unknown type": ('{"type": "dance"}', CloseCode.MALFORMED),
    "no base64": ('{"frame": "%%%"}', CloseCode.MALFORMED),
    "no number": ('{"frame": "", "timestamp_ms": "soon"}', CloseCode.MALFORMED),
    "opened twice": ('{"type": "open", "movement": "cmj"}', CloseCode.MALFORMED),
    "empty": (b"", CloseCode.MALFORMED),
    "cut off": (b"\1\5\0\0", CloseCode.MALFORMED),
    "another version": (HEADER.pack(9, LANDMARKS, 0, 1, 1), CloseCode.MALFORMED),
    "another codec": (HEADER.pack(1, 77, 0, 1, 1), CloseCode.MALFORMED),
    "reserved bits": (HEADER.pack(1, LANDMARKS, 3, 1, 1), CloseCode.MALFORMED),
    "too large for landmarks": (make_large(), CloseCode.FRAME_TOO_LARGE),
    "too large for a message": (b"\1\2\0\0" + b"\0" * (3 * 1024 * 1024), CloseCode.TOO_BIG),
}


@pytest.mark.parametrize("name", BAD)
def test_garbage_ends_the_stream_with_its_code(live_server: Server, name: str) -> None:
    message, code = BAD[name]
    with connected(live_server, "/ws/analyze?movement=cmj") as connection:
        hear(connection, "ready")
        with suppress(ConnectionClosed):  # the service may refuse it before it is sent whole
            connection.send(message)
        messages, closed_with = read_end(connection)
    assert closed_with == code
    if code is not CloseCode.TOO_BIG:
        [error] = [received for received in messages if received["type"] == "error"]
        assert error["code"] in {"malformed_message", "frame_too_large"}
        assert eventually(lambda: count_streams(live_server) == 0)


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        ({"type": "open", "movement": "somersault"}, CloseCode.REFUSED),
        ({"type": "open", "movement": "cmj", "quality": "best"}, CloseCode.REFUSED),
        ({"type": "open", "movement": "cmj", "options": {"shoe_size": 44}}, CloseCode.REFUSED),
        ({"type": "open", "movement": "cmj", "athlete": {"height_m": 9}}, CloseCode.REFUSED),
        ({"type": "open", "movement": "cmj", "athlete": {"shoe": 9}}, CloseCode.MALFORMED),
        ({"type": "open", "movement": 3}, CloseCode.MALFORMED),
        ({"type": "close"}, CloseCode.MALFORMED),
        ({"type": "open", "resume_token": "of nobody"}, CloseCode.NOT_FOUND),
    ],
)
def test_an_opening_that_is_refused_begins_nothing(live_server: Server, opening: dict[str, object], code: int) -> None:
    with connected(live_server) as connection:
        connection.send(json.dumps(opening))
        messages, closed_with = read_end(connection)
    assert (closed_with, messages[-1]["type"]) == (code, "error")


def test_a_client_s_own_spelling_of_a_movement_makes_no_new_series(live_server: Server) -> None:
    for spelling in ("CMJ", "  cmj", "%20Cmj%20"):
        with connected(live_server, f"/ws/analyze?movement={spelling.replace(' ', '%20')}") as connection:
            hear(connection, "ready")
            tell(connection, type="close")
            assert read_end(connection)[1] == CloseCode.DONE
    sports = re.findall(r'kinemotion_streams_total{.*sport="(.*)"}', read_metrics(live_server))
    assert set(sports) == {"cmj"}


def test_a_line_of_the_engine_that_cannot_be_read_costs_no_stream(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=cmj") as connection:
        hear(connection, "ready")
        nonsense = [
            f'{{"event": "trial", "session": {number}, "final": true, "trial": "x"}}' for number in range(1, 40)
        ]
        connection.send(frame(1, text="\n".join(nonsense)))
        hear(connection, "state")
        tell(connection, type="close")
        messages, code = read_end(connection)
    assert code == CloseCode.DONE
    assert not [message for message in messages if message["type"] == "error"]


def test_frames_of_two_kinds_are_refused(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=cmj") as connection:
        connection.send(frame(1))
        connection.send(frame(2, codec=2))
        messages, code = read_end(connection)
    assert code == CloseCode.MALFORMED
    assert "one kind" in next(message for message in messages if message["type"] == "error")["message"]


def test_a_lost_connection_resumes_the_same_stream(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=cmj") as first:
        ready = hear(first, "ready")
        send_jump(first)
        first.socket.shutdown(socket.SHUT_RDWR)  # the network is gone, without a word
    with connected(live_server) as second:
        tell(second, type="open", resume_token=ready["resume_token"])
        again = hear(second, "ready")
        assert (again["stream_id"], again["is_resumed"]) == (ready["stream_id"], True)
        assert [trial["index"] for trial in again["trials"]] == [0]
        second.send(frame(31))
        hear(second, "state")
        tell(second, type="close")
        messages, code = read_end(second)
    assert code == CloseCode.DONE
    assert messages[-1]["received"] == 32


def test_the_connection_that_resumes_takes_the_stream_over(live_server: Server) -> None:
    with connected(live_server, "/ws/analyze?movement=cmj") as first:
        token = hear(first, "ready")["resume_token"]
        with connected(live_server) as second:
            tell(second, type="open", resume_token=token)
            hear(second, "ready")
            assert read_end(first)[1] == CloseCode.TAKEN_OVER
            send_jump(second, count=2)


def test_an_engine_that_is_killed_is_replaced_under_its_streams(live_server: Server) -> None:
    with (
        connected(live_server, "/ws/analyze?movement=cmj") as one,
        connected(live_server, "/ws/analyze?movement=cmj") as two,
    ):
        send_jump(one)
        send_jump(two, count=2)
        for engine in live_server.children():
            engine.kill()
        for connection in (one, two):
            error = hear(connection, "error")
            assert (error["code"], error["retryable"]) == ("engine_restarted", True)
        assert eventually(lambda: 'kinemotion_stream_engines{state="ready"} 2.0' in read_metrics(live_server))
        send_jump(one, first=100)
        tell(one, type="close")
        complete, code = read_end(one)
    assert code == CloseCode.DONE
    assert complete[-1]["type"] == "analysis_complete"


def test_a_client_that_never_reads_is_cut_off_and_leaves_nothing(live_server: Server) -> None:
    process = psutil.Process(live_server.process.pid)
    before = process.memory_info().rss
    with connected(live_server, "/ws/analyze?movement=cmj", max_queue=1) as connection:
        filler = "x" * 2000
        with suppress(ConnectionClosed, OSError):
            for number in range(5_000):
                connection.send(frame(number, state={"filler": filler}))
        connection.socket.shutdown(socket.SHUT_RDWR)
    assert process.memory_info().rss - before < 64 * 1024 * 1024
    assert httpx2.get(f"{live_server.url}/health", timeout=PATIENCE_S).status_code == 200


def test_two_hundred_connections_leave_nothing(live_server: Server) -> None:
    process = psutil.Process(live_server.process.pid)
    streams = count_streams(live_server)

    def visit(number: int) -> int | None:
        try:
            with connected(live_server) as connection:
                tell(connection, type="open", movement="cmj")
                if number % 3 == 0:
                    return None  # leaves without waiting for the result
                tell(connection, type="close")
                return read_end(connection)[1]
        except InvalidStatus as refused:
            return CloseCode.TRY_LATER if refused.response.status_code == 503 else refused.response.status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(visit, range(20)))  # every engine, thread and connection to the records is there then
        descriptors = process.num_fds()
        codes += pool.map(visit, range(180))
    assert set(codes) <= {CloseCode.DONE, CloseCode.TRY_LATER, None}  # a busy machine refuses some
    assert eventually(lambda: count_streams(live_server) <= streams)
    assert eventually(lambda: process.num_fds() <= descriptors + 8)


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts services with settings of a test; ends them afterwards."""
    with ExitStack() as stack:

        def make(**settings: str) -> Server:
            engine = install_stub(tmp_path / "engine")
            return stack.enter_context(running_server(tmp_path, engine=engine, **settings))

        yield make


def test_waits_end_with_their_codes(make_server: Callable[..., Server]) -> None:
    server = make_server(STREAM_ENGINES="1", STREAM_IDLE_S="0.6", STREAM_RESUME_S="0.1", STREAM_LONGEST_S="4")
    with connected(server, "/ws/analyze?movement=cmj") as connection:
        messages, code = read_end(connection)
    assert (code, messages[-1]["type"]) == (CloseCode.IDLE, "analysis_complete")
    with connected(server, "/ws/analyze?movement=cmj") as connection:
        token = hear(connection, "ready")["resume_token"]
        connection.socket.shutdown(socket.SHUT_RDWR)
    assert eventually(lambda: count_streams(server) == 0)
    assert server.find_log_lines(event="stream_ended", reason="not_resumed")
    with connected(server) as connection:
        tell(connection, type="open", resume_token=token)
        assert read_end(connection)[1] == CloseCode.NOT_FOUND


def test_refusals_are_http_for_programs_and_messages_for_pages(make_server: Callable[..., Server]) -> None:
    tiers = {"free": {"streams": 1, "requests_a_minute": 1000, "analyses_a_month": 1000}, "enterprise": {}}
    server = make_server(STREAM_ENGINES="1", MAX_STREAMS="1", TIERS=json.dumps(tiers), OPEN_NETWORKS="127.0.0.1")
    key = httpx2.post(
        f"{server.url}/api/v1/keys", json={"name": "k", "tier": "free", "owner": "club"}, timeout=PATIENCE_S
    ).json()["key"]
    with connected(server, "/ws/analyze?movement=cmj", additional_headers={"X-API-Key": key}) as connection:
        hear(connection, "ready")
        with pytest.raises(InvalidStatus) as refused, connected(server):
            pass
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "5"
        with connected(server, origin=server.url) as page:
            messages, code = read_end(page)
        assert (code, messages[0]["code"], messages[0]["retry_after_s"]) == (CloseCode.TRY_LATER, "saturated", 5)
    with pytest.raises(InvalidStatus) as refused, connected(server, additional_headers={"X-API-Key": "kin_no"}):
        pass
    assert refused.value.response.status_code == 401
    with pytest.raises(InvalidStatus) as refused, connected(server, origin="https://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403


def test_streams_of_an_account_are_limited_and_a_page_sends_its_key(make_server: Callable[..., Server]) -> None:
    tiers = {"free": {"streams": 1, "requests_a_minute": 1000, "analyses_a_month": 1000}, "enterprise": {}}
    server = make_server(STREAM_ENGINES="1", TIERS=json.dumps(tiers))
    key = httpx2.post(
        f"{server.url}/api/v1/keys", json={"name": "k", "tier": "free", "owner": "club"}, timeout=PATIENCE_S
    ).json()["key"]
    protocols = ["kinemotion.v1", f"kinemotion.key.{key}"]
    with connected(server, "/ws/analyze?movement=cmj", subprotocols=protocols) as connection:
        hear(connection, "ready")
        assert connection.subprotocol == "kinemotion.v1"
        with connected(server, "/ws/analyze?movement=cmj", subprotocols=protocols) as second:
            messages, code = read_end(second)
    assert (code, messages[0]["code"]) == (CloseCode.LIMIT_REACHED, "limit_reached")
