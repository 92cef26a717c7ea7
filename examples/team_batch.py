"""A testing day: a roster of athletes and videos becomes a table.

    python examples/team_batch.py examples/roster.csv --out table.csv

The roster has a row for each video: `name`, `external_id`, `mass_kg`, `height_m`, `sport_type`, `video`. Paths are
relative to the roster. An athlete that the service knows by `external_id` is not made again.
"""

import argparse
import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kinemotion_client import AnalysisFailed, KinemotionClient, KinemotionClientError
from kinemotion_client.models import AnalysisInfo, AthleteBody

COLUMNS: tuple[str, ...] = ("name", "sport_type", "metric", "value", "low", "high", "confidence", "problem")
ROSTER: tuple[str, ...] = ("name", "external_id", "mass_kg", "height_m", "sport_type", "video")
HEADLINES: Mapping[str, str] = {"running": "cadence_spm", "dropjump": "reactive_strength_index"}
"""What is looked at first; for other movements, the height."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of the roster whose video is at the service."""

    name: str
    sport_type: str
    analysis_id: str


def read_roster(path: Path) -> list[dict[str, str]]:
    """Return the rows of the roster; every video is there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        rows = list(table)
    if lacking := [name for name in ROSTER if name not in (table.fieldnames or ())]:
        raise SystemExit(f"The roster lacks these columns: {', '.join(lacking)}.")
    missing = [row["video"] for row in rows if not (path.parent / row["video"]).is_file()]
    if missing:
        raise SystemExit(f"These videos are not there: {', '.join(missing)}.")
    return rows


def send(client: KinemotionClient, rows: Iterable[Mapping[str, str]], *, folder: Path) -> Iterator[Sent]:
    """Send each video under its athlete; they are analysed side by side."""
    known = {athlete.external_id: athlete.athlete_id for athlete in client.athletes.list()}
    for row in rows:
        key = row["external_id"]
        if key not in known:
            known[key] = client.athletes.create(describe_athlete(row)).athlete_id
        video = folder / row["video"]
        analysis = client.create_analysis(video, row["sport_type"], athlete_id=known[key])
        yield Sent(row["name"], row["sport_type"], analysis.analysis_id)


def describe_athlete(row: Mapping[str, str]) -> AthleteBody:
    """Return the athlete of a row; an empty cell is not known."""
    mass, height = (float(row[name]) if row[name] else None for name in ("mass_kg", "height_m"))
    return AthleteBody(name=row["name"], external_id=row["external_id"], mass_kg=mass, height_m=height)


def describe_result(sent: Sent, analysis: AnalysisInfo) -> dict[str, object]:
    """Return the row of a result."""
    result = analysis.result or {}
    metric = HEADLINES.get(sent.sport_type, "jump_height_m")
    low, high = result["intervals"].get(metric) or (None, None)
    value, confidence = result["data"].get(metric), result["quality"]["confidence"]
    return dict(zip(COLUMNS, (sent.name, sent.sport_type, metric, value, low, high, confidence, None), strict=True))


def collect(client: KinemotionClient, sent: Iterable[Sent]) -> Iterator[dict[str, object]]:
    """Yield a row for each video, in the order of the roster; one that failed says why and stops no other."""
    for one in sent:
        try:
            yield describe_result(one, client.wait(one.analysis_id))
        except AnalysisFailed as error:
            yield {"name": one.name, "sport_type": one.sport_type, "problem": f"{error.message} {error.hint}".strip()}


def main() -> None:
    """Run the program; what goes wrong is said in one line."""
    try:
        run()
    except (KinemotionClientError, OSError) as error:
        raise SystemExit(str(error)) from error


def run() -> None:
    """Analyse the roster and write the table."""
    parser = argparse.ArgumentParser(description="A roster of athletes and videos becomes a table.")
    parser.add_argument("roster", type=Path)
    parser.add_argument("--out", type=Path, default=Path("table.csv"))
    given = parser.parse_args()
    rows = read_roster(given.roster)
    with KinemotionClient() as client:
        sent = list(send(client, rows, folder=given.roster.parent))
        results = list(collect(client, sent))
    with given.out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(results)
    for row in results:
        print(f"{row['name']}: {row.get('value') or row['problem']} ({row.get('metric', '')})")


if __name__ == "__main__":
    main()
