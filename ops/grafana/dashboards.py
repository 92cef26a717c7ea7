"""Write the Grafana dashboards from this declaration: ``python ops/grafana/dashboards.py``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("dashboards")
DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
WIDTH, HEIGHT = 8, 7
"""Of a panel; three fit beside each other in Grafana's 24 columns."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart: its title, its unit in Grafana's words, and pairs of legend and query."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]


def quantiles(metric: str, *, by: str = "") -> tuple[tuple[str, str], ...]:
    """Return queries for the median and the 95th percentile of a histogram."""
    labels = f"{by}, le" if by else "le"
    legend = f" {{{{{by}}}}}" if by else ""
    return tuple(
        (f"p{share}{legend}", f"histogram_quantile(0.{share}, sum by ({labels}) (rate({metric}_bucket[5m])))")
        for share in (50, 95)
    )


DASHBOARDS: dict[str, tuple[Panel, ...]] = {
    "System health": (
        Panel("Processes that answer", "short", (("{{job}}", 'sum by (job) (up{job=~"kinemotion-.+"})'),)),
        Panel("Engine and database", "short", (
            ("engine {{instance}}", "kinemotion_engine_up"), ("database {{instance}}", "kinemotion_records_up"),
        )),
        Panel("Versions", "short", (
            ("{{service}} with engine {{engine}}", "sum by (service, engine) (kinemotion_build_info)"),
        )),
        Panel("Answers", "reqps", (("{{status}}", "sum by (status) (rate(kinemotion_http_requests_total[5m]))"),)),
        Panel("Time of an answer", "s", quantiles("kinemotion_http_request_duration_seconds")),
        Panel("Time of an answer by route", "s", quantiles("kinemotion_http_request_duration_seconds", by="route")),
        Panel("Requests without an end yet", "short", (("{{instance}}", "kinemotion_http_requests_in_progress"),)),
        Panel("Deliveries to webhooks", "reqps", (
            ("{{outcome}}", "sum by (outcome) (rate(kinemotion_webhook_deliveries_total[5m]))"),
        )),
        Panel("Time of a delivery", "s", quantiles("kinemotion_webhook_duration_seconds")),
    ),
    "Analysis": (
        Panel("Analyses with a result", "reqps", (
            ("{{sport}}", "sum by (sport) (rate(kinemotion_analyses_total[5m]))"),
        )),
        Panel("Analyses without one", "reqps", (
            ("{{error_type}}", "sum by (error_type) (rate(kinemotion_analyses_failed_total[5m]))"),
        )),
        Panel("New requests", "reqps", (
            ("{{sport}}", "sum by (sport) (rate(kinemotion_analyses_submitted_total[5m]))"),
        )),
        Panel("Queue", "short", (
            ("{{kind}}", "max by (kind) (kinemotion_queue_depth)"), ("at work", "sum(kinemotion_analyses_running)"),
        )),
        Panel("Wait of the oldest", "s", (("oldest", "max(kinemotion_queue_oldest_seconds)"),)),
        Panel("Wait before the start", "s", quantiles("kinemotion_analysis_wait_seconds")),
        Panel("Time of an attempt", "s", quantiles("kinemotion_analysis_duration_seconds", by="sport")),
        Panel("Stages of the engine", "s", quantiles("kinemotion_stage_duration_seconds", by="stage")),
        Panel("Live streams", "short", (
            ("streams", "sum(kinemotion_streams_active)"), ("connections", "sum(kinemotion_ws_active_connections)"),
        )),
        Panel("Time of a live frame", "s", quantiles("kinemotion_frame_latency_seconds", by="codec")),
        Panel("Live frames", "short", (
            ("received", "sum(rate(kinemotion_frames_total[1m]))"),
            ("dropped: {{reason}}", "sum by (reason) (rate(kinemotion_frames_dropped_total[1m]))"),
        )),
        Panel("Ends of live streams", "short", (
            ("{{reason}}", "sum by (reason) (increase(kinemotion_streams_total[5m]))"),
            ("refused: {{reason}}", "sum by (reason) (increase(kinemotion_streams_refused_total[5m]))"),
            ("resumed", "sum(increase(kinemotion_streams_resumed_total[5m]))"),
        )),
    ),
    "Infrastructure": (
        Panel("Processor", "percentunit", (
            ("{{instance}}", 'rate(process_cpu_seconds_total{job=~"kinemotion-.+"}[5m])'),
        )),
        Panel("Memory", "bytes", (("{{instance}}", 'process_resident_memory_bytes{job=~"kinemotion-.+"}'),)),
        Panel("Memory of live engines", "bytes", (("{{instance}}", "kinemotion_stream_engine_memory_bytes"),)),
        Panel("Free space", "bytes", (("{{instance}} {{folder}}", "kinemotion_disk_free_bytes"),)),
        Panel("Open files", "percentunit", (("{{instance}}", "process_open_fds / process_max_fds"),)),
        Panel("Limits without Redis", "short", (
            ("{{instance}}", "rate(kinemotion_limiter_fallbacks_total[5m])"),
        )),
        Panel("Live engines", "short", (
            ("{{state}}", "sum by (state) (kinemotion_stream_engines)"),
            ("replaced: {{reason}}", "sum by (reason) (increase(kinemotion_stream_engine_restarts_total[5m]))"),
        )),
        Panel("Age of the processes", "s", (("{{instance}}", "time() - process_start_time_seconds"),)),
    ),
}  # fmt: skip


def write_dashboard(title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """Return a dashboard in Grafana's JSON model."""
    return {
        "uid": name_file(title),
        "title": f"Kinemotion: {title}",
        "tags": ["kinemotion"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "panels": [_write_panel(panel, number) for number, panel in enumerate(panels)],
    }


def name_file(title: str) -> str:
    """Return the name of a dashboard's file and page."""
    return f"kinemotion-{title.lower().replace(' ', '-')}"


def _write_panel(panel: Panel, number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "title": panel.title,
        "type": "timeseries",
        "datasource": DATASOURCE,
        "gridPos": {"x": number % 3 * WIDTH, "y": number // 3 * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": DATASOURCE, "legendFormat": legend, "expr": query}
            for place, (legend, query) in enumerate(panel.queries)
        ],
    }


if __name__ == "__main__":
    for title, panels in DASHBOARDS.items():
        text = json.dumps(write_dashboard(title, panels), indent=2)
        (TARGET / f"{name_file(title)}.json").write_text(f"{text}\n", "utf-8")
