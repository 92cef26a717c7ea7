"""The routes."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from kinemotion_backend import __version__
from kinemotion_backend.api.dependencies import AnalyzerDep, EngineDep, VideoFormDep, WorkspaceDep
from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.schemas import (
    ANALYZED,
    AnalyzeForm,
    AnalyzeResponse,
    Health,
    Readiness,
    Sports,
    Versions,
    describe_form,
    write_answer,
)
from kinemotion_backend.api.v1.callers import count_analysis
from kinemotion_backend.api.video_form import VideoForm
from kinemotion_backend.contract.documents import CONTRACT_MAJOR
from kinemotion_backend.video_analyzer import AnalysisRequest, VideoAnalyzer

Result = TypeVar("Result")
QUERY_FIELDS = frozenset({"jump_type", "quality"})

router = APIRouter(responses=document_problems(400, 500))


@router.get("/health", tags=["service"])
async def health(engine: EngineDep) -> Health:
    """Say that the service is alive, and which versions answer."""
    return Health(
        versions=Versions(
            service=__version__,
            contract=f"{CONTRACT_MAJOR}.x",
            engine=engine.version,
            engine_contract=engine.schema_version,
        )
    )


@router.get("/ready", tags=["service"], responses=document_problems(503))
async def ready(analyzer: AnalyzerDep, workspace: WorkspaceDep) -> Readiness:
    """Say whether videos can be analysed now: the engine is present and fits, and there is room for a video."""
    await to_thread.run_sync(workspace.check)
    return Readiness(engine=await analyzer.get_engine())


@router.get("/api/v1/sports", tags=["analysis"], responses=document_problems(503))
async def sports(analyzer: AnalyzerDep) -> Sports:
    """List what the engine offers: movements, their metrics and options."""
    return Sports(sports=await analyzer.list_movements(), engine=await analyzer.get_engine())


@router.post(
    "/api/analyze",
    tags=["analysis"],
    response_model=AnalyzeResponse,
    dependencies=[Depends(count_analysis)],
    responses={200: ANALYZED, **document_problems(400, 401, 403, 408, 413, 415, 422, 429, 500, 503, 504)},
    openapi_extra=describe_form(AnalyzeForm),
)
async def analyze(request: Request, *, analyzer: AnalyzerDep, receiver: VideoFormDep) -> Response:
    """Measure one video and wait for the result. The analysis stops when the client disconnects."""
    check = partial(_check_fields, analyzer)
    async with receiver.receive(request, check=check, given=_read_query(request)) as upload:
        return await _run_while_connected(request, _measure(upload, analyzer))


async def _measure(upload: VideoForm, analyzer: VideoAnalyzer) -> Response:
    form = _read_form(upload.fields)
    measured = await analyzer.measure(AnalysisRequest(upload.video, form.jump_type, form.quality, form.options()))
    content = await to_thread.run_sync(write_answer, measured)  # a long document must not delay other requests
    return Response(content, media_type="application/json")


def _read_query(request: Request) -> dict[str, str]:
    """Return the fields that the address names: those are known before the body comes."""
    return {name: value for name, value in request.query_params.items() if name in QUERY_FIELDS}


async def _check_fields(analyzer: VideoAnalyzer, fields: Mapping[str, str]) -> None:
    """Refuse fields that are not valid before the video is sent; options wait for the movement they belong to."""
    form = _read_form(fields)
    if "jump_type" in fields:
        await analyzer.check(form.jump_type, form.options())


def _read_form(fields: Mapping[str, str]) -> AnalyzeForm:
    try:
        return AnalyzeForm.model_validate(dict(fields))
    except ValidationError as problem:
        raise RequestValidationError(problem.errors(include_input=False, include_context=False)) from None


async def _run_while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Return the result of the work, which is cancelled as soon as the client disconnects.

    Raises
    ------
    ClientDisconnect
        When the client disconnects before the result is there.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_wait_for_disconnect(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})
    if working.cancelled():
        raise ClientDisconnect
    return working.result()


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
