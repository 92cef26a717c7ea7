"""Links that show a result without a key: what they show, what they keep private, and how they end."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from stand_in import eventually, small_settings, video_bytes

from kinemotion_backend.analyses.sharing import MAX_LINKS
from kinemotion_backend.api.v1 import access
from kinemotion_backend.app import create_app
from kinemotion_backend.limits.base import RateLimit
from kinemotion_backend.logging_config import configure_logging

HOUR_S = 3600


@pytest.fixture
def visitor(client: TestClient) -> TestClient:
    """Somebody elsewhere, without a key, who uses the same service."""
    return TestClient(client.app, client=("203.0.113.7", 50_000), raise_server_exceptions=False)


def analyse(client: TestClient, **fields: str) -> str:
    files = {"video": ("clip.mp4", video_bytes(), "video/mp4")}
    data = {"sport_type": "cmj", "outputs": json.dumps(["report", "overlay", "trajectories"]), **fields}
    path = client.post("/api/v1/analyses", files=files, data=data).headers["Location"]
    assert eventually(lambda: client.get(path).json()["status"] == "completed")
    return path


def share(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{path}/shares", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_link_shows_the_result_to_somebody_without_a_key(client: TestClient, visitor: TestClient):
    path = analyse(client)
    made = share(client, path)
    assert made["path"] == f"/shared/{made['token']}"
    assert len(made["token"]) >= 43
    shown = visitor.get(f"/api/v1{made['path']}")
    assert shown.json()["result"] == client.get(path).json()["result"]
    assert [file["name"] for file in shown.json()["files"]] == ["overlay.mp4", "result.json", "trajectories.csv"]
    for file in shown.json()["files"]:
        answer = visitor.get(f"/api/v1{made['path']}/{file['name']}")
        assert answer.content == client.get(f"{path}/{file['name']}").content
        assert (len(answer.content), answer.headers["X-Robots-Tag"]) == (file["size_bytes"], "noindex, nofollow")
    part = visitor.get(f"/api/v1{made['path']}/overlay.mp4", headers={"Range": "bytes=1-3"})
    assert (part.status_code, len(part.content)) == (206, 3)
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert (shown.headers["Referrer-Policy"], shown.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_a_link_shows_nothing_else(client: TestClient, visitor: TestClient):
    path = analyse(client)
    made = share(client, path)
    shown = visitor.get(f"/api/v1{made['path']}").json()
    assert not {"analysis_id", "owner", "athlete_id", "session_id", "config", "key_id"} & set(shown)
    for name in ("video", "report.html", "events", "shares"):
        assert visitor.get(f"/api/v1{made['path']}/{name}").status_code == 404
    for method, address in [("GET", path), ("GET", f"{path}/result.json"), ("DELETE", path), ("GET", f"{path}/shares")]:
        for headers in ({}, {"Authorization": f"Bearer {made['token']}"}):
            assert visitor.request(method, address, headers=headers).status_code == 401
    for method in ("DELETE", "POST", "PUT"):
        assert visitor.request(method, f"/api/v1{made['path']}").status_code == 405


def test_links_are_listed_without_their_token_and_ended(client: TestClient, visitor: TestClient):
    path = analyse(client)
    one, two = share(client, path), share(client, path, expires_in_s=HOUR_S)
    listed = client.get(f"{path}/shares")
    assert [item["share_id"] for item in listed.json()["items"]] == [two["share_id"], one["share_id"]]
    assert one["token"] not in listed.text
    assert client.delete(f"{path}/shares/{one['share_id']}").status_code == 204
    again = client.delete(f"{path}/shares/{one['share_id']}")
    assert (again.status_code, again.json()["code"]) == (404, "share_link_not_found")
    ended = visitor.get(f"/api/v1{one['path']}")
    assert (ended.status_code, ended.headers["Content-Type"]) == (404, "application/problem+json")
    assert ended.json()["code"] == "link_ended"
    assert ended.json()["hint"] == "Ask the person who sent it for a new link."
    assert visitor.get(f"/api/v1{one['path']}/result.json").status_code == 404
    assert visitor.get(f"/api/v1{two['path']}").status_code == 200


@pytest.mark.parametrize("lifetime", [HOUR_S - 1, 90 * 24 * HOUR_S + 1, "soon", 0, -5])
def test_a_link_lasts_between_an_hour_and_ninety_days(client: TestClient, lifetime: object):
    answer = client.post("/api/v1/analyses/any/shares", json={"expires_in_s": lifetime})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_link_lasts_seven_days_unless_told_otherwise(client: TestClient):
    made = share(client, analyse(client))
    week = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert week == timedelta(days=7)


def test_a_link_ends_with_the_analysis(client: TestClient, visitor: TestClient):
    path = analyse(client)
    made = share(client, path)
    client.delete(path)
    assert visitor.get(f"/api/v1{made['path']}").json()["code"] == "link_ended"


def test_a_link_ends_when_consent_is_withdrawn(client: TestClient, visitor: TestClient):
    athlete = client.post("/api/v1/athletes", json={"name": "Ana"}).json()["athlete_id"]
    path = analyse(client, athlete_id=athlete)
    made = share(client, path)
    assert "Ana" not in visitor.get(f"/api/v1{made['path']}").text
    client.delete(f"/api/v1/athletes/{athlete}/consent")
    assert visitor.get(f"/api/v1{made['path']}").status_code == 404
    refused = client.post(f"{path}/shares", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_withdrawn")


def test_only_a_result_is_shared(client: TestClient, analyzer: FakeAnalyzer):
    analyzer.is_held = True
    files = {"video": ("clip.mp4", video_bytes(), "video/mp4")}
    path = client.post("/api/v1/analyses", files=files, data={"sport_type": "cmj"}).headers["Location"]
    refused = client.post(f"{path}/shares", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "result_not_ready")
    assert client.post("/api/v1/analyses/nothing/shares", json={}).status_code == 404
    client.delete(path)


def test_an_analysis_has_so_many_links_at_most(client: TestClient):
    path = analyse(client)
    for _ in range(MAX_LINKS):
        share(client, path)
    refused = client.post(f"{path}/shares", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_share_links")


def test_visits_are_limited_by_address(client: TestClient, visitor: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(access, "VISITS", RateLimit("visits", 3, 3600))
    address = f"/api/v1{share(client, analyse(client))['path']}"
    assert [visitor.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = visitor.get(f"{address}/result.json")
    assert (refused.status_code, refused.json()["code"]) == (429, "limit_reached")
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.get(address).status_code == 200


def test_all_addresses_of_one_network_are_one_visitor(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(access, "VISITS", RateLimit("visits", 3, 3600))
    address = f"/api/v1{share(client, analyse(client))['path']}"
    visitors = [TestClient(client.app, client=(f"2001:db8::{number}", 50_000)) for number in range(1, 5)]
    assert [visitor.get(address).status_code for visitor in visitors] == [200, 200, 200, 429]


def test_a_token_is_neither_logged_nor_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings = small_settings(tmp_path, json_logs=True)
    configure_logging(settings)
    app = create_app(settings, analyzer=FakeAnalyzer(tmp_path))
    with TestClient(app, client=("127.0.0.1", 50_000)) as client:
        made = share(client, analyse(client))
        for address in (made["path"], f"/api/v1{made['path']}", f"/api/v1/shared//{made['token']}/result.json"):
            client.get(address)
        assert made["token"] not in client.get("/metrics").text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    ours = [line for line in lines if line["logger"] != "httpx2"]  # the client of this test logs what it asks for
    assert [line["path"] for line in ours if "/shared/" in line.get("path", "")] == [
        "/shared/[redacted]",
        "/api/v1/shared/[redacted]",
        "/api/v1/shared//[redacted]/result.json",
    ]
    assert made["token"] not in json.dumps(ours)
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert made["share_id"].encode() in kept
    assert made["token"].encode() not in kept


def test_a_share_needs_the_scope(client: TestClient, visitor: TestClient):
    path = analyse(client)
    reader = client.post("/api/v1/keys", json={"name": "reader", "owner": "local", "scopes": ["analyses:read"]}).json()
    headers = {"X-API-Key": reader["key"]}
    assert visitor.get(f"{path}/shares", headers=headers).status_code == 200
    assert visitor.post(f"{path}/shares", json={}, headers=headers).status_code == 403
