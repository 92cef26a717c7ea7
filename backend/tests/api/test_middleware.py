"""What every answer has around it, and who gets none."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from stand_in import PROBLEM, small_settings
from structlog.testing import capture_logs

from kinemotion_backend.app import create_app
from kinemotion_backend.video_analyzer import VideoAnalyzer


def test_untrusted_hosts_are_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/sports", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "untrusted_host")
    assert client.get("/api/v1/sports", headers={"Host": "TESTSERVER:8080"}).status_code == 200


def test_hosts_are_trusted_however_they_are_written(tmp_path: Path, analyzer: VideoAnalyzer) -> None:
    trusting = small_settings(tmp_path).model_copy(update={"trusted_hosts": ("Coach.Example",)})
    with TestClient(create_app(trusting, analyzer=analyzer), base_url="http://coach.example") as client:
        assert client.get("/api/v1/sports").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_probes_ask_by_address(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Host": "10.0.0.7:8080"}).status_code == 200


def test_answers_carry_safe_headers(client: TestClient) -> None:
    headers = client.get("/health").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


def test_production_asks_for_https(tmp_path: Path, analyzer: VideoAnalyzer) -> None:
    with TestClient(create_app(small_settings(tmp_path, environment="production"), analyzer=analyzer)) as client:
        assert "max-age" in client.get("/health").headers["strict-transport-security"]


def test_only_named_origins_may_call(tmp_path: Path, analyzer: VideoAnalyzer) -> None:
    allowed = small_settings(tmp_path, cors_origins=("https://coach.example",))
    with TestClient(create_app(allowed, analyzer=analyzer)) as client:
        ours = client.get("/health", headers={"Origin": "https://coach.example"})
        theirs = client.get("/health", headers={"Origin": "https://evil.example"})
    assert ours.headers["access-control-allow-origin"] == "https://coach.example"
    assert "access-control-allow-origin" not in theirs.headers


def test_a_refused_preflight_is_a_problem(tmp_path: Path, analyzer: VideoAnalyzer) -> None:
    allowed = small_settings(tmp_path, cors_origins=("https://coach.example",))
    with TestClient(create_app(allowed, analyzer=analyzer)) as client:
        ours, theirs = (
            client.options("/api/analyze", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
            for origin in ("https://coach.example", "https://evil.example")
        )
    assert (ours.status_code, ours.headers["access-control-allow-origin"]) == (200, "https://coach.example")
    assert (theirs.status_code, theirs.headers["content-type"]) == (403, PROBLEM)
    assert theirs.json()["code"] == "untrusted_origin"


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_3", True), ("x" * 65, False), ("a b", False), ("", False)])
def test_a_request_keeps_its_id(client: TestClient, given: str, kept: bool) -> None:
    with capture_logs() as logs:
        answered = client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert (answered == given) is kept
    [line] = logs
    assert (line["method"], line["path"], line["status"]) == ("GET", "/health", 200)
    assert line["duration_ms"] >= 0
