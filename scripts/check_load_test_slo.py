"""Hold the results of a load test against what the service promises; exit status 1 where it does not keep it.

    python scripts/check_load_test_slo.py out/load

Reads ``out/load_stats.csv``, which Locust writes with ``--csv out/load``, and ``out/load_resources.csv`` if it exists.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIVE = "LIVE"
TOTAL = "Aggregated"


@dataclass(frozen=True, slots=True)
class Row:
    """Requests of one name: how many, how many failed, and times in milliseconds."""

    kind: str
    name: str
    count: int
    failures: int
    median_ms: float
    p95_ms: float

    @property
    def error_rate(self) -> float:
        """Share that failed; 0 of nothing."""
        return self.failures / self.count if self.count else 0.0


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a file of Locust's."""
    with path.open(encoding="utf-8", newline="") as source:
        return [
            Row(
                kind=line["Type"],
                name=line["Name"],
                count=int(line["Request Count"]),
                failures=int(line["Failure Count"]),
                median_ms=_read_ms(line["50%"]),
                p95_ms=_read_ms(line["95%"]),
            )
            for line in csv.DictReader(source)
        ]


def _read_ms(text: str) -> float:
    """Return a time; Locust writes N/A where nothing was sent."""
    return float(text) if text.replace(".", "", 1).isdigit() else 0.0


def list_breaches(rows: list[Row], *, live_p95_ms: float, error_rate: float) -> Iterator[str]:
    """Say what is not kept."""
    counted = [row for row in rows if row.name != TOTAL]
    if sum(row.count for row in counted) == 0:
        yield "Nothing was sent."
        return
    live = [row for row in counted if row.kind == LIVE]
    yield from (
        f"{row.name}: p95 {row.p95_ms:.0f} ms, promised are {live_p95_ms:.0f}."
        for row in live
        if row.p95_ms >= live_p95_ms
    )
    failed = sum(row.failures for row in counted) / sum(row.count for row in counted)
    if failed >= error_rate:
        yield f"{failed:.1%} of all requests failed, promised are fewer than {error_rate:.1%}."


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Hold a load test against what the service promises.")
    parser.add_argument("prefix", help="what Locust's --csv was given")
    parser.add_argument("--live-p95-ms", type=float, default=200.0, help="of a live frame (default: %(default)s)")
    parser.add_argument("--error-rate", type=float, default=0.01, help="of all requests (default: %(default)s)")
    given = parser.parse_args()
    rows = read_rows(Path(f"{given.prefix}_stats.csv"))
    print(f"{'kind':<6} {'name':<24} {'count':>7} {'failed':>7} {'p50 ms':>7} {'p95 ms':>7}")  # noqa: T201
    for row in rows:
        print(  # noqa: T201
            f"{row.kind:<6} {row.name:<24} {row.count:>7} {row.failures:>7} {row.median_ms:>7.0f} {row.p95_ms:>7.0f}"
        )
    resources = Path(f"{given.prefix}_resources.csv")
    if resources.is_file():
        print(resources.read_text("utf-8").replace(",", "\t"), end="")  # noqa: T201
    breaches = list(list_breaches(rows, live_p95_ms=given.live_p95_ms, error_rate=given.error_rate))
    for breach in breaches:
        print(f"NOT KEPT  {breach}")  # noqa: T201
    if not breaches:
        print("All promises are kept.")  # noqa: T201
    return int(bool(breaches))


if __name__ == "__main__":
    sys.exit(main())
