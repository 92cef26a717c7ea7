"""Jumps and sleep side by side: what the service measured, and what a watch exported.

    python examples/wearable_join.py ath_… --recovery examples/recovery.csv --out report.md

The recovery file has a row for each day: `date`, `sleep_h`, `resting_heart_rate_bpm`, `heart_rate_variability_ms`.
The report says of each jump whether it differs from the first one by more than the error of measurement.
"""

import argparse
import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median

from kinemotion_client import KinemotionClient, KinemotionClientError
from kinemotion_client.models import DayInfo, TrendInfo

HEAD = ("day", "jump height", "95 % interval", "against the first day", "sleep", "resting heart rate", "variability")
SHORT_SLEEP_H = 6.0
"""Below what most guidelines ask of athletes."""
Recovery = Mapping[str, float | None]


def read_recovery(path: Path) -> dict[date, Recovery]:
    """Return the figures of each day; an empty cell is not known."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        date.fromisoformat(row["date"]): {
            name: float(value) if value else None for name, value in row.items() if name != "date"
        }
        for row in rows
    }


def describe_day(day: DayInfo, recovery: Recovery) -> tuple[str, ...]:
    """Return the cells of one day."""
    low, high = day.value_interval
    return (
        day.date.isoformat(),
        f"{100 * day.value:.1f} cm",
        f"{100 * low:.1f} to {100 * high:.1f} cm",
        day.verdict,
        show(recovery.get("sleep_h"), "h"),
        show(recovery.get("resting_heart_rate_bpm"), "/min"),
        show(recovery.get("heart_rate_variability_ms"), "ms"),
    )


def show(value: float | None, unit: str) -> str:
    """Return a value with its unit; a dash where it is not known."""
    return "–" if value is None else f"{value:g} {unit}"


def compare_nights(days: Sequence[DayInfo], recovery: Mapping[date, Recovery]) -> str:
    """Return a sentence on the jumps after short nights; it claims no cause."""
    slept = [(day.value, recovery[day.date].get("sleep_h")) for day in days if day.date in recovery]
    short = [value for value, hours in slept if hours is not None and hours < SHORT_SLEEP_H]
    long = [value for value, hours in slept if hours is not None and hours >= SHORT_SLEEP_H]
    if not short or not long:
        return f"There are no jumps after nights on both sides of {SHORT_SLEEP_H:g} h to compare."
    difference_cm = 100 * (median(short) - median(long))
    return (
        f"After nights below {SHORT_SLEEP_H:g} h the median jump was {difference_cm:+.1f} cm against other days "
        f"({len(short)} and {len(long)} days)."
    )


def write_report(trend: TrendInfo, recovery: Mapping[date, Recovery], *, name: str) -> str:
    """Return the report as Markdown."""
    lines = [HEAD, ("---",) * len(HEAD), *(describe_day(day, recovery.get(day.date, {})) for day in trend.days)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    unmatched = sum(day.date not in recovery for day in trend.days)
    note = f"\n\n{unmatched} of {len(trend.days)} days have no recovery data." if unmatched else ""
    return f"# {name}: jumps and recovery\n\n{table}\n\n{compare_nights(trend.days, recovery)}{note}\n"


def main() -> None:
    """Run the program; what goes wrong is said in one line."""
    try:
        run()
    except (KinemotionClientError, OSError) as error:
        raise SystemExit(str(error)) from error


def run() -> None:
    """Write the report of one athlete."""
    parser = argparse.ArgumentParser(description="Jumps and recovery of one athlete, day by day.")
    parser.add_argument("athlete_id")
    parser.add_argument("--recovery", type=Path, required=True)
    parser.add_argument("--sport", default="cmj")
    parser.add_argument("--out", type=Path, default=Path("report.md"))
    given = parser.parse_args()
    recovery = read_recovery(given.recovery)
    with KinemotionClient() as client:
        athlete = client.athletes.get(given.athlete_id)
        trends = client.athletes.list_trends(given.athlete_id, sport_type=given.sport, metric="jump_height_m")
    if not trends:
        raise SystemExit(f"{athlete.name} has no {given.sport} yet.")
    given.out.write_text(write_report(trends[0], recovery, name=athlete.name), "utf-8")
    print(given.out)


if __name__ == "__main__":
    main()
