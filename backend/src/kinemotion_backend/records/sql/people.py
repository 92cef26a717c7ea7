"""Athletes, teams and sessions in SQL."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.paging import Page, PageRequest
from kinemotion_backend.records.people import (
    Athlete,
    AthleteRepository,
    Conflict,
    Membership,
    Session,
    SessionRepository,
    Team,
    TeamRepository,
)
from kinemotion_backend.records.sql.rows import read_optional_row, read_page, read_row, write_row
from kinemotion_backend.records.sql.tables import athletes, memberships, sessions, teams


class SqlAthleteRepository(AthleteRepository):
    """Athletes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, athlete: Athlete) -> None:
        """Write a new athlete."""
        try:
            await self._connection.execute(insert(athletes).values(write_row(athlete)))
        except IntegrityError:
            raise _make_conflict(athlete) from None

    async def get(self, athlete_id: str, *, owner: str) -> Athlete | None:
        """Return the athlete; None where there is none, or it is another owner's."""
        query = select(athletes).where(athletes.c.id == athlete_id, athletes.c.owner == owner)
        return read_optional_row(Athlete, (await self._connection.execute(query)).mappings().first())

    async def find(self, owner: str, *, team_id: str | None, page: PageRequest) -> Page[Athlete]:
        """Return a page of the owner's athletes, the newest first; of one team where it is given."""
        query = select(athletes).where(athletes.c.owner == owner)
        if team_id is not None:
            members = select(memberships.c.athlete_id).where(memberships.c.team_id == team_id)
            query = query.where(athletes.c.id.in_(members))
        return await read_page(
            self._connection, query, table=athletes, page=page, read=lambda row: read_row(Athlete, row)
        )

    async def find_by_external_id(self, owner: str, external_id: str) -> Athlete | None:
        """Return the athlete with the club's own id."""
        query = select(athletes).where(athletes.c.owner == owner, athletes.c.external_id == external_id)
        return read_optional_row(Athlete, (await self._connection.execute(query)).mappings().first())

    async def update(self, athlete: Athlete) -> bool:
        """Write the athlete's fields; False where there is none."""
        same = athletes.c.id == athlete.id, athletes.c.owner == athlete.owner
        try:
            done = await self._connection.execute(update(athletes).where(*same).values(write_row(athlete)))
        except IntegrityError:
            raise _make_conflict(athlete) from None
        return done.rowcount == 1

    async def delete(self, athlete_id: str) -> None:
        """Delete the athlete and the memberships."""
        await self._connection.execute(delete(athletes).where(athletes.c.id == athlete_id))


class SqlTeamRepository(TeamRepository):
    """Teams and who belongs to them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, team: Team) -> None:
        """Write a new team."""
        await self._connection.execute(insert(teams).values(write_row(team)))

    async def get(self, team_id: str, *, owner: str) -> Team | None:
        """Return the team; None where there is none, or it is another owner's."""
        query = select(teams).where(teams.c.id == team_id, teams.c.owner == owner)
        return read_optional_row(Team, (await self._connection.execute(query)).mappings().first())

    async def find(self, owner: str, *, page: PageRequest) -> Page[Team]:
        """Return a page of the owner's teams, the newest first."""
        query = select(teams).where(teams.c.owner == owner)
        return await read_page(self._connection, query, table=teams, page=page, read=lambda row: read_row(Team, row))

    async def rename(self, team_id: str, name: str) -> None:
        """Give the team another name."""
        await self._connection.execute(update(teams).where(teams.c.id == team_id).values(name=name))

    async def add_member(self, membership: Membership) -> None:
        """Put the athlete into the team; a second time changes nothing."""
        insert_here = insert_in_sqlite if self._connection.dialect.name == "sqlite" else insert_in_postgresql
        await self._connection.execute(insert_here(memberships).values(write_row(membership)).on_conflict_do_nothing())

    async def remove_member(self, team_id: str, athlete_id: str) -> None:
        """Take the athlete out of the team."""
        columns = memberships.c
        await self._connection.execute(
            delete(memberships).where(columns.team_id == team_id, columns.athlete_id == athlete_id)
        )

    async def find_memberships(self, owner: str) -> tuple[Membership, ...]:
        """Return every membership of the owner's teams."""
        query = select(memberships).join(teams).where(teams.c.owner == owner)
        rows = (await self._connection.execute(query.order_by(memberships.c.created_at))).mappings()
        return tuple(read_row(Membership, row) for row in rows)

    async def delete(self, team_id: str) -> None:
        """Delete the team; its athletes stay."""
        await self._connection.execute(delete(teams).where(teams.c.id == team_id))


class SqlSessionRepository(SessionRepository):
    """Sessions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, session: Session) -> None:
        """Write a new session."""
        await self._connection.execute(insert(sessions).values(write_row(session)))

    async def get(self, session_id: str, *, owner: str) -> Session | None:
        """Return the session; None where there is none, or it is another owner's."""
        query = select(sessions).where(sessions.c.id == session_id, sessions.c.owner == owner)
        return read_optional_row(Session, (await self._connection.execute(query)).mappings().first())

    async def find(self, owner: str, *, team_id: str | None, page: PageRequest) -> Page[Session]:
        """Return a page of the owner's sessions, the newest first; of one team where it is given."""
        query = select(sessions).where(sessions.c.owner == owner)
        if team_id is not None:
            query = query.where(sessions.c.team_id == team_id)
        return await read_page(
            self._connection, query, table=sessions, page=page, read=lambda row: read_row(Session, row)
        )

    async def update(self, session: Session) -> bool:
        """Write the session's fields; False where there is none."""
        same = sessions.c.id == session.id, sessions.c.owner == session.owner
        return (await self._connection.execute(update(sessions).where(*same).values(write_row(session)))).rowcount == 1

    async def delete(self, session_id: str) -> None:
        """Delete the session; its analyses stay."""
        await self._connection.execute(delete(sessions).where(sessions.c.id == session_id))


def _make_conflict(athlete: Athlete) -> Conflict:
    return Conflict(f"There is an athlete with the external id {athlete.external_id!r} already.")
