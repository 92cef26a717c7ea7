"""Routes of athletes, teams and sessions."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from kinemotion_backend.api.dependencies import AnalyzerDep
from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import AthletesDep, CallerDep, PageDep
from kinemotion_backend.api.v1.people_schemas import (
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
    describe_contrasts,
    describe_trends,
)
from kinemotion_backend.athletes.testing_days import DayTable, read_testing_day, write_table
from kinemotion_backend.keys.callers import Caller

CSV = "text/csv"

router = APIRouter(prefix="/api/v1", tags=["athletes"], responses=document_problems(400, 401, 403, 422, 500, 503))

AthleteId = Annotated[str, Path(max_length=64)]
TeamId = Annotated[str, Path(max_length=64)]
SessionId = Annotated[str, Path(max_length=64)]
Optional = Annotated[str | None, Query(max_length=64)]


async def _check_read(caller: CallerDep) -> Caller:
    caller.require("athletes:read")
    return caller


async def _check_write(caller: CallerDep) -> Caller:
    caller.require("athletes:write")
    return caller


Reader = Annotated[Caller, Depends(_check_read)]
Writer = Annotated[Caller, Depends(_check_write)]


@router.post("/athletes", status_code=HTTPStatus.CREATED, responses=document_problems(409))
async def create_athlete(body: AthleteBody, *, caller: Writer, athletes: AthletesDep) -> AthleteInfo:
    """Add an athlete."""
    return AthleteInfo.of(await athletes.add(caller.owner, body.details()))


@router.get("/athletes")
async def list_athletes(
    *, caller: Reader, athletes: AthletesDep, page: PageDep, team_id: Optional = None
) -> AthletePage:
    """List the athletes, the newest first; of one team where it is given."""
    found = await athletes.find(caller.owner, team_id=team_id, page=page)
    return AthletePage(items=[AthleteInfo.of(athlete) for athlete in found.items], next_cursor=found.next_cursor)


@router.get("/athletes/{athlete_id}", responses=document_problems(404))
async def get_athlete(athlete_id: AthleteId, *, caller: Reader, athletes: AthletesDep) -> AthleteInfo:
    """Return an athlete."""
    return AthleteInfo.of(await athletes.get(caller.owner, athlete_id))


@router.put("/athletes/{athlete_id}", responses=document_problems(404, 409))
async def change_athlete(
    athlete_id: AthleteId, body: AthleteBody, *, caller: Writer, athletes: AthletesDep
) -> AthleteInfo:
    """Replace the facts of an athlete."""
    return AthleteInfo.of(await athletes.change(caller.owner, athlete_id, details=body.details()))


@router.delete("/athletes/{athlete_id}", responses=document_problems(404))
async def erase_athlete(athlete_id: AthleteId, *, caller: Writer, athletes: AthletesDep) -> ErasedAthlete:
    """Delete everything about a person: videos, results, analyses and the record itself."""
    count = await athletes.erase(caller.owner, athlete_id, actor=caller.key_id)
    return ErasedAthlete(athlete_id=athlete_id, analyses=count)


@router.put("/athletes/{athlete_id}/consent", responses=document_problems(404))
async def give_consent(
    athlete_id: AthleteId, body: ConsentBody, *, caller: Writer, athletes: AthletesDep
) -> AthleteInfo:
    """Note who agrees that the athlete is filmed and measured."""
    return AthleteInfo.of(await athletes.give_consent(caller.owner, athlete_id, by=body.by))


@router.delete("/athletes/{athlete_id}/consent", responses=document_problems(404))
async def withdraw_consent(athlete_id: AthleteId, *, caller: Writer, athletes: AthletesDep) -> AthleteInfo:
    """Record that the consent is withdrawn: no new analysis of the athlete is taken. What is kept stays."""
    return AthleteInfo.of(await athletes.withdraw_consent(caller.owner, athlete_id))


@router.get("/athletes/{athlete_id}/trends", responses=document_problems(404))
async def list_trends(
    athlete_id: AthleteId,
    *,
    caller: Reader,
    athletes: AthletesDep,
    sport_type: Optional = None,
    metric: Optional = None,
) -> list[TrendInfo]:
    """Return how the athlete's results went from day to day, with 95 % intervals."""
    return describe_trends(await athletes.find_trends(caller.owner, athlete_id, sport=sport_type, metric=metric))


