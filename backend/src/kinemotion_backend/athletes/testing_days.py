"""The table of a testing day: for each athlete and movement, how many results there are and the best of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinemotion_backend.athletes.errors import SessionNotFound
from kinemotion_backend.athletes.spreadsheets import write_csv
from kinemotion_backend.athletes.trends import read_estimates
from kinemotion_backend.records.base import (
    MAX_PAGE,
    AnalysisQuery,
    AnalysisRecord,
    Athlete,
    PageRequest,
    Records,
    Session,
    Transaction,
)

HEAD = ("athlete_id", "external_id", "name", "sport", "results", "analysis_id", "metric", "value", "low", "high")
NOTHING = (None,) * 4
"""Metric, value and interval of an athlete without a result."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One athlete in one movement; without a movement, an athlete of the team who has no result yet."""

    athlete: Athlete
    sport: str | None = None
    results: int = 0
    best: AnalysisRecord | None = None


@dataclass(frozen=True, slots=True)
class DayTable:
    """A session with the entries of its athletes, in the order of their names."""

    session: Session
    entries: tuple[Entry, ...]


async def read_testing_day(records: Records, session_id: str, *, owner: str, headlines: Mapping[str, str]) -> DayTable:
    """Return the table of a session.

    Parameters
    ----------
    records, session_id, owner
        Where it is kept, which one, and whose it is.
    headlines
        The main metric of each movement: the highest one is the best result.

    Raises
    ------
    SessionNotFound
        If there is none.
    """
    async with records.read() as transaction:
        session = await transaction.sessions.get(session_id, owner=owner)
        if session is None:
            raise SessionNotFound("There is no such session.")
        found = await _read_analyses(transaction, owner, session_id=session_id)
        athletes = await _read_athletes(transaction, session, analyses=found)
    return DayTable(session, make_entries(athletes, found, headlines=headlines))


def make_entries(
    athletes: Iterable[Athlete], analyses: Iterable[AnalysisRecord], *, headlines: Mapping[str, str]
) -> tuple[Entry, ...]:
    """Return the entries of the athletes, in the order of their names and of the movements'."""
    of: dict[str, dict[str, list[AnalysisRecord]]] = defaultdict(lambda: defaultdict(list))
    for analysis in analyses:
        if analysis.athlete_id is not None and analysis.status == "completed":
            of[analysis.athlete_id][analysis.sport].append(analysis)
    entries: list[Entry] = []
    for athlete in sorted(athletes, key=lambda athlete: (athlete.name.casefold(), athlete.id)):
        entries += [
            Entry(athlete, sport, len(found), find_best(found, metric=headlines.get(sport)))
            for sport, found in sorted(of[athlete.id].items())
        ] or [Entry(athlete)]
    return tuple(entries)


def find_best(analyses: Sequence[AnalysisRecord], *, metric: str | None) -> AnalysisRecord:
    """Return the analysis with the highest value of the metric; the newest where none has it."""
    newest_first = sorted(analyses, key=lambda analysis: analysis.created_at, reverse=True)
    return max(newest_first, key=lambda analysis: _read_value(analysis, metric))


def write_table(day: DayTable) -> str:
    """Return the table as CSV: a row for each metric of each best result, and one for an athlete without a result."""
    rows: list[list[object]] = []
    for entry in day.entries:
        athlete, best = entry.athlete, entry.best
        about: list[object] = [
            athlete.id,
            athlete.external_id,
            athlete.name,
            entry.sport,
            entry.results,
            best and best.id,
        ]
        metrics = read_estimates(best) if best else {}
        for key, each in metrics.items():
            rows.append([*about, key, each.value, *each.interval])
        if not metrics:
            rows.append([*about, *NOTHING])
    return write_csv(HEAD, rows)


def _read_value(analysis: AnalysisRecord, metric: str | None) -> float:
    data: Mapping[str, Any] = (analysis.summary or {}).get("data", {})
    value = data.get(metric or "")
    return float(value) if isinstance(value, int | float) else float("-inf")


async def _read_analyses(transaction: Transaction, owner: str, *, session_id: str) -> list[AnalysisRecord]:
    found: list[AnalysisRecord] = []
    cursor: str | None = None
    while True:
        page = await transaction.analyses.find(
            owner, AnalysisQuery(session_id=session_id), page=PageRequest(MAX_PAGE, cursor)
        )
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


async def _read_athletes(
    transaction: Transaction, session: Session, *, analyses: Iterable[AnalysisRecord]
) -> list[Athlete]:
    """Return the athletes of the session's team, and all others who have an analysis in it."""
    memberships = await transaction.teams.find_memberships(session.owner)
    ids = {each.athlete_id for each in memberships if each.team_id == session.team_id}
    ids |= {analysis.athlete_id for analysis in analyses if analysis.athlete_id is not None}
    found = [await transaction.athletes.get(athlete_id, owner=session.owner) for athlete_id in sorted(ids)]
    return [athlete for athlete in found if athlete is not None]
