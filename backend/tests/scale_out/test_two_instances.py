"""Two services and two workers over PostgreSQL, Redis and an S3 store: each instance answers for all of them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from live.live_client import connected, read_kinds, send_jump, tell
from receiver import Receiver, running_receiver
from stand_in import PATIENCE_S, Server, eventually, install_stub, running_server, video_bytes
from standardwebhooks import Webhook as Verifier

from kinemotion_backend.blobs.object_store import S3Location

pytestmark = pytest.mark.services

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
TIERS = {"free": {"requests_a_minute": 5, "analyses_a_month": 1000, "webhooks": 1, "streams": 1}, "enterprise": {}}


@dataclass(frozen=True)
class Club:
    """Two instances of the API, and a receiver of webhooks."""

    one: Server
    two: Server
    receiver: Receiver


@contextmanager
def running_worker(folder: Path, *, environment: dict[str, str]) -> Generator[None]:
    """A worker in a process of its own, ended afterwards."""
    folder.mkdir()
    own = {"WORK_DIR": str(folder / "work"), "DATA_DIR": str(folder / "data"), "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "kinemotion_backend", "worker"]
        process = subprocess.Popen(command, env={**environment, **own}, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def s3(s3_server: Any) -> S3Location:
    keys = {"access_key_id": s3_server.access_key_id, "secret_access_key": s3_server.secret_access_key}
    return S3Location("s3://kinemotion/scale-out", endpoint=s3_server.endpoint, **keys)


@pytest.fixture(scope="module")
def club(
    tmp_path_factory: pytest.TempPathFactory, s3: S3Location, *, postgres_server: Any, redis_server: Any
) -> Iterator[Club]:
    folder = tmp_path_factory.mktemp("scale-out")
    shared: dict[str, Any] = {
        "DATABASE_URL": postgres_server.create_database(),
        "REDIS_URL": redis_server.url,
        "BLOB_URL": s3.url,
        "BLOB_ENDPOINT": s3.endpoint,
        "AWS_ACCESS_KEY_ID": s3.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3.secret_access_key,
        "KEY_PEPPER": "the same for all instances",
        "WEBHOOK_ALLOW": "127.0.0.0/8",
        "TIERS": json.dumps(TIERS),
    }
    engine = install_stub(folder / "engine")
    beside = {"PATH": os.environ["PATH"], "KINEMOTION_CLI": str(engine), "ENGINE_NICE": "0", **shared}
    with ExitStack() as stack:
        one = stack.enter_context(running_server(folder / "one", engine=engine, STREAM_ENGINES="1", **shared))
        two = stack.enter_context(running_server(folder / "two", engine=engine, **shared))
        for name in ("worker one", "worker two"):
            stack.enter_context(running_worker(folder / name, environment=beside))
        yield Club(one, two, stack.enter_context(running_receiver()))


def upload(club: Club, video: bytes) -> str:
    """Send the first half to one instance and the rest to the other; return the upload's id."""
    half = len(video) // 2
    begun = club.one.ask("POST", "/api/v1/uploads", headers={**TUS, "Upload-Length": str(len(video))})
    path = begun.headers["location"]
    for server, offset, piece in ((club.one, 0, video[:half]), (club.two, half, video[half:])):
        head = server.ask("HEAD", path, headers=TUS)
        assert head.headers["upload-offset"] == str(offset)
        answer = server.ask("PATCH", path, headers={**PIECE, "Upload-Offset": str(offset)}, content=piece)
        assert answer.status_code == 204, answer.text
    return begun.json()["upload_id"]


def follow(server: Server, analysis_id: str, *, last_event_id: str | None = None) -> list[dict[str, str]]:
    """Return the analysis's events up to its end."""
    headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    events: list[dict[str, str]] = [{}]
    url = f"{server.url}/api/v1/analyses/{analysis_id}/events"
    with httpx2.stream("GET", url, headers=headers, timeout=PATIENCE_S) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in {"id", "event", "data"}:
                events[-1][name] = value
            elif not line and events[-1]:
                events.append({})
    return events[:-1]


