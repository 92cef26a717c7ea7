"""How an athlete's results went from session to session, and which change is worth speaking of.

A session is a day; several results of one day are averaged. The smallest worthwhile change is 0.2 of the
standard deviation between the athlete's own sessions, after Hopkins 2004 (Sportscience 8, 1-7), who took 0.2 of the
standard deviation between athletes; of one athlete, the sessions are what there is to take it of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import stdev
from typing import TYPE_CHECKING

from kinemotion.motion.metrics import Estimate, combine_errors
from kinemotion.report.contract.encode import SCHEMA_VERSION, round_significant
from kinemotion.report.contract.results import (
    Result,
    find_headline_key,
    find_metric_unit,
    flatten,
    round_interval,
    round_value,
)
from kinemotion.report.exchange.table import Row

if TYPE_CHECKING:
    from kinemotion.report.contract.command_types import HistoryDocument, SessionEntry, TrendEntry, Verdict

WORTHWHILE_SHARE = 0.2
FEWEST_SESSIONS = 3
"""Of two, any change would be many times a fifth of their deviation."""


@dataclass(frozen=True, slots=True)
class TestingSession:
    """What was measured on one day, in the key's unit."""

    date: str
    value: Estimate
    results: int
    """How many results it is the mean of."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric of one athlete in one movement, over sessions in the order of their dates."""

    athlete: str
    movement: str
    key: str
    sessions: tuple[TestingSession, ...]

    @property
    def smallest_worthwhile_change(self) -> float | None:
        """In the key's unit; None of fewer than three sessions."""
        if len(self.sessions) < FEWEST_SESSIONS:
            return None
        return WORTHWHILE_SHARE * stdev(session.value.value for session in self.sessions)

    def change(self, session: TestingSession) -> Estimate | None:
        """Change since the first session; None of the first."""
        if session is self.sessions[0]:
            return None
        first = self.sessions[0].value
        return Estimate(session.value.value - first.value, combine_errors(first.error, session.value.error))

    def verdict(self, session: TestingSession) -> Verdict:
        """What the change since the first session is, by its own interval and by the smallest worthwhile one."""
        change = self.change(session)
        if change is None:
            return "first"
        low, high = change.interval
        smallest = self.smallest_worthwhile_change
        if low <= 0.0 <= high:
            return "within error"
        if smallest is None:
            return "real"
        return "worthwhile" if low > smallest or high < -smallest else "real"


def find_trends(results: Iterable[Result], *, metric: str | None = None) -> tuple[Trend, ...]:
    """Return the trend of each athlete in each movement, of a metric's key or of the movement's headline."""
    days: dict[tuple[str, str, str], dict[str, list[Estimate]]] = defaultdict(lambda: defaultdict(list))
    for result in results:
        key = metric or find_headline_key(result.movement)
        value = result.measured(key) if key else None
        if key and value:
            days[result.athlete, result.movement, key][result.date].append(value)
    return tuple(
        Trend(*whose, tuple(_make_session(date, values) for date, values in sorted(found.items())))
        for whose, found in sorted(days.items())
    )


def _make_session(date: str, values: Sequence[Estimate]) -> TestingSession:
    count = len(values)
    mean = sum(value.value for value in values) / count
    return TestingSession(date, Estimate(mean, combine_errors(*(value.error for value in values)) / count), count)


TABLE: Mapping[str, bytes] = {".csv": b"athlete,movement,metric,unit,date"}
"""By extension: what marks a table of sessions as written here."""


def make_history_document(found: Iterable[Trend]) -> HistoryDocument:
    """Return the trends as JSON values."""
    return {"schema_version": SCHEMA_VERSION, "trends": [_describe_trend(trend) for trend in found]}


def list_history_rows(found: Iterable[Trend]) -> Iterator[Row]:
    """A row for each session of each trend."""
    for trend in found:
        about = {
            "athlete": trend.athlete,
            "movement": trend.movement,
            "metric": trend.key,
            "unit": find_metric_unit(trend.movement, trend.key),
        }
        entry = _describe_trend(trend)
        for session in entry["sessions"]:
            yield {**about, **flatten(session), "smallest_worthwhile_change": entry["smallest_worthwhile_change"]}


def _describe_trend(trend: Trend) -> TrendEntry:
    smallest = trend.smallest_worthwhile_change
    return {
        "athlete": trend.athlete,
        "movement": trend.movement,
        "metric": trend.key,
        "smallest_worthwhile_change": None if smallest is None else round_significant(smallest),
        "sessions": [_describe_session(trend, session) for session in trend.sessions],
    }


def _describe_session(trend: Trend, session: TestingSession) -> SessionEntry:
    value, change = session.value, trend.change(session)
    return {
        "date": session.date,
        "results": session.results,
        "value": round_value(value),
        "value_interval": round_interval(value),
        "change": round_value(change),
        "change_interval": round_interval(change),
        "verdict": trend.verdict(session),
    }
