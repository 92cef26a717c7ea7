"""A video goes the whole way through the local topology, and nothing is lost when its processes are killed."""

import json
import os
import signal
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from receiver import Receiver, running_receiver
from standardwebhooks import Webhook as Verifier
from topology import Topology

pytestmark = pytest.mark.local

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
WORKERS = ("worker:worker-1", "worker:worker-2")
APIS = ("api:api-1", "api:api-2")
Wait = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on this machine."""
    with running_receiver() as running:
        yield running


def read_events(client: httpx2.Client, analysis_id: str, *, last_id: str | None = None) -> Iterator[dict[str, str]]:
    """The events of an analysis as the edge passes them on."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    event: dict[str, str] = {}
    with client.stream("GET", f"/api/v1/analyses/{analysis_id}/events", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in {"id", "event", "data"}:
                event[name] = value
            elif not line and event:
                yield event
                event = {}


def upload_in_pieces(client: httpx2.Client, video: bytes, *, between: Callable[[], None] = lambda: None) -> str:
    """Send a video in two pieces; return the upload's id."""
    begun = client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(len(video))})
    assert begun.status_code == 201, begun.text
    path = httpx2.URL(begun.headers["location"]).path
    half = len(video) // 2
    for offset, piece in ((0, video[:half]), (half, video[half:])):
        sent = client.patch(path, headers={**PIECE, "Upload-Offset": str(offset)}, content=piece)
        assert sent.status_code == 204, sent.text
        between()
    return begun.json()["upload_id"]


def submit(client: httpx2.Client, upload_id: str, **given: Any) -> dict[str, Any]:
    """Ask for an analysis of the upload."""
    body = {"sport_type": "cmj", "input": {"upload_id": upload_id}, **given}
    taken = client.post("/api/v1/analyses", json=body)
    assert taken.status_code == 202, taken.text
    return taken.json()


def kill(topology: Topology, process: str) -> int:
    """Kill a process of the topology at once, as a power cut would; return its id."""
    pid = topology.find_pid(process)
    os.kill(pid, signal.SIGKILL)
    return pid


def is_ready(topology: Topology, process: str) -> bool:
    """Whether the API process answers, asked directly."""
    port = topology.environment[f"API_PORT_{process[-1]}"]
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx2.TransportError:
        return False


def make_unseen(name: str) -> bytes:
    """A sample with a trailing box of its own: the same video in another file, so that no earlier answer fits."""
    padding = os.urandom(16)
    return (SAMPLES / name).read_bytes() + (8 + len(padding)).to_bytes(4, "big") + b"free" + padding


def test_a_video_goes_the_whole_way(
    client: httpx2.Client, receiver: Receiver, database: psycopg.Connection, *, topology: Topology, wait_until: Wait
) -> None:
    truth = json.loads((SAMPLES / "cmj.truth.json").read_text("utf-8"))
    hook = client.post("/api/v1/webhooks/register", json={"url": receiver.url}).json()
    video = make_unseen("cmj.mp4")
    analysis_id = submit(client, upload_in_pieces(client, video))["analysis_id"]
    kinds = [event["event"] for event in read_events(client, analysis_id)]
    assert "progress" in kinds
    assert kinds[-1] == "analysis.completed"

    found = client.get(f"/api/v1/analyses/{analysis_id}").json()
    true_height_m = truth["motion"]["jump_height_m"]["from_takeoff"]
    assert found["result"]["data"]["jump_height_m"] == pytest.approx(true_height_m, abs=0.03)
    [(status, worker, document_key)] = database.execute(
        "SELECT status, worker, document_key FROM analyses WHERE id = %s", [analysis_id]
    ).fetchall()
    assert (status, worker) == ("completed", None)
    assert document_key
    assert client.get(f"/api/v1/analyses/{analysis_id}/video").content == video

    wait_until(lambda: receiver.received)
    event = Verifier(hook["secret"]).verify(receiver.received[0].body, receiver.received[0].headers)
    assert (event["type"], event["data"]["analysis_id"]) == ("analysis.completed", analysis_id)
    client.delete(f"/api/v1/webhooks/{hook['webhook_id']}").raise_for_status()
    listed = client.get("/api/v1/analyses", params={"status": "completed"}).json()
    assert analysis_id in [item["analysis_id"] for item in listed["items"]]
    assert topology.url.startswith("https://")


def test_a_worker_killed_at_work_loses_nothing(
    client: httpx2.Client, database: psycopg.Connection, *, topology: Topology, wait_until: Wait
) -> None:
    analysis_id = submit(client, upload_in_pieces(client, make_unseen("cmj.mp4")))["analysis_id"]
    running = "SELECT worker FROM analyses WHERE id = %s AND status = 'running' AND progress_done > 0"
    [worker] = wait_until(lambda: database.execute(running, [analysis_id]).fetchone())
    pid = int(worker.rpartition(":")[2])
    [name] = [name for name in WORKERS if topology.find_pid(name) == pid]
    assert kill(topology, name) == pid

    last = list(read_events(client, analysis_id))[-1]
    assert last["event"] == "analysis.completed"
    attempts = "SELECT attempt, crashes FROM analyses WHERE id = %s"
    assert database.execute(attempts, [analysis_id]).fetchone() == (2, 1)
    ends = "SELECT count(*) FROM events WHERE subject = %s AND type = 'analysis.completed'"
    assert database.execute(ends, [analysis_id]).fetchone() == (1,)
    wait_until(lambda: topology.find_pid(name) not in {0, pid})


def test_each_api_process_killed_in_turn_loses_nothing(
    client: httpx2.Client, database: psycopg.Connection, *, topology: Topology, wait_until: Wait
) -> None:
    remaining = list(APIS)

    def kill_next() -> None:
        process = remaining.pop(0)
        kill(topology, process)
        wait_until(lambda: is_ready(topology, process))

    upload_id = upload_in_pieces(client, make_unseen("cmj.mp4"), between=kill_next)
    analysis_id = submit(client, upload_id, quality="accurate")["analysis_id"]
    seen, is_over = list[dict[str, str]](), False
    remaining.extend(APIS)
    while not is_over:
        last_id = next((event["id"] for event in reversed(seen) if "id" in event), None)
        try:
            for event in read_events(client, analysis_id, last_id=last_id):
                seen.append(event)
                if event["event"] == "progress" and remaining:
                    kill_next()
                is_over = event["event"] == "analysis.completed"
        except httpx2.TransportError:
            continue
    assert remaining == []
    ids = [event["id"] for event in seen if "id" in event]
    assert len(ids) == len(set(ids))
    assert client.get(f"/api/v1/analyses/{analysis_id}").json()["status"] == "completed"
    assert database.execute("SELECT attempt FROM analyses WHERE id = %s", [analysis_id]).fetchone() == (1,)


def test_the_edge_keeps_clear_text_and_metrics_out(client: httpx2.Client, topology: Topology) -> None:
    assert client.get("/metrics").status_code == 404
    port = topology.environment["HTTP_PORT"]
    answer = httpx2.get(f"http://localhost:{port}/api/v1/analyses?status=queued")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{topology.url}/api/v1/analyses?status=queued")
    trusted = ssl.create_default_context(cafile=topology.authority)
    assert httpx2.get(f"{topology.url}/api/v1/analyses", verify=trusted).status_code == 401
