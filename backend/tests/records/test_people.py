"""Athletes, teams, sessions, events and the audit trail in the records; on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from kinemotion_backend.records.base import (
    AnalysisQuery,
    Athlete,
    AuditEntry,
    Conflict,
    InvalidCursor,
    Membership,
    PageRequest,
    Records,
    Session,
    StoredEvent,
    Team,
    UnstorableValue,
)

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, 30, 1, 123456, tzinfo=UTC)


def athlete(number: int = 1, **fields: Any) -> Athlete:
    fields.setdefault("owner", "club")
    fields.setdefault("name", f"Athlete {number}")
    return Athlete(id=f"p{number}", created_at=NOW, updated_at=NOW, **fields)


async def test_an_athlete_is_written_changed_and_deleted(records: Records):
    ana = athlete(name="Ana Müller", sex="female", height_m=1.68, mass_kg=61.25, born_on=date(2008, 2, 29))
    async with records.write() as transaction:
        await transaction.athletes.add(ana)
        assert await transaction.athletes.get("p1", owner="club") == ana
        assert await transaction.athletes.get("p1", owner="rival") is None
        heavier = replace(ana, mass_kg=62.0, consented_at=NOW, consented_by="her mother")
        assert await transaction.athletes.update(heavier)
        assert not await transaction.athletes.update(replace(heavier, owner="rival"))
        assert await transaction.athletes.get("p1", owner="club") == heavier
        await transaction.athletes.delete("p1")
        assert not await transaction.athletes.update(heavier)


async def test_an_external_id_is_unique_for_each_owner(records: Records):
    async with records.write() as transaction:
        await transaction.athletes.add(athlete(1, external_id="17"))
        await transaction.athletes.add(athlete(2, external_id="17", owner="rival"))
        await transaction.athletes.add(athlete(3))
        await transaction.athletes.add(athlete(4))
        found = await transaction.athletes.find_by_external_id("club", "17")
        assert found is not None
        assert found.id == "p1"

    async def add_another() -> None:
        async with records.write() as transaction:
            await transaction.athletes.add(athlete(5, external_id="17"))

    async def rename_another() -> None:
        async with records.write() as transaction:
            await transaction.athletes.update(athlete(3, external_id="17"))

    for change in (add_another, rename_another):
        with pytest.raises(Conflict, match="'17'"):
            await change()


async def test_a_team_has_members_and_leaves_them_when_it_goes(records: Records):
    async with records.write() as transaction:
        await transaction.teams.add(Team(id="t1", owner="club", name="U18", created_at=NOW))
        for number in (1, 2, 3):
            await transaction.athletes.add(athlete(number))
        for number in (1, 2, 2):
            await transaction.teams.add_member(Membership("t1", f"p{number}", NOW))
        await transaction.teams.rename("t1", "U19")
        found = await transaction.teams.get("t1", owner="club")
        assert found is not None
        assert found.name == "U19"
        members = await transaction.athletes.find("club", team_id="t1", page=PageRequest())
        assert {member.id for member in members.items} == {"p1", "p2"}
        await transaction.teams.remove_member("t1", "p1")
        await transaction.athletes.delete("p3")
        assert await transaction.teams.find_memberships("club") == (Membership("t1", "p2", NOW),)
        await transaction.teams.delete("t1")
        assert await transaction.teams.find_memberships("club") == ()
        everybody = await transaction.athletes.find("club", team_id=None, page=PageRequest())
        assert {member.id for member in everybody.items} == {"p1", "p2"}


async def test_a_session_is_written_changed_and_deleted(records: Records):
    session = Session(id="s1", owner="club", title="Test day", held_on=date(2026, 11, 20), created_at=NOW)
    async with records.write() as transaction:
        await transaction.teams.add(Team(id="t1", owner="club", name="U18", created_at=NOW))
        await transaction.sessions.add(session)
        assert await transaction.sessions.update(replace(session, team_id="t1", notes="indoors"))
        assert await transaction.sessions.get("s1", owner="rival") is None
        page = await transaction.sessions.find("club", team_id="t1", page=PageRequest())
        assert page.items == (replace(session, team_id="t1", notes="indoors"),)
        await transaction.teams.delete("t1")
        assert await transaction.sessions.get("s1", owner="club") == replace(session, notes="indoors")
        await transaction.sessions.delete("s1")
        assert await transaction.sessions.get("s1", owner="club") is None


async def test_events_keep_their_order(records: Records):
    def event(number: int) -> StoredEvent:
        at = NOW + timedelta(seconds=number)
        return StoredEvent(
            id=f"e{number}", owner="club", type="analysis.completed", subject="a1", data={"n": number}, created_at=at
        )

    async with records.write() as transaction:
        for number in (3, 1, 2):
            await transaction.events.add(event(number))
        assert await transaction.events.get("e1") == event(1)
        assert await transaction.events.find_of_subject("a1") == (event(3), event(1), event(2))
        assert await transaction.events.delete_before(NOW + timedelta(seconds=2)) == 1
        await transaction.events.delete_of("a1")
        assert await transaction.events.find_of_subject("a1") == ()


async def test_the_audit_trail_is_read_by_its_owner_the_newest_first(records: Records):
    async with records.write() as transaction:
        for number in (1, 2):
            await transaction.audit.add(AuditEntry(at=NOW, owner="club", action="athlete.erased", subject=f"p{number}"))
        await transaction.audit.add(AuditEntry(at=NOW, owner="rival", action="key.created", subject="k1"))
        found = await transaction.audit.find("club", limit=5)
    assert [entry.subject for entry in found] == ["p2", "p1"]


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "W10=", "WzEsMl0=", "bnVsbA==", "\N{SNOWMAN}"])
async def test_a_cursor_of_another_making_is_refused(records: Records, cursor: str):
    async with records.read() as transaction:
        with pytest.raises(InvalidCursor):
            await transaction.teams.find("club", page=PageRequest(cursor=cursor))


async def test_a_time_that_utc_does_not_have_is_refused(records: Records):
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14)))
    with pytest.raises(UnstorableValue, match="time"):
        async with records.read() as transaction:
            await transaction.analyses.find("club", AnalysisQuery(created_before=last), page=PageRequest())


async def test_a_character_that_not_every_database_keeps_is_kept_or_refused(records: Records):
    """PostgreSQL has no NUL in texts; SQLite has."""
    try:
        async with records.write() as transaction:
            await transaction.athletes.add(athlete(name="A\0na"))
            found = await transaction.athletes.get("p1", owner="club")
    except UnstorableValue:
        return
    assert found == athlete(name="A\0na")
