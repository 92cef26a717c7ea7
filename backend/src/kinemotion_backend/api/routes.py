"""The routes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from kinemotion_backend import __version__
from kinemotion_backend.analyzer.base import VideoAnalysisResult
from kinemotion_backend.api.documents import (
    ANALYZED,
    AnalyzeForm,
    AnalyzeResponse,
    Health,
    Readiness,
    Sports,
    Versions,
    answer,
    multipart_body,
)
from kinemotion_backend.api.problems import documented
from kinemotion_backend.api.services import Services, ServicesDep
from kinemotion_backend.contract import CONTRACT_MAJOR
from kinemotion_backend.uploads import Upload, receive
from kinemotion_backend.workspace import passing_folder

Result = TypeVar("Result")

router = APIRouter(responses=documented(400, 500))


@router.get("/health", tags=["service"])
async def health(services: ServicesDep) -> Health:
    """Say that the service is alive, and which versions answer."""
    return Health(
        versions=Versions(
            service=__version__,
            contract=f"{CONTRACT_MAJOR}.x",
            engine=services.engine.version,
            engine_contract=services.engine.schema_version,
        )
    )


@router.get("/ready", tags=["service"], responses=documented(503))
async def ready(services: ServicesDep) -> Readiness:
    """Say whether the engine is present and speaks a contract this service reads."""
    return Readiness(engine=await services.analyzer.engine())


@router.get("/api/v1/sports", tags=["analysis"], responses=documented(503))
async def sports(services: ServicesDep) -> Sports:
    """List what the engine offers: movements, their metrics and options."""
    return Sports(sports=await services.analyzer.movements(), engine=await services.analyzer.engine())


@router.post(
    "/api/analyze",
    tags=["analysis"],
    response_model=AnalyzeResponse,
    responses={200: ANALYZED, **documented(400, 408, 413, 415, 422, 429, 500, 503, 504)},
    openapi_extra=multipart_body(AnalyzeForm),
)
async def analyze(request: Request, services: ServicesDep) -> JSONResponse:
    """Measure one video, waiting for the result. The analysis stops when the client leaves."""
    with services.admission.place(request.client.host if request.client else ""):
        async with passing_folder("request", parent=services.work_dir) as folder:
            upload = await receive(request, folder, limits=services.upload_limits)
            return await _unless_gone(request, _measure(upload, services))


async def _measure(upload: Upload, services: Services) -> JSONResponse:
    form = _form(upload.fields)
    result = await services.analyzer.analyze(upload.video, form.jump_type, quality=form.quality, options=form.options())
    return await to_thread.run_sync(_response, result)  # a long document must not hold others up


def _response(result: VideoAnalysisResult) -> JSONResponse:
    return JSONResponse(answer(result))


def _form(fields: dict[str, str]) -> AnalyzeForm:
    try:
        return AnalyzeForm.model_validate(fields)
    except ValidationError as problem:
        raise RequestValidationError(problem.errors(include_input=False, include_context=False)) from None


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Result of the work, which is cancelled as soon as the client leaves.

    Raises
    ------
    ClientDisconnect
        Where the client has left before the result was there.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(request))
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


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
