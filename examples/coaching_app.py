"""A coaching app that is told of every jump.

It registers a webhook, checks the signature of each message, keeps each event once, and shows what it knows:

    python examples/coaching_app.py --database diary.sqlite
    curl localhost:8090/jumps
"""

import argparse
import json
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kinemotion_client import KinemotionClient, WebhookEvent, verify_webhook
from kinemotion_client.errors import InvalidWebhook, KinemotionClientError

LARGEST_MESSAGE = 1_000_000
TABLES = """
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, received_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jumps (
    analysis_id TEXT PRIMARY KEY, athlete_id TEXT, height_m REAL, low_m REAL, high_m REAL, confidence TEXT
);
"""


class Diary:
    """The jumps of all athletes, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as database:
            database.executescript(TABLES)

    def add(self, event: WebhookEvent) -> bool:
        """Keep an event and its jump together; return False where the event was kept before."""
        with self._open() as database:
            row = (event.id, event.timestamp.isoformat())
            if database.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", row).rowcount == 0:
                return False
            if event.type == "analysis.completed":
                database.execute("INSERT OR REPLACE INTO jumps VALUES (?, ?, ?, ?, ?, ?)", describe_jump(event.data))
            return True

    def list_jumps(self) -> list[dict[str, Any]]:
        """Return every jump."""
        with self._open() as database:
            found = database.execute("SELECT * FROM jumps ORDER BY rowid")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as database, database:
            yield database


def describe_jump(analysis: dict[str, Any]) -> tuple[Any, ...]:
    """Return the row of a jump: ids, height with its 95 % interval in metres, confidence."""
    result = analysis["result"]
    low, high = result["intervals"].get("jump_height_m") or (None, None)
    height = result["data"].get("jump_height_m")
    return analysis["analysis_id"], analysis["athlete_id"], height, low, high, result["quality"]["confidence"]


class App(ThreadingHTTPServer):
    """Takes messages at /hook and shows jumps at /jumps."""

    def __init__(self, diary: Diary, *, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.diary = diary
        self.secret = ""


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: App  # pyright: ignore[reportIncompatibleVariableOverride]  (the one that made it)

    def do_POST(self) -> None:
        """Check a message and keep it; answer 2xx for a repeat too, so that it does not come again."""
        length = int(self.headers.get("content-length", "0"))
        if not 0 < length <= LARGEST_MESSAGE:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            event = verify_webhook(self.rfile.read(length), dict(self.headers.items()), secret=self.server.secret)
        except InvalidWebhook:
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        is_new = self.server.diary.add(event)
        self._answer(HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    def do_GET(self) -> None:
        """Show every jump."""
        self._answer(HTTPStatus.OK, json.dumps(self.server.diary.list_jumps()).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Say nothing."""

    def _answer(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Run the program; what goes wrong is said in one line."""
    try:
        run()
    except (KinemotionClientError, OSError, sqlite3.Error) as error:
        raise SystemExit(str(error)) from error


def run() -> None:
    """Register the webhook and serve until the program is stopped."""
    parser = argparse.ArgumentParser(description="A coaching app that is told of every jump.")
    parser.add_argument("--database", type=Path, default=Path("diary.sqlite"))
    parser.add_argument("--port", type=int, default=8090)
    given = parser.parse_args()
    with App(Diary(given.database), port=given.port) as app, KinemotionClient() as client:
        url = f"http://127.0.0.1:{app.server_port}"
        webhook = client.webhooks.register(f"{url}/hook", events=["analysis.completed"])
        app.secret = webhook.secret
        print(url, flush=True)
        try:
            app.serve_forever()
        except KeyboardInterrupt:
            print("stopped")
        finally:
            client.webhooks.delete(webhook.webhook_id)


if __name__ == "__main__":
    main()
