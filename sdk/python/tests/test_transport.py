"""What is sent again and what is not, against a server that answers as it is told."""

import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kinemotion_client import APIError, KinemotionClient, KinemotionClientError, RetryPolicy, errors
from kinemotion_client.models import AthleteBody

QUICK = RetryPolicy(first_wait_s=0.0)
USAGE = b'{"items": [], "next_cursor": null}'
HANG_UP = 0
"""In place of a status: the connection is closed without an answer."""


@dataclass
class Script:
    """What the server answers, one status a request, and the bodies that it got."""

    statuses: list[int]
    retry_after: str | None = None
    url: str = ""
    bodies: list[bytes] = field(default_factory=list[bytes])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


@contextmanager
def serving(statuses: Sequence[int], retry_after: str | None = None) -> Generator[Script]:
    """Run a server that answers with these statuses, then with the last one."""
    script = Script(list(statuses), retry_after)

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_POST(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            script.bodies.append(self.rfile.read(int(self.headers.get("content-length", "0"))))
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            status = script.statuses.pop(0) if len(script.statuses) > 1 else script.statuses[0]
            if status == HANG_UP:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            if script.retry_after is not None:
                self.send_header("Retry-After", script.retry_after)
            self.send_header("Content-Length", str(len(USAGE)))
            self.end_headers()
            self.wfile.write(USAGE)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(script: Script, retry: RetryPolicy = QUICK) -> int:
    """Ask for a list; return how many requests the server got."""
    with KinemotionClient("key", script.url, retry=retry) as client:
        list(client.list())
    return len(script.bodies)


@pytest.mark.parametrize("passing", [429, 502, 503, 504, HANG_UP])
def test_what_passes_is_tried_again(passing: int):
    with serving([passing, passing, 200]) as script:
        assert ask(script) == 3
        assert {headers["authorization"] for headers in script.headers} == {"Bearer key"}


@pytest.mark.parametrize(
    ("lasting", "kind"),
    [(400, errors.InvalidRequest), (403, errors.NotAuthorized), (409, errors.Conflict), (500, errors.ServiceFailed)],
)
def test_what_lasts_is_not(lasting: int, kind: type[APIError]):
    with serving([lasting, 200]) as script, pytest.raises(kind) as caught:
        ask(script)
    assert len(script.bodies) == 1
    assert caught.value.code == f"http_{lasting}"


def test_trying_again_ends():
    with serving([503]) as script, pytest.raises(errors.ServiceFailed):
        ask(script, RetryPolicy(most_retries=2, first_wait_s=0.0))
    assert len(script.bodies) == 3


def test_the_service_says_how_long_to_wait():
    with serving([429], retry_after="3600") as script, pytest.raises(errors.LimitReached) as caught:
        ask(script)
    assert len(script.bodies) == 1
    assert caught.value.retry_after_s == 3600
    assert RetryPolicy().find_wait_s(make_limit_error("7"), retries=0) in Between(7.0, 7.5)
    assert RetryPolicy().find_wait_s(make_limit_error("soon"), retries=2) in Between(0.0, 2.0)


@dataclass(frozen=True)
class Between:
    """The numbers from one to the other."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float) and self.low <= value <= self.high


def make_limit_error(retry_after: str) -> KinemotionClientError:
    """The error of a limit that is over after a time."""
    with serving([429], retry_after=retry_after) as script, pytest.raises(errors.LimitReached) as caught:
        ask(script, RetryPolicy(most_retries=0))
    return caught.value


@pytest.mark.parametrize("unclear", [502, 503, HANG_UP])
def test_what_may_be_done_already_is_not_done_twice(unclear: int):
    with serving([unclear, 200]) as script, KinemotionClient(base_url=script.url, retry=QUICK) as client:
        with pytest.raises(KinemotionClientError):
            client.athletes.create(AthleteBody(name="Ana"))
        assert len(script.bodies) == 1


def test_a_video_is_sent_whole_each_time_under_one_key():
    with serving([503, HANG_UP, 400]) as script, KinemotionClient(base_url=script.url, retry=QUICK) as client:
        with pytest.raises(errors.InvalidRequest):
            client.create_analysis(b"a video" * 10_000)
        assert [body.count(b"a video") for body in script.bodies] == [10_000] * 3
        assert len({headers["idempotency-key"] for headers in script.headers}) == 1


def test_no_service_is_an_error_that_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with KinemotionClient(base_url=url, retry=QUICK) as client, pytest.raises(errors.ServiceUnreachable) as caught:
            client.athletes.create(AthleteBody(name="Ana"))
    assert not caught.value.was_sent
    assert "base_url" in caught.value.hint


def test_a_silent_service_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        quick = RetryPolicy(most_retries=0)
        with (
            KinemotionClient(base_url=url, timeout_s=0.05, retry=quick) as client,
            pytest.raises(errors.ServiceUnreachable) as caught,
        ):
            client.usage()
    assert "in time" in caught.value.message
    assert caught.value.code == "service_unreachable"
