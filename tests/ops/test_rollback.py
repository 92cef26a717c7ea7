"""A canary that is worse is taken back by itself; so is one of which nothing is known."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from decide import GOOD, QUERY, SEEN, TAKEN_BACK, UNKNOWN, WEIGHT, main, watch


@contextmanager
def running_prometheus(count: Callable[[str], int | None]) -> Generator[str]:
    """A server that answers queries with as many series as the function says; None is an error."""

    class Handler(BaseHTTPRequestHandler):
        """Answers one query."""

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)["query"][0]
            number = count(query)
            self.send_response(200 if number is not None else 503)
            self.end_headers()
            series = [{"metric": query} for _ in range(number or 0)]
            self.wfile.write(json.dumps({"status": "success", "data": {"result": series}}).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def skip_pause(_seconds: float) -> None:
    """Do not wait."""


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({QUERY: 0, SEEN: 1}, GOOD),
        ({QUERY: 1, SEEN: 1}, TAKEN_BACK),
        ({QUERY: 0, SEEN: 0}, UNKNOWN),
        ({QUERY: None, SEEN: None}, UNKNOWN),
    ],
)
def test_the_verdict_follows_the_alert(counts: dict[str, int | None], verdict: int) -> None:
    with running_prometheus(lambda query: counts[query]) as url:
        assert watch(url, minutes=5, pause=skip_pause) == verdict


def test_a_late_alert_counts_and_a_short_silence_does_not() -> None:
    asked = list[str]()

    def count(query: str) -> int | None:
        asked.append(query)
        if len(asked) in {3, 4}:
            return None
        return int(query == SEEN or len(asked) > 12)

    with running_prometheus(count) as url:
        assert watch(url, minutes=30, pause=skip_pause) == TAKEN_BACK


@pytest.mark.posix
def test_the_cluster_is_asked_to_take_the_canary_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n', "utf-8")
    kubectl.chmod(0o755)
    monkeypatch.setattr("sys.argv", ["decide.py", "--now", "--kubectl", str(kubectl)])
    assert main() == TAKEN_BACK
    assert (tmp_path / "calls").read_text("utf-8").splitlines() == [
        f"--namespace kinemotion annotate ingress/kinemotion-canary {WEIGHT} --overwrite",
        "--namespace kinemotion scale deployment/kinemotion-api-canary --replicas=0",
    ]
