"""Alerts, dashboards and scaling ask only for metrics that exist, and each alert is tested and has a runbook."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dashboards import DASHBOARDS, name_file, write_dashboard
from programs import ROOT, run

from kinemotion_backend.metrics.catalogue import Metrics

PROMETHEUS = ROOT / "ops" / "prometheus"
RULES = ("alerts.yml", "canary.yml")
METRICS = ROOT / "docs" / "reference" / "metrics.md"
RUNBOOKS = ROOT / "docs" / "operations" / "runbooks.md"
NAME = re.compile(r"\b(?:kinemotion|process|python)_[a-z0-9_]+\b(?!\s*=)")


def read_rules() -> list[dict[str, Any]]:
    """All rules, of alerts and recorded."""
    files = [yaml.safe_load((PROMETHEUS / name).read_text("utf-8")) for name in RULES]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


ALERTS = [rule for rule in read_rules() if "alert" in rule]


EXPECTED: dict[str, tuple[str, ...]] = {
    "ws_active_connections": (),
    "analyses_total": ("sport",),
    "analyses_failed_total": ("error_type",),
    "frame_latency_seconds_bucket": ("codec",),
    "stage_duration_seconds_bucket": ("stage",),
    "queue_depth": ("kind",),
    "stream_engine_memory_bytes": (),
    "webhook_deliveries_total": ("outcome",),
    "http_request_duration_seconds_bucket": ("route",),
}
"""What whoever runs a service asks for first, and by what they tell it apart."""


def list_queries() -> Iterator[str]:
    """Every query of rules, dashboards and scaling."""
    yield from (rule["expr"] for rule in read_rules())
    yield from (query for panels in DASHBOARDS.values() for panel in panels for _, query in panel.queries)
    for manifest in yaml.safe_load_all((ROOT / "ops" / "kubernetes" / "scaling.yaml").read_text("utf-8")):
        yield from (trigger["metadata"]["query"] for trigger in manifest["spec"].get("triggers", ()))


def list_series() -> set[str]:
    """Names of all series that the service can export."""
    names = set[str]()
    for family in Metrics().registry.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        names |= {f"{family.name}{suffix}" for suffix in suffixes}
    return names


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_asked_for_first_is_exported_with_its_labels(name: str) -> None:
    assert f"kinemotion_{name}" in list_series()
    [row] = re.findall(
        rf"^\| `kinemotion_{name.removesuffix('_bucket')}` \|.*$", METRICS.read_text("utf-8"), flags=re.MULTILINE
    )
    assert set(EXPECTED[name]) <= set(re.findall(r"`(\w+)`", row))


def test_queries_name_metrics_that_exist() -> None:
    asked = {name for query in list_queries() for name in NAME.findall(query)}
    assert asked
    assert asked - list_series() == set()


def test_every_metric_of_ours_is_shown_or_watched() -> None:
    asked = {re.sub("_(bucket|sum|count)$", "", name) for query in list_queries() for name in NAME.findall(query)}
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in list_series() if name.startswith("kinemotion_")}
    assert ours - asked == set()


def test_rules_are_valid_and_fire_when_they_should() -> None:
    run("promtool", "check", "rules", *(PROMETHEUS / name for name in RULES))
    run("promtool", "test", "rules", PROMETHEUS / "tests.yml")


@pytest.mark.parametrize("name", ["prometheus.yml", "kubernetes.yml"])
def test_the_monitoring_is_configured_validly(name: str) -> None:
    run("promtool", "check", "config", PROMETHEUS / name)


def test_the_alerts_are_sent_on_validly() -> None:
    run("amtool", "check-config", PROMETHEUS / "alertmanager.yml")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_each_alert_is_tested_and_has_a_runbook(alert: dict[str, Any]) -> None:
    name = alert["alert"]
    assert f'alertname="{name}"' in (PROMETHEUS / "tests.yml").read_text("utf-8")
    assert alert["annotations"]["runbook"] == f"docs/operations/runbooks.md#{name.lower()}"
    assert f"\n## {name}\n" in RUNBOOKS.read_text("utf-8")
    assert alert["labels"]["severity"] in {"page", "ticket"}


def test_runbooks_are_of_alerts() -> None:
    titles = re.findall(r"^## (Kinemotion\w+)$", RUNBOOKS.read_text("utf-8"), flags=re.MULTILINE)
    assert titles == [alert["alert"] for alert in ALERTS]


def test_dashboards_are_what_the_declaration_writes() -> None:
    written = {name_file(title): write_dashboard(title, panels) for title, panels in DASHBOARDS.items()}
    files: list[Path] = sorted((ROOT / "ops" / "grafana" / "dashboards").glob("*.json"))
    assert {path.stem: json.loads(path.read_text("utf-8")) for path in files} == written
