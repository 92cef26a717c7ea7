"""People and occasions: athletes, teams, sessions."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from kinemotion_client.asynchronous.transport import AsyncTransport
from kinemotion_client.calls import Call
from kinemotion_client.models import (
    AthleteBody,
    AthleteInfo,
    AthletePage,
    ConsentBody,
    ContrastInfo,
    DayTableInfo,
    ErasedAthlete,
    SessionBody,
    SessionInfo,
    SessionPage,
    TeamBody,
    TeamInfo,
    TeamPage,
    TrendInfo,
)

ATHLETES = "/api/v1/athletes"
TEAMS = "/api/v1/teams"
SESSIONS = "/api/v1/sessions"


@dataclass(frozen=True, slots=True)
class AsyncAthletes:
    """The athletes of the account."""

    transport: AsyncTransport

    async def create(self, athlete: AthleteBody) -> AthleteInfo:
        """Keep an athlete; an analysis with its id uses stature, mass and sex."""
        call = Call(method="POST", path=ATHLETES, body=athlete, is_idempotent=False)
        return await self.transport.fetch(call, AthleteInfo)

    async def list(self, *, team_id: str | None = None) -> AsyncIterator[AthleteInfo]:
        """Yield the athletes, the newest first."""
        call = Call(method="GET", path=ATHLETES, query={"team_id": team_id})
        async for page in self.transport.list_pages(call, AthletePage):
            for athlete in page.items:
                yield athlete

    async def get(self, athlete_id: str) -> AthleteInfo:
        """Return an athlete."""
        return await self.transport.fetch(Call(method="GET", path=f"{ATHLETES}/{athlete_id}"), AthleteInfo)

    async def replace(self, athlete_id: str, athlete: AthleteBody) -> AthleteInfo:
        """Change what is kept of an athlete; what is left out is no longer known."""
        call = Call(method="PUT", path=f"{ATHLETES}/{athlete_id}", body=athlete)
        return await self.transport.fetch(call, AthleteInfo)

    async def erase(self, athlete_id: str) -> ErasedAthlete:
        """Delete everything of the person: videos, results, analyses and the record."""
        return await self.transport.fetch(Call(method="DELETE", path=f"{ATHLETES}/{athlete_id}"), ErasedAthlete)

    async def give_consent(self, athlete_id: str, *, by: str) -> AthleteInfo:
        """Note who agrees that the athlete is filmed and measured."""
        call = Call(method="PUT", path=f"{ATHLETES}/{athlete_id}/consent", body=ConsentBody(by=by))
        return await self.transport.fetch(call, AthleteInfo)

    async def withdraw_consent(self, athlete_id: str) -> AthleteInfo:
        """Take no new analysis of the athlete."""
        call = Call(method="DELETE", path=f"{ATHLETES}/{athlete_id}/consent")
        return await self.transport.fetch(call, AthleteInfo)

    async def list_trends(
        self, athlete_id: str, *, sport_type: str | None = None, metric: str | None = None
    ) -> Sequence[TrendInfo]:
        """Return each metric day by day, with what is a real change."""
        query = {"sport_type": sport_type, "metric": metric}
        call = Call(method="GET", path=f"{ATHLETES}/{athlete_id}/trends", query=query)
        return await self.transport.fetch(call, tuple[TrendInfo, ...])

    async def compare_sessions(
        self, athlete_id: str, *, sport_type: str, session_ids: tuple[str, str]
    ) -> Sequence[ContrastInfo]:
        """Return each metric of one session against that of another."""
        query = {"sport_type": sport_type, "session_ids": session_ids}
        call = Call(method="GET", path=f"{ATHLETES}/{athlete_id}/comparison", query=query)
        return await self.transport.fetch(call, tuple[ContrastInfo, ...])


@dataclass(frozen=True, slots=True)
class AsyncTeams:
    """The teams of the account."""

    transport: AsyncTransport

    async def create(self, name: str) -> TeamInfo:
        """Make a team."""
        call = Call(method="POST", path=TEAMS, body=TeamBody(name=name), is_idempotent=False)
        return await self.transport.fetch(call, TeamInfo)

    async def list(self) -> AsyncIterator[TeamInfo]:
        """Yield the teams, the newest first."""
        async for page in self.transport.list_pages(Call(method="GET", path=TEAMS), TeamPage):
            for team in page.items:
                yield team

    async def delete(self, team_id: str) -> None:
        """Delete a team; its athletes stay."""
        await self.transport.send(Call(method="DELETE", path=f"{TEAMS}/{team_id}"))

    async def add(self, team_id: str, athlete_id: str) -> None:
        """Put an athlete into a team."""
        await self.transport.send(Call(method="PUT", path=f"{TEAMS}/{team_id}/athletes/{athlete_id}"))

    async def remove(self, team_id: str, athlete_id: str) -> None:
        """Take an athlete out of a team."""
        await self.transport.send(Call(method="DELETE", path=f"{TEAMS}/{team_id}/athletes/{athlete_id}"))


@dataclass(frozen=True, slots=True)
class AsyncSessions:
    """The training sessions and test days of the account."""

    transport: AsyncTransport

    async def create(self, session: SessionBody) -> SessionInfo:
        """Make a session."""
        call = Call(method="POST", path=SESSIONS, body=session, is_idempotent=False)
        return await self.transport.fetch(call, SessionInfo)

    async def list(self, *, team_id: str | None = None) -> AsyncIterator[SessionInfo]:
        """Yield the sessions, the newest first."""
        call = Call(method="GET", path=SESSIONS, query={"team_id": team_id})
        async for page in self.transport.list_pages(call, SessionPage):
            for session in page.items:
                yield session

    async def get_results(self, session_id: str) -> DayTableInfo:
        """Return the best result of each athlete in each movement, and who of the team has none."""
        call = Call(method="GET", path=f"{SESSIONS}/{session_id}/results")
        return await self.transport.fetch(call, DayTableInfo)

    async def delete(self, session_id: str) -> None:
        """Delete a session; its analyses stay."""
        await self.transport.send(Call(method="DELETE", path=f"{SESSIONS}/{session_id}"))
