"""Keeping athletes, teams and sessions, and deleting everything about a person."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.athletes.errors import AthleteNotFound, SessionNotFound, TeamNotFound
from kinemotion_backend.athletes.trends import Contrast, Trend, compare, find_trends
from kinemotion_backend.records.base import (
    Athlete,
    AuditEntry,
    Membership,
    Page,
    PageRequest,
    Records,
    Session,
    Sex,
    Team,
    Transaction,
)
from kinemotion_backend.webhooks.ids import make_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteDetails:
    """What an account says about an athlete."""

    name: str
    external_id: str | None = None
    sex: Sex | None = None
    height_m: float | None = None
    mass_kg: float | None = None
    born_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetails:
    """What an account says about a session."""

    title: str
    held_on: date
    team_id: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteService:
    """What clients may do with athletes, teams and sessions."""

    records: Records
    analyses: AnalysisService

    async def add(self, owner: str, details: AthleteDetails) -> Athlete:
        """Write a new athlete. Raises Conflict where the external id is taken."""
        now = datetime.now(UTC)
        athlete = Athlete(id=make_id("ath"), owner=owner, created_at=now, updated_at=now, **_list_fields(details))
        async with self.records.write() as transaction:
            await transaction.athletes.add(athlete)
        return athlete

    async def get(self, owner: str, athlete_id: str) -> Athlete:
        """Return the athlete. Raises AthleteNotFound."""
        async with self.records.read() as transaction:
            return await _get_athlete(transaction, owner, athlete_id=athlete_id)

    async def find(self, owner: str, *, team_id: str | None, page: PageRequest) -> Page[Athlete]:
        """Return a page of the athletes, the newest first; of one team where it is given."""
        async with self.records.read() as transaction:
            return await transaction.athletes.find(owner, team_id=team_id, page=page)

    async def change(self, owner: str, athlete_id: str, *, details: AthleteDetails) -> Athlete:
        """Replace the facts of the athlete. Raises AthleteNotFound, Conflict."""
        async with self.records.write() as transaction:
            athlete = await _get_athlete(transaction, owner, athlete_id=athlete_id)
            athlete = replace(athlete, updated_at=datetime.now(UTC), **_list_fields(details))
            await transaction.athletes.update(athlete)
        return athlete

    async def give_consent(self, owner: str, athlete_id: str, *, by: str) -> Athlete:
        """Note who agreed that the athlete is filmed and measured. Raises AthleteNotFound."""
        now = datetime.now(UTC)
        return await self._note_consent(
            owner, athlete_id, action="consent.given", change={"consented_at": now, "consented_by": by}
        )

    async def withdraw_consent(self, owner: str, athlete_id: str) -> Athlete:
        """Record that the consent is withdrawn: no new analysis is taken. Raises AthleteNotFound."""
        now = datetime.now(UTC)
        return await self._note_consent(
            owner, athlete_id, action="consent.withdrawn", change={"consent_withdrawn_at": now}
        )

    async def erase(self, owner: str, athlete_id: str, *, actor: str | None = None) -> int:
        """Delete everything about the person: videos, results, analyses, the record. Returns how many analyses.

        A crash in between leaves the athlete, so that the call can be made again.

        Raises
        ------
        AthleteNotFound
            If there is none.
        """
        async with self.records.read() as transaction:
            await _get_athlete(transaction, owner, athlete_id=athlete_id)
            found = await transaction.analyses.find_all_of(owner, athlete_id)
        for analysis in found:
            await self.analyses.erase(owner, analysis.id, actor=actor)
        now = datetime.now(UTC)
        async with self.records.write() as transaction:
            await transaction.athletes.delete(athlete_id)
            entry = AuditEntry(at=now, owner=owner, action="athlete.erased", subject=athlete_id, actor=actor)
            await transaction.audit.add(entry)
        return len(found)

    async def find_trends(
        self, owner: str, athlete_id: str, *, sport: str | None, metric: str | None
    ) -> tuple[Trend, ...]:
        """Return how the athlete's results went from day to day. Raises AthleteNotFound."""
        async with self.records.read() as transaction:
            await _get_athlete(transaction, owner, athlete_id=athlete_id)
            found = await transaction.analyses.find_completed_of(owner, [athlete_id], sport=sport)
        return find_trends(found, metric=metric)

    async def compare_sessions(
        self, owner: str, athlete_id: str, *, sport: str, sessions: tuple[str, str]
    ) -> tuple[Contrast, ...]:
        """Return how the athlete's results of one session differ from those of another. Raises AthleteNotFound."""
        async with self.records.read() as transaction:
            await _get_athlete(transaction, owner, athlete_id=athlete_id)
            found = await transaction.analyses.find_completed_of(owner, [athlete_id], sport=sport)
        session, reference = sessions
        return compare(
            [analysis for analysis in found if analysis.session_id == session],
            [analysis for analysis in found if analysis.session_id == reference],
        )

    async def add_team(self, owner: str, name: str) -> Team:
        """Write a new team."""
        team = Team(id=make_id("team"), owner=owner, name=name, created_at=datetime.now(UTC))
        async with self.records.write() as transaction:
            await transaction.teams.add(team)
        return team

    async def find_teams(self, owner: str, *, page: PageRequest) -> Page[Team]:
        """Return a page of the teams, the newest first."""
        async with self.records.read() as transaction:
            return await transaction.teams.find(owner, page=page)

    async def delete_team(self, owner: str, team_id: str) -> None:
        """Delete the team; its athletes stay. Raises TeamNotFound."""
        async with self.records.write() as transaction:
            await _get_team(transaction, owner, team_id=team_id)
            await transaction.teams.delete(team_id)

    async def add_member(self, owner: str, team_id: str, *, athlete_id: str) -> None:
        """Put the athlete into the team. Raises TeamNotFound, AthleteNotFound."""
        async with self.records.write() as transaction:
            await _get_team(transaction, owner, team_id=team_id)
            await _get_athlete(transaction, owner, athlete_id=athlete_id)
            await transaction.teams.add_member(Membership(team_id, athlete_id, datetime.now(UTC)))

    async def remove_member(self, owner: str, team_id: str, *, athlete_id: str) -> None:
        """Take the athlete out of the team. Raises TeamNotFound."""
        async with self.records.write() as transaction:
            await _get_team(transaction, owner, team_id=team_id)
            await transaction.teams.remove_member(team_id, athlete_id)

    async def add_session(self, owner: str, details: SessionDetails) -> Session:
        """Write a new session. Raises TeamNotFound."""
        session = Session(
            id=make_id("ses"),
            owner=owner,
            created_at=datetime.now(UTC),
            title=details.title,
            held_on=details.held_on,
            team_id=details.team_id,
            notes=details.notes,
        )
        async with self.records.write() as transaction:
            if details.team_id is not None:
                await _get_team(transaction, owner, team_id=details.team_id)
            await transaction.sessions.add(session)
        return session

    async def find_sessions(self, owner: str, *, team_id: str | None, page: PageRequest) -> Page[Session]:
        """Return a page of the sessions, the newest first."""
        async with self.records.read() as transaction:
            return await transaction.sessions.find(owner, team_id=team_id, page=page)

    async def delete_session(self, owner: str, session_id: str) -> None:
        """Delete the session; its analyses stay. Raises SessionNotFound."""
        async with self.records.write() as transaction:
            if await transaction.sessions.get(session_id, owner=owner) is None:
                raise SessionNotFound("There is no such session.")
            await transaction.sessions.delete(session_id)

    async def _note_consent(self, owner: str, athlete_id: str, *, action: str, change: dict[str, Any]) -> Athlete:
        now = datetime.now(UTC)
        async with self.records.write() as transaction:
            athlete = await _get_athlete(transaction, owner, athlete_id=athlete_id)
            changes: dict[str, Any] = {
                "consented_at": None,
                "consented_by": None,
                "consent_withdrawn_at": None,
                **change,
            }
            athlete = replace(athlete, updated_at=now, **changes)
            await transaction.athletes.update(athlete)
            await transaction.audit.add(AuditEntry(at=now, owner=owner, action=action, subject=athlete_id))
        return athlete


def _list_fields(details: AthleteDetails) -> dict[str, Any]:
    return {
        "name": details.name,
        "external_id": details.external_id,
        "sex": details.sex,
        "height_m": details.height_m,
        "mass_kg": details.mass_kg,
        "born_on": details.born_on,
    }


async def _get_athlete(transaction: Transaction, owner: str, *, athlete_id: str) -> Athlete:
    athlete = await transaction.athletes.get(athlete_id, owner=owner)
    if athlete is None:
        raise AthleteNotFound("There is no such athlete.")
    return athlete


async def _get_team(transaction: Transaction, owner: str, *, team_id: str) -> Team:
    team = await transaction.teams.get(team_id, owner=owner)
    if team is None:
        raise TeamNotFound("There is no such team.")
    return team
