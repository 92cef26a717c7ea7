"""300,000 chunks of one byte held the event loop for seconds, and /health waited for it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from stand_in import Server, install_stub, running_server

from kinemotion_backend.api import bodies
from kinemotion_backend.api.bodies import BodyLimits, BoundedBody
from kinemotion_backend.api.connections import READ_BYTES

CHUNKS = 300_000
HEAD = (
    b"POST /api/analyze HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
)
OPENING = b'--b\r\nContent-Disposition: form-data; name="video"; filename="v"\r\n\r\n\0\0\0\x20ftypisom'
ENDLESS_BYTES = 64 << 20
"""More than the system itself takes for a server that has closed: some megabytes."""


def test_chunks_of_one_byte_cost_little(tmp_path: Path) -> None:
    """1.8 MB of them: the parser alone needs 0.06 s, the h11 of before needed 1.8 s.

    The start of the server, about 1.5 s of work, says how slow this machine is today.
    """
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server, server.connect() as client:
        before_s = server.measure_cpu_s()
        client.sendall(HEAD + b"%x\r\n%s\r\n" % (len(OPENING), OPENING))
        client.sendall(b"1\r\nx\r\n" * CHUNKS)
        client.sendall(b"8\r\n\r\n--b--\r\n"[:-2] + b"\r\n0\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 400"  # no JSON follows the video's head
        assert server.measure_cpu_s() - before_s < before_s / 1.5


@pytest.mark.asyncio
async def test_small_pieces_come_together_in_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application is asked to parse a few times a pause, not once a byte."""
    monkeypatch.setattr(bodies, "CHUNK_PAUSE_S", 0.05)
    arrived = bytearray()
    sent, asked = 2000, 0

    async def receive() -> dict[str, Any]:
        nonlocal arrived
        while not arrived:  # noqa: ASYNC110  (a client has no event for it)
            await asyncio.sleep(0)
        body, arrived = bytes(arrived), bytearray()
        return {"type": "http.request", "body": body, "more_body": sent > len(received) + len(body)}

    async def client() -> None:
        for _ in range(sent):
            arrived.extend(b"x")
            await asyncio.sleep(0)

    received = bytearray()

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        nonlocal asked
        is_more = True
        while is_more:
            message = await receive()
            asked += 1
            received.extend(message["body"])
            is_more = message["more_body"]

    limits = BodyLimits(max_upload_bytes=10**6, idle_s=600, total_s=600, min_bytes_s=0)
    guarded = BoundedBody(app, limits=limits, upload_routes=())
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "headers": []}

    async def send(_message: Any) -> None:
        pass

    sending = asyncio.create_task(client())
    await guarded(scope, receive, send)
    await sending
    assert bytes(received) == b"x" * sent
    assert asked < sent / 5


def test_no_read_is_so_long_that_its_chunks_hold_the_loop() -> None:
    assert READ_BYTES <= 32 * 1024


@pytest.mark.parametrize("kind", ["head", "chunk extension", "trailer", "blank lines"])
def test_what_is_no_body_has_an_end(server: Server, kind: str) -> None:
    openings = {
        "head": b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: ",
        "chunk extension": HEAD + b"1;a=",
        "trailer": HEAD + b"0\r\nX: ",
        "blank lines": b"",
    }
    filler = b"\r\n" if kind == "blank lines" else b"xx"
    sent = 0
    with server.connect() as client:
        client.sendall(openings[kind])
        try:
            while sent < ENDLESS_BYTES:
                client.sendall(filler * 4096)
                sent += 2 * 4096
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < ENDLESS_BYTES
    assert server.get("/health").status_code == 200
