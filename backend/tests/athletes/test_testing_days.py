"""The table of a testing day, on both databases."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import pytest_asyncio

from kinemotion_backend.athletes.errors import SessionNotFound
from kinemotion_backend.athletes.testing_days import DayTable, read_testing_day, write_table
from kinemotion_backend.records.base import (
    AnalysisRecord,
    Athlete,
    Membership,
    Outcome,
    Records,
    RunLease,
    Session,
    Team,
    Transaction,
)

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
HEADLINES = {"cmj": "jump_height_m"}


def athlete(key: str, name: str) -> Athlete:
    return Athlete(id=key, owner="club", name=name, created_at=NOW, updated_at=NOW)


async def add_result(transaction: Transaction, athlete_id: str, *, height_m: float, session_id: str = "day") -> None:
    number = f"{athlete_id}-{height_m}-{session_id}"
    record = AnalysisRecord(
        id=number,
        owner="club",
        sport="cmj",
        quality="fast",
        engine_version="1",
        created_at=NOW,
        athlete_id=athlete_id,
        session_id=session_id,
    )
    await transaction.analyses.add(record)
    await transaction.analyses.start(number, RunLease("test", NOW, datetime(2026, 11, 28, tzinfo=UTC)))
    low_high = [height_m - 0.01, height_m + 0.01]
    summary = {"data": {"jump_height_m": height_m}, "intervals": {"jump_height_m": low_high}}
    await transaction.analyses.finish(number, 1, outcome=Outcome(status="completed", finished_at=NOW, summary=summary))


@pytest_asyncio.fixture
async def day(records: Records) -> DayTable:
    """Ana jumped twice, Ben not at all, Cem as a guest; Dan is of another team."""
    people = [athlete("p1", "Cem"), athlete("p2", "ana"), athlete("p3", "=Ben"), athlete("p4", "Dan")]
    async with records.write() as transaction:
        for person in people:
            await transaction.athletes.add(person)
        for team in ("ours", "theirs"):
            await transaction.teams.add(Team(id=team, owner="club", name=team, created_at=NOW))
        for team, member in (("ours", "p2"), ("ours", "p3"), ("theirs", "p4")):
            await transaction.teams.add_member(Membership(team, member, NOW))
        held = Session(id="day", owner="club", title="Test", held_on=date(2026, 11, 27), created_at=NOW, team_id="ours")
        await transaction.sessions.add(held)
        await transaction.sessions.add(replace(held, id="other"))
        for height_m in (0.31, 0.35, 0.33):
            await add_result(transaction, "p2", height_m=height_m)
        await add_result(transaction, "p1", height_m=0.4)
        await add_result(transaction, "p2", height_m=0.5, session_id="other")
    return await read_testing_day(records, "day", owner="club", headlines=HEADLINES)


async def test_the_best_result_of_the_day_counts_and_who_has_none_is_there(day: DayTable):
    table = [(entry.athlete.name, entry.sport, entry.results, entry.best and entry.best.id) for entry in day.entries]
    assert table == [
        ("=Ben", None, 0, None),
        ("ana", "cmj", 3, "p2-0.35-day"),
        ("Cem", "cmj", 1, "p1-0.4-day"),
    ]


async def test_a_spreadsheet_gets_values_with_intervals_and_no_formula(day: DayTable):
    rows = list(csv.DictReader(StringIO(write_table(day))))
    assert [row["name"] for row in rows] == ["'=Ben", "ana", "Cem"]
    assert (rows[0]["metric"], rows[0]["results"]) == ("", "0")
    assert [float(rows[1][key]) for key in ("value", "low", "high")] == pytest.approx([0.35, 0.34, 0.36])


async def test_without_a_main_metric_the_newest_result_counts(records: Records, day: DayTable):
    again = await read_testing_day(records, "day", owner="club", headlines={})
    assert [entry.results for entry in again.entries] == [entry.results for entry in day.entries]


async def test_another_account_sees_no_day(records: Records, day: DayTable):
    with pytest.raises(SessionNotFound):
        await read_testing_day(records, day.session.id, owner="rival", headlines=HEADLINES)
