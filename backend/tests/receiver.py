"""A receiver of webhooks on this machine: answers as it is told, and remembers what it got."""

import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What the receiver answers with, and what it got."""

    answer: Callable[[int], int]
    """From the number of the request, beginning at 0, to a status."""
    port: int = 0
    received: list[Received] = field(default_factory=list[Received])
    silent: threading.Event = field(default_factory=threading.Event)
    """While it is set, nothing is answered."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


class QuietServer(ThreadingHTTPServer):
    """A server that takes a sender that gives up as part of the test."""

    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@contextmanager
def running_receiver(
    answer: Callable[[int], int] = lambda _number: 204, *, tls: ssl.SSLContext | None = None
) -> Generator[Receiver]:
    """Run a receiver on a free port."""
    receiver, counting = Receiver(answer), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with counting:
                number = len(receiver.received)
                receiver.received.append(Received(self.path, headers, body))
            if receiver.silent.is_set():
                self.connection.recv(1)  # until the sender gives up
                return
            self.send_response(receiver.answer(number))
            self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the library's name)
            """Say nothing."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
