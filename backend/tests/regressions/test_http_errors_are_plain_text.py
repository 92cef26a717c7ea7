"""What is wrong with HTTP itself was told in plain text without a request id, and HEAD was 405."""

import http.client
import json
import socket

import httpx2
import pytest
from stand_in import PATIENCE_S, PROBLEM, Server, video_bytes

UPGRADE = b"Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
LIVE = b"GET /ws/analyze HTTP/1.1\r\n" + UPGRADE
TOO_LONG = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000


def read_answer(connection: socket.socket) -> http.client.HTTPResponse:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(b"not HTTP at all\r\n\r\n", 400, "invalid_http", id="no HTTP"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01", 400, "invalid_http", id="TLS"),
        pytest.param(b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, "invalid_http", id="no length"),
        pytest.param(
            b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "invalid_http",
            id="two lengths",
        ),
        pytest.param(TOO_LONG, 431, "request_header_fields_too_large", id="long head"),
        pytest.param(b"GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "not_found", id="no route"),
        pytest.param(b"GET /none HTTP/1.1\r\nHost: evil\r\n\r\n", 400, "untrusted_host", id="host"),
        pytest.param(
            b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
            413,
            "upload_too_large",
            id="giant for no route",
        ),
        pytest.param(LIVE + b"\r\n", 400, "invalid_http", id="handshake without a key"),
        pytest.param(b"POST" + LIVE[3:] + KEY + b"\r\n", 405, "invalid_http", id="handshake by POST"),
        pytest.param(LIVE + KEY + b"X: a\r\n" * 150 + b"\r\n", 400, "invalid_http", id="handshake of many lines"),
        pytest.param(LIVE + KEY + b"X: %b\r\n\r\n" % (b"a" * 9000), 400, "invalid_http", id="handshake of a long line"),
        pytest.param(LIVE + KEY + b"Content-Length: 1\r\n\r\nx", 400, "invalid_http", id="handshake with a body"),
        pytest.param(LIVE + KEY + b"Origin: https://evil.example\r\n\r\n", 403, "untrusted_origin", id="foreign page"),
        pytest.param(b"GET /none HTTP/1.1\r\n" + UPGRADE + KEY + b"\r\n", 403, "forbidden", id="no live route"),
    ],
)
def test_each_is_a_problem_with_an_id(server: Server, sent: bytes, status: int, code: str) -> None:
    with server.connect() as connection:
        connection.sendall(sent)
        answer = read_answer(connection)
        problem = json.loads(answer.read())
    assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM)
    assert (problem["status"], problem["code"]) == (status, code)
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not server.find_log_lines(level="error")


@pytest.mark.parametrize("path", ["/health", "/ready", "/api/v1/sports", "/openapi.json"])
def test_head_answers_as_get_does(server: Server, path: str) -> None:
    asked, got = httpx2.head(f"{server.url}{path}", timeout=PATIENCE_S), server.get(path)
    assert asked.status_code == 200
    assert asked.content == b""
    varying = {"date", "x-request-id"}
    assert {name for name in asked.headers if name not in varying} == {
        name for name in got.headers if name not in varying
    }
    assert asked.headers["content-length"] == str(len(got.content))


def test_head_of_events_that_go_on_frees_its_connection(server: Server) -> None:
    """It was held for as long as the analysis took."""
    files = {"video": ("clip.mp4", video_bytes(sleep_s=600), "video/mp4")}
    made = httpx2.post(f"{server.url}/api/v1/analyses", data={"sport_type": "cmj"}, files=files, timeout=PATIENCE_S)
    path = made.headers["location"]
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
        asked = client.head(f"{path}/events")
        assert (asked.status_code, asked.content) == (200, b"")
        assert client.get(path).json()["status"] in {"queued", "running"}
        assert client.delete(path).status_code == 200


def test_head_of_what_is_not_there(server: Server) -> None:
    answer = httpx2.head(f"{server.url}/none")
    assert (answer.status_code, answer.content) == (404, b"")