def test_an_upload_becomes_a_result_through_either_instance(club: Club) -> None:
    hook = club.one.ask("POST", "/api/v1/webhooks/register", json={"url": club.receiver.url}).json()
    video = video_bytes(sleep_s=0.5)
    body = {"sport_type": "cmj", "input": {"upload_id": upload(club, video)}}
    headers = {"Idempotency-Key": "the first jump"}
    taken = club.two.ask("POST", "/api/v1/analyses", json=body, headers=headers)
    assert taken.status_code == 202, taken.text
    analysis_id = taken.json()["analysis_id"]

    events = follow(club.one, analysis_id)
    kinds = [event["event"] for event in events]
    assert "progress" in kinds
    assert kinds[-1] == "analysis.completed"
    assert json.loads(events[-1]["data"])["status"] == "completed"

    found = [server.ask("GET", f"/api/v1/analyses/{analysis_id}").json() for server in (club.one, club.two)]
    assert found[0] == found[1]
    assert found[0]["result"]["data"]["jump_height_m"] > 0
    documents = [server.ask("GET", f"/api/v1/analyses/{analysis_id}/result.json") for server in (club.one, club.two)]
    assert documents[0].content == documents[1].content
    assert club.two.ask("GET", f"/api/v1/analyses/{analysis_id}/video").content == video

    assert eventually(lambda: len(club.receiver.received) >= 1)
    [received] = club.receiver.received
    delivered = Verifier(hook["secret"]).verify(received.body, received.headers)
    assert (delivered["type"], delivered["data"]["analysis_id"]) == ("analysis.completed", analysis_id)

    again = club.one.ask("POST", "/api/v1/analyses", json=body, headers=headers)
    assert again.json()["analysis_id"] == analysis_id


def test_events_are_taken_up_again_at_the_other_instance(club: Club) -> None:
    files = {"video": ("clip.mp4", video_bytes(sleep_s=2), "video/mp4")}
    taken = club.one.ask("POST", "/api/v1/analyses", files=files, data={"sport_type": "cmj"})
    analysis_id = taken.json()["analysis_id"]
    path = f"{club.one.url}/api/v1/analyses/{analysis_id}/events"
    with httpx2.stream("GET", path, timeout=PATIENCE_S) as answer:
        first = next(line for line in answer.iter_lines() if line.startswith("id: "))
    rest = follow(club.two, analysis_id, last_event_id=first.removeprefix("id: "))
    assert first.removeprefix("id: ") not in [event.get("id") for event in rest]
    assert rest[-1]["event"] == "analysis.completed"


def test_a_file_goes_straight_to_the_store(club: Club) -> None:
    video = video_bytes(name="direct")
    begun = club.one.ask("POST", "/api/v1/uploads/direct", json={"size_bytes": len(video)}).json()
    assert httpx2.put(begun["url"], content=video, timeout=PATIENCE_S).status_code == 200
    whole = club.two.ask("POST", f"/api/v1/uploads/{begun['upload_id']}/complete").json()
    assert (whole["status"], whole["received_bytes"]) == ("complete", len(video))
    body = {"sport_type": "cmj", "input": {"upload_id": begun["upload_id"]}}
    assert club.one.ask("POST", "/api/v1/analyses", json=body).status_code == 202


def test_a_key_and_its_limit_hold_at_both_instances(club: Club) -> None:
    made = club.one.ask("POST", "/api/v1/keys", json={"name": "laptop", "tier": "free", "owner": "rival"}).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    servers = [club.one, club.two] * 3
    answers = [server.ask("GET", "/api/v1/usage", headers=headers).status_code for server in servers]
    assert answers == [200] * 5 + [429]
    assert club.two.ask("GET", "/api/v1/analyses", headers=headers).status_code == 429


def test_a_stream_at_one_instance_is_watched_at_the_other(club: Club) -> None:
    body = {"sport_type": "cmj", "input": {"streaming": True}}
    path = f"/api/v1/analyses/{club.one.ask('POST', '/api/v1/analyses', json=body).json()['analysis_id']}"
    kinds: list[str] = []
    with connected(club.one, f"{path}/stream") as connection:
        tell(connection, type="open")
        send_jump(connection)
        with httpx2.stream("GET", f"{club.two.url}{path}/events", timeout=PATIENCE_S) as watched:
            lines = watched.iter_lines()
            number = 31
            while "metric_update" not in kinds:  # the watcher may have come too late for the first jump
                send_jump(connection, first=number, count=30)
                number += 30
                kinds += read_kinds(lines, until="state")
            tell(connection, type="close")
            kinds += read_kinds(lines, until="analysis.completed")
    assert {"state", "metric_update", "analysis_complete"} <= set(kinds)
    document = club.two.ask("GET", f"{path}/result.json").json()
    assert document["data"]["jump_height_m"] > 0
