"""Connections to a running service: who asks nothing, or is one too many, is hung up on."""

import http.client
import json
import socket
from contextlib import suppress
from pathlib import Path

import psutil
from stand_in import Server, eventually, install_stub, running_server


def test_a_client_that_begins_a_request_and_pauses_is_hung_up_on(impatient_server: Server) -> None:
    with impatient_server.connect() as silent, impatient_server.connect() as halting:
        halting.sendall(b"GET /health HTTP/1.1\r\nHost: loc")
        assert halting.recv(1) == silent.recv(1) == b""


def test_a_client_that_asks_again_and_pauses_is_hung_up_on(impatient_server: Server) -> None:
    with impatient_server.connect() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert json.loads(response.read())["status"] == "healthy"
        connection.sendall(b"GET")
        assert connection.recv(1) == b""


def test_beyond_so_many_connections_each_is_told_to_come_back(tmp_path: Path) -> None:
    with running_server(
        tmp_path, engine=install_stub(tmp_path / "engine"), MAX_CONNECTIONS="3", MAX_CONNECTIONS_A_CLIENT="9"
    ) as server:
        open_ones = [server.connect() for _ in range(3)]
        assert eventually(lambda: len(psutil.Process(server.process.pid).net_connections("tcp")) == 4)
        refused = server.get("/health")
        assert (refused.status_code, refused.json()["code"]) == (503, "saturated")
        assert refused.headers["x-request-id"]
        for connection in open_ones:
            connection.close()
        assert eventually(lambda: len(psutil.Process(server.process.pid).net_connections("tcp")) == 1)
        assert server.get("/health").status_code == 200


def test_a_client_that_does_not_read_is_hung_up_on(impatient_server: Server) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", impatient_server.port))
        connection.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                connection.send(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
        process = psutil.Process(impatient_server.process.pid)
        assert eventually(lambda: len(process.net_connections("tcp")) == 1)
