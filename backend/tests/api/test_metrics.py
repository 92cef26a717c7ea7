"""``/metrics``: who may read it, and what is counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from stand_in import HERE, small_settings, video_bytes

from kinemotion_backend.adapters.mock_adapter import ConfigurableMockAnalyzer
from kinemotion_backend.app import create_app


def read(client: TestClient, name: str, **labels: str) -> float:
    """Return one value of the page; 0 where there is none with these labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    samples = [
        sample
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == name and sample.labels.items() >= labels.items()
    ]
    return sum(sample.value for sample in samples)


def test_answers_are_counted_by_the_template_of_their_route(client: TestClient) -> None:
    client.get("/api/v1/analyses/ana_1")
    client.get("/api/v1/analyses/ana_2")
    client.get("/nowhere/at/all")
    client.get("/")
    total = "kinemotion_http_requests_total"
    assert read(client, total, route="/api/v1/analyses/{analysis_id}", status="404") == 2
    assert read(client, total, route="unmatched", status="404") == 1
    assert read(client, total, route="/", method="GET") == 1
    assert read(client, "kinemotion_http_request_duration_seconds_count", route="unmatched") == 1


def test_results_and_errors_are_counted_by_movement(client: TestClient, analyzer: ConfigurableMockAnalyzer) -> None:
    def analyze(sport: str) -> None:
        client.post("/api/analyze", files={"video": video_bytes()}, data={"jump_type": sport})

    analyze("Countermovement Jump")
    analyzer.delay_s, analyzer.failure = 0.0, ConfigurableMockAnalyzer(should_fail=True).failure
    analyze("cmj")
    analyze("somersault")
    assert read(client, "kinemotion_analyses_total", sport="cmj") == 1
    assert read(client, "kinemotion_analyses_failed_total", sport="cmj", error_type="nobody_visible") == 1
    assert read(client, "kinemotion_analyses_failed_total", sport="somersault") == 0
    assert read(client, "kinemotion_stage_duration_seconds_count", sport="cmj", stage="pose") == 1
    assert read(client, "kinemotion_analyses_running") == 0


def test_the_state_of_the_parts_is_looked_at_when_asked(client: TestClient) -> None:
    assert read(client, "kinemotion_engine_up") == 1
    assert read(client, "kinemotion_records_up") == 1
    assert read(client, "kinemotion_queue_depth", kind="analysis") == 0
    assert read(client, "kinemotion_disk_free_bytes", folder="data") > 0
    assert read(client, "kinemotion_build_info") == 1


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    settings = small_settings(tmp_path / "guarded", use_mock_analyzer=True, metrics_networks="10.0.0.0/8")
    with TestClient(create_app(settings), client=("10.1.2.3", 50_000)) as client:
        yield client


def test_only_the_named_networks_may_read(guarded: TestClient) -> None:
    assert guarded.get("/metrics").status_code == 200
    assert guarded.get("/metrics", headers={"Host": "10.9.9.9:8080"}).status_code == 200
    assert guarded.get("/metrics", headers={"X-Forwarded-For": "10.1.2.4"}).status_code == 403
    assert guarded.get("/metrics", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    elsewhere = TestClient(guarded.app, client=HERE)
    assert elsewhere.get("/metrics").json()["code"] == "metrics_forbidden"
