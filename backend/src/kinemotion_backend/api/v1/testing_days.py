"""Routes of the table of a testing day."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from kinemotion_backend.api.dependencies import AnalyzerDep
from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import AthletesDep, CallerDep
from kinemotion_backend.api.v1.people_documents import DayTableInfo
from kinemotion_backend.athletes.testing_days import DayTable, read_testing_day, write_table

CSV = "text/csv"
router = APIRouter(
    prefix="/api/v1/sessions/{session_id}",
    tags=["athletes"],
    responses=document_problems(400, 401, 403, 404, 422, 429, 500, 503),
)


async def _read_day(
    session_id: Annotated[str, Path(max_length=64)],
    *,
    caller: CallerDep,
    athletes: AthletesDep,
    analyzer: AnalyzerDep,
) -> DayTable:
    caller.require("athletes:read")
    headlines = {movement.name: movement.headline for movement in await analyzer.list_movements()}
    return await read_testing_day(athletes.records, session_id, owner=caller.owner, headlines=headlines)


DayDep = Annotated[DayTable, Depends(_read_day)]


@router.get("/results")
async def get_session_results(day: DayDep) -> DayTableInfo:
    """Return the best result of each athlete in each movement, and who has none yet."""
    return DayTableInfo.of(day)


@router.get(
    "/results.csv",
    response_class=Response,
    responses={200: {"description": "The table.", "content": {CSV: {"schema": {"type": "string"}}}}},
)
async def get_session_table(day: DayDep) -> Response:
    """Return the same as a table: a row for each metric of each best result, with its 95 % interval."""
    headers = {"Content-Disposition": 'attachment; filename="testing-day.csv"'}
    return Response(write_table(day), headers=headers, media_type=CSV)
