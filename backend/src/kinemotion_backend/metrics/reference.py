"""The page that lists every metric, made from the registry."""

from kinemotion_backend.metrics.catalogue import Metrics

PROCESS = ("process_", "python_")
"""What the client library measures of the process itself."""


def write_reference() -> str:
    """Return the page in Markdown."""
    own, of_process = list[str](), list[str]()
    metrics = Metrics()
    for family in metrics.registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = ", ".join(f"`{label}`" for label in metrics.labels.get(name, ()))
        row = f"| `{name}` | {family.type} | {labels} | {family.documentation} |"
        (of_process if name.startswith(PROCESS) else own).append(row)
    head = ["| name | type | labels | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join(
        [
            "# Metrics of the service",
            "",
            "`GET /metrics` of the service, and `METRICS_PORT` of a worker, show these to Prometheus.",
            "A histogram has the series `_bucket`, `_sum` and `_count`. All times are seconds.",
            "",
            *head,
            *own,
            "",
            "## The process",
            "",
            *head,
            *of_process,
            "",
        ]
    )
