"""Webhooks over HTTP: registered, told of an analysis, tested, rotated and deleted."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from receiver import Receiver, running_receiver
from stand_in import small_settings, video_bytes
from standardwebhooks import Webhook as Verifier

from kinemotion_backend.app import create_app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = small_settings(tmp_path, webhook_allow=("127.0.0.0/8",))
    app = create_app(settings, analyzer=FakeAnalyzer(tmp_path))
    with TestClient(app, client=("127.0.0.1", 50_000), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


def register(client: TestClient, url: str, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/webhooks/register", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the other threads have made it true."""
    while not condition():
        time.sleep(0.02)


def test_an_analysis_is_told_and_can_be_verified(client: TestClient, receiver: Receiver) -> None:
    webhook = register(client, receiver.url)
    files = {"video": ("clip.mp4", video_bytes(), "video/mp4")}
    taken = client.post("/api/v1/analyses", files=files, data={"sport_type": "cmj"})
    wait_for(lambda: len(receiver.received) == 1)
    [received] = receiver.received
    event = Verifier(webhook["secret"]).verify(received.body, received.headers)
    assert event["type"] == "analysis.completed"
    assert event["data"]["analysis_id"] == taken.json()["analysis_id"]

    def read_log() -> list[dict[str, Any]]:
        return client.get(f"/api/v1/webhooks/{webhook['webhook_id']}/deliveries").json()["items"]

    wait_for(lambda: read_log()[0]["status"] == "delivered")
    [delivery] = read_log()
    assert delivery["event_id"] == received.headers["webhook-id"]
    log = client.get(f"/api/v1/webhooks/deliveries/{delivery['delivery_id']}").json()
    assert [attempt["status"] for attempt in log["attempts"]] == [204]


def test_a_test_and_a_redelivery_reach_the_receiver(client: TestClient, receiver: Receiver) -> None:
    webhook = register(client, receiver.url)
    delivery = client.post(f"/api/v1/webhooks/{webhook['webhook_id']}/test")
    assert delivery.status_code == 202
    wait_for(lambda: len(receiver.received) == 1)
    path = f"/api/v1/webhooks/deliveries/{delivery.json()['delivery_id']}"
    wait_for(lambda: client.get(path).json()["status"] == "delivered")
    assert client.post(f"{path}/redeliver").status_code == 202
    wait_for(lambda: len(receiver.received) == 2)
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1


def test_the_secret_is_shown_once_and_rotated(client: TestClient, receiver: Receiver) -> None:
    webhook = register(client, receiver.url)
    rotated = client.post(f"/api/v1/webhooks/{webhook['webhook_id']}/rotate").json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != webhook["secret"]
    for shown in ("/api/v1/webhooks", f"/api/v1/webhooks/{webhook['webhook_id']}"):
        assert "whsec_" not in client.get(shown).text


def test_a_webhook_is_listed_and_deleted(client: TestClient, receiver: Receiver) -> None:
    webhook = register(client, receiver.url, events=["analysis.failed"], sport_types=["cmj"])
    path = f"/api/v1/webhooks/{webhook['webhook_id']}"
    assert client.get("/api/v1/webhooks").json()["items"] == [client.get(path).json()]
    assert client.post(f"{path}/enable").json()["is_active"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.get("/api/v1/webhooks").json() == {"items": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "http://169.254.169.254/latest/meta-data"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://user:secret@hooks.example/"},
        {"url": "nonsense"},
        {"url": "https://hooks.example/", "events": []},
        {"url": "https://hooks.example/", "events": ["everything"]},
        {"url": "https://hooks.example/", "more": 1},
    ],
    ids=str,
)
def test_impossible_webhooks_are_refused(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/v1/webhooks/register", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