@router.get("/athletes/{athlete_id}/comparison", responses=document_problems(404))
async def compare_sessions(
    athlete_id: AthleteId,
    *,
    caller: Reader,
    athletes: AthletesDep,
    sport_type: Annotated[str, Query(min_length=1, max_length=64)],
    session_ids: Annotated[
        list[str], Query(min_length=2, max_length=2, description="The session, and the one it is compared with.")
    ],
) -> list[ContrastInfo]:
    """Return how the athlete's results of one session differ from those of another, with 95 % intervals."""
    session, reference = session_ids
    return describe_contrasts(
        await athletes.compare_sessions(caller.owner, athlete_id, sport=sport_type, sessions=(session, reference))
    )


@router.post("/teams", status_code=HTTPStatus.CREATED)
async def create_team(body: TeamBody, *, caller: Writer, athletes: AthletesDep) -> TeamInfo:
    """Add a team."""
    return TeamInfo.of(await athletes.add_team(caller.owner, body.name))


@router.get("/teams")
async def list_teams(*, caller: Reader, athletes: AthletesDep, page: PageDep) -> TeamPage:
    """List the teams, the newest first."""
    found = await athletes.find_teams(caller.owner, page=page)
    return TeamPage(items=[TeamInfo.of(team) for team in found.items], next_cursor=found.next_cursor)


@router.delete("/teams/{team_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404))
async def delete_team(team_id: TeamId, *, caller: Writer, athletes: AthletesDep) -> None:
    """Delete a team; its athletes stay."""
    await athletes.delete_team(caller.owner, team_id)


@router.put(
    "/teams/{team_id}/athletes/{athlete_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404)
)
async def add_member(team_id: TeamId, athlete_id: AthleteId, *, caller: Writer, athletes: AthletesDep) -> None:
    """Put an athlete into a team."""
    await athletes.add_member(caller.owner, team_id, athlete_id=athlete_id)


@router.delete(
    "/teams/{team_id}/athletes/{athlete_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404)
)
async def remove_member(team_id: TeamId, athlete_id: AthleteId, *, caller: Writer, athletes: AthletesDep) -> None:
    """Take an athlete out of a team."""
    await athletes.remove_member(caller.owner, team_id, athlete_id=athlete_id)


@router.post("/sessions", status_code=HTTPStatus.CREATED, responses=document_problems(404))
async def create_session(body: SessionBody, *, caller: Writer, athletes: AthletesDep) -> SessionInfo:
    """Add a training session or a test day."""
    return SessionInfo.of(await athletes.add_session(caller.owner, body.details()))


@router.get("/sessions")
async def list_sessions(
    *, caller: Reader, athletes: AthletesDep, page: PageDep, team_id: Optional = None
) -> SessionPage:
    """List the sessions, the newest first; of one team where it is given."""
    found = await athletes.find_sessions(caller.owner, team_id=team_id, page=page)
    return SessionPage(items=[SessionInfo.of(session) for session in found.items], next_cursor=found.next_cursor)


@router.delete("/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404))
async def delete_session(session_id: SessionId, *, caller: Writer, athletes: AthletesDep) -> None:
    """Delete a session; its analyses stay."""
    await athletes.delete_session(caller.owner, session_id)


async def _read_day(session_id: SessionId, *, caller: Reader, athletes: AthletesDep, analyzer: AnalyzerDep) -> DayTable:
    headlines = {movement.name: movement.headline for movement in await analyzer.list_movements()}
    return await read_testing_day(athletes.records, session_id, owner=caller.owner, headlines=headlines)


DayDep = Annotated[DayTable, Depends(_read_day)]


@router.get("/sessions/{session_id}/results", responses=document_problems(404))
async def get_session_results(day: DayDep) -> DayTableInfo:
    """Return the best result of each athlete in each movement, and who has none yet."""
    return DayTableInfo.of(day)


@router.get(
    "/sessions/{session_id}/results.csv",
    response_class=Response,
    responses={
        200: {"description": "The table.", "content": {CSV: {"schema": {"type": "string"}}}},
        **document_problems(404),
    },
)
async def get_session_table(day: DayDep) -> Response:
    """Return the same as a table: a row for each metric of each best result, with its 95 % interval."""
    headers = {"Content-Disposition": 'attachment; filename="testing-day.csv"'}
    return Response(write_table(day), headers=headers, media_type=CSV)
