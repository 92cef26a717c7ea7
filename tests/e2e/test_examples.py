"""The example programs, end to end: each in a process of its own, against a running service."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from client_services import mock_service
from stand_in import PATIENCE_S, Server, eventually, video_bytes

from kinemotion_backend.examples import load_example
from kinemotion_client import KinemotionClient
from kinemotion_client.models import AthleteBody

__all__ = ["mock_service"]
EXAMPLES = Path(__file__).parents[2] / "examples"


def run_example(name: str, *arguments: str | Path, service: Server) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    environment = {**os.environ, "KINEMOTION_URL": service.url}
    command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


@contextmanager
def running_app(database: Path, service: Server) -> Generator[int]:
    """Run the coaching app; yield its port."""
    command = [sys.executable, str(EXAMPLES / "coaching_app.py"), "--port", "0", "--database", str(database)]
    environment = {**os.environ, "KINEMOTION_URL": service.url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout
        try:
            yield int(app.stdout.readline().rpartition(":")[2])
        finally:
            app.terminate()


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Status and body of the app's answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    status, content = answer.status, answer.read()
    connection.close()
    return status, content


def list_jumps(port: int) -> list[dict[str, Any]]:
    return json.loads(ask(port, "GET", "/jumps")[1])


@pytest.fixture
def client(mock_service: Server) -> Iterator[KinemotionClient]:
    with KinemotionClient(base_url=mock_service.url) as made:
        yield made


def test_the_coaching_app_keeps_each_jump_once(client: KinemotionClient, mock_service: Server, tmp_path: Path):
    with running_app(tmp_path / "diary.sqlite", mock_service) as port:
        athlete = client.athletes.create(AthleteBody(name="Ana"))
        analysis = client.create_analysis(video_bytes(name=uuid4().hex), athlete_id=athlete.athlete_id)
        assert eventually(lambda: list_jumps(port) != [])
        [jump] = list_jumps(port)
        assert (jump["analysis_id"], jump["athlete_id"]) == (analysis.analysis_id, athlete.athlete_id)
        assert jump["low_m"] < jump["height_m"] < jump["high_m"]

        [webhook] = [known for known in client.webhooks.list() if known.url.endswith(f":{port}/hook")]
        assert eventually(
            lambda: any(one.status == "delivered" for one in client.webhooks.list_deliveries(webhook.webhook_id))
        )
        [delivery] = client.webhooks.list_deliveries(webhook.webhook_id)
        client.webhooks.redeliver(delivery.delivery_id)
        assert eventually(lambda: len(client.webhooks.get_delivery(delivery.delivery_id).attempts) == 2)
        assert [made.status for made in client.webhooks.get_delivery(delivery.delivery_id).attempts] == [201, 200]
        assert list_jumps(port) == [jump]

        forged = json.dumps({"type": "analysis.completed", "timestamp": "2026-11-20T12:00:00Z", "data": {}}).encode()
        assert (
            ask(port, "POST", "/hook", forged, webhook_id="evt_1", webhook_timestamp="1", webhook_signature="v1,AA")[0]
            == 400
        )
        assert list_jumps(port) == [jump]
        client.webhooks.delete(webhook.webhook_id)


def test_a_roster_becomes_a_table(client: KinemotionClient, mock_service: Server, tmp_path: Path):
    for out in (tmp_path / "one.csv", tmp_path / "two.csv"):  # the second time every athlete is known
        done = run_example("team_batch.py", EXAMPLES / "roster.csv", "--out", out, service=mock_service)
        assert (done.returncode, done.stderr) == (0, "")
        with out.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [(row["name"], row["metric"]) for row in rows] == [
            ("Ana", "jump_height_m"),
            ("Ben", "reactive_strength_index"),
            ("Cem", "cadence_spm"),
        ]
        assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)
    assert sorted(found.external_id or "" for found in client.athletes.list() if found.external_id) == [
        "club-1",
        "club-2",
        "club-3",
    ]


def test_a_roster_with_a_missing_video_sends_nothing(client: KinemotionClient, mock_service: Server, tmp_path: Path):
    before = client.usage().analyses.used
    roster = tmp_path / "roster.csv"
    roster.write_text("name,external_id,mass_kg,height_m,sport_type,video\nAna,x,,,cmj,gone.mp4\n", "utf-8")
    done = run_example("team_batch.py", roster, service=mock_service)
    assert (done.returncode, done.stderr) == (1, "These videos are not there: gone.mp4.\n")
    assert client.usage().analyses.used == before


def test_jumps_and_recovery_become_a_report(client: KinemotionClient, mock_service: Server, tmp_path: Path):
    athlete = client.athletes.create(AthleteBody(name="Dana"))
    for day in (date(2026, 11, 2), date(2026, 11, 6), date(2026, 11, 7)):
        video = video_bytes(name=uuid4().hex)
        made = client.create_analysis(video, athlete_id=athlete.athlete_id, recorded_on=day)
        client.wait(made.analysis_id, timeout_s=PATIENCE_S)
    out = tmp_path / "report.md"
    given = (athlete.athlete_id, "--recovery", EXAMPLES / "recovery.csv", "--out", out)
    done = run_example("wearable_join.py", *given, service=mock_service)
    assert (done.returncode, done.stderr) == (0, "")
    report = out.read_text("utf-8")
    assert "# Dana: jumps and recovery" in report
    height_cm = 100 * json.loads(load_example("cmj"))["data"]["jump_height_m"]
    assert f"| 2026-11-06 | {height_cm:.1f} cm |" in report
    assert "| within error | 5.2 h | 61 /min | 55 ms |" in report
    assert "After nights below 6 h the median jump was +0.0 cm against other days (1 and 1 days)." in report
    assert "1 of 3 days have no recovery data." in report


@pytest.mark.parametrize(
    "given",
    [
        ("coaching_app.py", "--port", "0"),
        ("team_batch.py", EXAMPLES / "roster.csv"),
        ("wearable_join.py", "ath_1", "--recovery", EXAMPLES / "recovery.csv"),
    ],
    ids=lambda given: given[0],
)
def test_without_a_service_an_example_says_so_in_one_line(given: tuple[str | Path, ...], tmp_path: Path):
    environment = {**os.environ, "KINEMOTION_URL": "http://127.0.0.1:9"}  # nothing listens on the port "discard"
    command = [sys.executable, str(EXAMPLES / given[0]), *map(str, given[1:])]
    done = subprocess.run(command, env=environment, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("The service at http://127.0.0.1:9 cannot be reached")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [(None, "No such file"), ("name,video\nAna,a.mp4\n", "lacks these columns: external_id, mass_kg, height_m, sport")],
)
def test_an_unusable_roster_is_told_in_one_line(written: str | None, expected: str, tmp_path: Path):
    roster = tmp_path / "roster.csv"
    if written:
        roster.write_text(written, "utf-8")
    command = [sys.executable, str(EXAMPLES / "team_batch.py"), str(roster)]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1
