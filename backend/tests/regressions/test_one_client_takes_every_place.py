"""One client could take every place, keep it with a byte every 19 s, and hold every connection."""

import socket
import time
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from live.live_client import connected
from stand_in import Server, eventually, install_stub, running_server, small_settings, video_bytes

from kinemotion_backend.app import create_app
from kinemotion_backend.settings import Settings
from kinemotion_backend.uploads.admission import find_client_key

FORM = b'--b\r\nContent-Disposition: form-data; name="video"; filename="v"\r\n\r\n\0\0\0\x20ftypisom'


def begin_upload(server: Server, *, path: str = "/api/analyze") -> socket.socket:
    """A connection with an upload that has begun and does not end."""
    client = server.connect()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    client.sendall(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode() + FORM)
    return client


def test_a_client_has_half_of_the_places_at_most() -> None:
    assert Settings().max_requests_a_client == Settings().max_requests // 2
    assert Settings(max_requests=1).max_requests_a_client == 1
    assert Settings().max_connections_a_client <= Settings().max_connections // 2


def test_beyond_its_share_a_client_is_told_to_wait(server: Server) -> None:
    with ExitStack() as held:
        for _ in range(2):  # half of the four places
            held.enter_context(begin_upload(server))
        assert eventually(lambda: len(server.leftovers()) == 2)
        answer = server.analyze(video_bytes())
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")
    assert eventually(lambda: not server.leftovers())


def test_the_addresses_of_one_subscriber_are_one_client() -> None:
    assert find_client_key("2001:db8::1") == find_client_key("2001:db8::ffff:1")
    assert find_client_key("2001:db8::1") != find_client_key("2001:db8:0:1::1")
    assert find_client_key("::ffff:192.0.2.1") == find_client_key("192.0.2.1") != find_client_key("192.0.2.2")
    assert find_client_key("testclient") == "testclient"


@pytest.mark.parametrize("path", ["/api/analyze", "/no/such/route"])
def test_a_trickle_is_cut_by_the_least_rate(tmp_path: Path, path: str) -> None:
    engine = install_stub(tmp_path / "engine")
    with (
        running_server(tmp_path, engine=engine, UPLOAD_IDLE_S="1") as server,
        begin_upload(server, path=path) as client,
    ):
        began_s = time.monotonic()
        answer = b""
        client.settimeout(0.4)
        while not answer and time.monotonic() - began_s < 60:
            try:
                client.sendall(b"x")  # never idle for the whole second
                answer = client.recv(12)
            except TimeoutError:
                continue
            except ConnectionError:
                break
        assert time.monotonic() - began_s < 60
        assert answer[:12] in {b"HTTP/1.1 408", b"HTTP/1.1 404", b"HTTP/1.1 413", b""}
        assert eventually(lambda: not server.leftovers())


def test_an_upload_above_the_least_rate_goes_on(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    settings = {"UPLOAD_IDLE_S": "1", "UPLOAD_LEAST_KB_S": "1"}
    with running_server(tmp_path, engine=engine, **settings) as server, begin_upload(server) as client:
        client.settimeout(0.2)
        for _ in range(15):  # three windows
            client.sendall(b" " * 2048)
            with pytest.raises(TimeoutError):
                client.recv(1)


def test_idle_connections_of_a_client_are_bounded(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, MAX_CONNECTIONS_A_CLIENT="3") as server, ExitStack() as held:
        for _ in range(3):
            held.enter_context(server.connect())
        answer = server.get("/health")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")
        assert answer.headers["x-request-id"]
        held.close()
        assert eventually(lambda: server.get("/health").status_code == 200)


def test_websockets_of_a_client_count_as_its_connections(tmp_path: Path) -> None:
    """They did not after the handshake: one client could hold every connection of the service open."""
    engine = install_stub(tmp_path / "engine")
    settings = {"MAX_CONNECTIONS_A_CLIENT": "3", "STREAM_ENGINES": "1"}
    with running_server(tmp_path, engine=engine, **settings) as server, ExitStack() as held:
        for _ in range(3):
            held.enter_context(connected(server))
        answer = server.get("/health")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")
        held.close()
        assert eventually(lambda: server.get("/health").status_code == 200)


def forwarded(server: Server, address: str) -> list[str | None]:
    """Which client the log names for a request with X-Forwarded-For."""
    headers = {"X-Forwarded-For": address, "X-Request-ID": "forwarded"}
    httpx2.get(f"{server.url}/health", headers=headers)
    assert eventually(lambda: bool(server.find_log_lines(request_id="forwarded")))
    return [line["client"] for line in server.find_log_lines(request_id="forwarded")]


def test_nobody_speaks_for_others_unless_named(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path / "a", engine=engine) as server:
        assert forwarded(server, "192.0.2.7") == ["127.0.0.1"]
    with running_server(tmp_path / "b", engine=engine, FORWARDED_ALLOW_IPS="127.0.0.1") as server:
        assert forwarded(server, "192.0.2.7") == ["192.0.2.7"]


@pytest.mark.parametrize("named", ["127.0.0.1", "127.0.0.0/8", "::1,127.0.0.0/30"])
def test_a_proxy_may_have_as_many_connections_as_there_are(tmp_path: Path, named: str) -> None:
    engine = install_stub(tmp_path / "engine")
    limits = {"MAX_CONNECTIONS": "20", "MAX_CONNECTIONS_A_CLIENT": "2"}
    with running_server(tmp_path, engine=engine, FORWARDED_ALLOW_IPS=named, **limits) as server, ExitStack() as held:
        for _ in range(4):
            held.enter_context(server.connect())
        assert server.get("/health").status_code == 200


def test_a_place_is_free_again_after_each_answer(tmp_path: Path) -> None:
    with TestClient(create_app(small_settings(tmp_path, use_mock_analyzer=True, max_requests=2))) as client:
        answers = [client.post("/api/analyze", files={"video": b"x"}).status_code for _ in range(5)]
    assert answers == [200] * 5


def test_when_every_place_is_taken_everybody_is_told_to_wait(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    places = {"MAX_REQUESTS": "2", "MAX_REQUESTS_A_CLIENT": "2"}
    with running_server(tmp_path, engine=engine, **places) as server, ExitStack() as held:
        for _ in range(2):
            held.enter_context(begin_upload(server))
        assert eventually(lambda: len(server.leftovers()) == 2)
        answer = server.analyze(video_bytes())
    assert (answer.status_code, answer.json()["code"]) == (503, "saturated")
