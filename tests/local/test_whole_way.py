"""A video goes the whole way through the local topology, and nothing is lost when its processes are killed."""

import json
import ssl
from collections.abc import Iterator

import httpx2
import psycopg
import pytest
from receiver import Receiver, running_receiver
from standardwebhooks import Webhook as Verifier
from steps import SAMPLES, Wait, kill, make_unseen, read_events, submit, upload_in_pieces
from topology import Topology

pytestmark = pytest.mark.local

WORKERS = ("worker:worker-1", "worker:worker-2")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on this machine."""
    with running_receiver() as running:
        yield running


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


def test_the_edge_keeps_clear_text_and_metrics_out(client: httpx2.Client, topology: Topology) -> None:
    assert client.get("/metrics").status_code == 404
    port = topology.environment["HTTP_PORT"]
    answer = httpx2.get(f"http://localhost:{port}/api/v1/analyses?status=queued")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{topology.url}/api/v1/analyses?status=queued")
    trusted = ssl.create_default_context(cafile=topology.authority)
    assert httpx2.get(f"{topology.url}/api/v1/analyses", verify=trusted).status_code == 401
