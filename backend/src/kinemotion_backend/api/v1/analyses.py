"""Routes of analyses."""

from collections.abc import AsyncIterable
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.api.dependencies import VideoFormDep
from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import (
    AccessDep,
    AnalysesDep,
    BlobsDep,
    CallerDep,
    EventsDep,
    PageDep,
    UploadsDep,
)
from kinemotion_backend.api.v1.files import FILE_NAMES, FILE_TYPES, describe_parts, send_file
from kinemotion_backend.api.v1.progress import follow
from kinemotion_backend.api.v1.schemas import (
    AnalysisFilter,
    AnalysisForm,
    AnalysisInfo,
    AnalysisPage,
    AnalysisRequestBody,
    Erased,
    describe,
    describe_page,
)
from kinemotion_backend.api.v1.submissions import SubmissionReceiver
from kinemotion_backend.records.base import UNFINISHED, AnalysisRecord

router = APIRouter(prefix="/api/v1/analyses", tags=["analyses"], responses=document_problems(400, 401, 500, 503))

IdPath = Annotated[str, Path(max_length=64, description="Id of the analysis.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="A name of your own for this request: sent again with it, it is not done again.",
    ),
]


def _describe_bodies() -> dict[str, Any]:
    """Return the OpenAPI of the two bodies: JSON that names a video, a form that brings one."""
    form = AnalysisForm.model_json_schema()
    form["properties"] = {"video": {"type": "string", "format": "binary"}, **form["properties"]}
    form["required"] = ["video", *form["required"]]
    for name in ("config", "outputs"):
        form["properties"][name] = {"type": "string", "description": f"JSON. {form['properties'][name]['description']}"}
    body = AnalysisRequestBody.model_json_schema()
    body["properties"]["input"] = body.pop("$defs")["Input"]
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body}, "multipart/form-data": {"schema": form}},
        }
    }


async def _get_analysis(analysis_id: IdPath, *, caller: CallerDep, analyses: AnalysesDep) -> AnalysisRecord:
    caller.require("analyses:read")
    return await analyses.get(caller.owner, analysis_id)


AnalysisDep = Annotated[AnalysisRecord, Depends(_get_analysis)]


async def _get_submission_receiver(
    request: Request, *, uploads: UploadsDep, blobs: BlobsDep, receiver: VideoFormDep
) -> SubmissionReceiver:
    analyses = cast("AnalysisService", request.app.state.services.platform.analyses)
    return SubmissionReceiver(analyses=analyses, uploads=uploads, blobs=blobs, receiver=receiver)


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    response_model=AnalysisInfo,
    responses={
        200: {"model": AnalysisInfo, "description": "The same input was analysed before: here is its analysis."},
        202: {"description": "Taken. `Location` says where to look for the result."},
        **document_problems(403, 404, 408, 409, 413, 415, 422, 429),
    },
    openapi_extra=_describe_bodies(),
)
async def create_analysis(
    request: Request,
    *,
    caller: CallerDep,
    access: AccessDep,
    submissions: Annotated[SubmissionReceiver, Depends(_get_submission_receiver)],
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    """Take a video or a live stream for analysis, and answer at once. The same input gets the answer it got before."""
    caller.require("analyses:write")
    await access.count_analysis(caller)
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    take = submissions.submit_form if is_form else submissions.submit_stored
    submitted = await take(request, caller=caller, idempotency_key=idempotency_key)
    analysis = submitted.analysis
    if not submitted.is_repeat:
        request.app.state.services.metrics.analyses_submitted.labels(analysis.sport).inc()
    secret = submitted.webhook.secret if submitted.webhook else None
    return JSONResponse(
        describe(analysis, webhook_secret=secret, rtc_url=_find_stream_url(request, analysis)).model_dump(mode="json"),
        HTTPStatus.ACCEPTED if analysis.status in UNFINISHED else HTTPStatus.OK,
        {"Location": f"/api/v1/analyses/{analysis.id}"},
    )


def _find_stream_url(request: Request, analysis: AnalysisRecord) -> str | None:
    """Return where the frames of a live stream go; None for an analysis of a video."""
    if analysis.video_key is not None:
        return None
    base = request.url.replace(scheme=request.url.scheme.replace("http", "ws"), query="")
    return f"{base}/{analysis.id}/stream"


@router.get("", responses=document_problems(403, 422))
async def list_analyses(
    *, caller: CallerDep, analyses: AnalysesDep, wanted: Annotated[AnalysisFilter, Query()], page: PageDep
) -> AnalysisPage:
    """List the analyses, the newest first."""
    caller.require("analyses:read")
    return describe_page(await analyses.find(caller.owner, wanted.as_query(), page=page))


@router.get("/{analysis_id}", responses=document_problems(403, 404, 422))
async def get_analysis(analysis: AnalysisDep, analyses: AnalysesDep) -> AnalysisInfo:
    """Return an analysis: how far it is, and its result when it has ended."""
    return describe(analysis, files=await analyses.list_artefacts(analysis.owner, analysis.id))


@router.delete("/{analysis_id}", responses=document_problems(403, 404, 422))
async def delete_analysis(analysis_id: IdPath, *, caller: CallerDep, analyses: AnalysesDep) -> Erased:
    """Cancel the analysis where it has not ended, and delete its video, its results and its record."""
    caller.require("analyses:write")
    await analyses.erase(caller.owner, analysis_id, actor=caller.key_id)
    return Erased(analysis_id=analysis_id)


@router.get(
    "/{analysis_id}/events",
    response_class=EventSourceResponse,
    responses=document_problems(403, 404, 422),
)
async def follow_analysis(
    analysis: AnalysisDep,
    *,
    analyses: AnalysesDep,
    events: EventsDep,
    last_event_id: Annotated[str | None, Header(max_length=200, description="Go on after this event.")] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Follow an analysis: `progress`, then `analysis.completed`, `analysis.failed` or `analysis.cancelled`."""
    async with aclosing(follow(analysis, analyses=analyses, events=events, last_event_id=last_event_id)) as following:
        async for event in following:
            yield event


def _add_file_route(name: str, meaning: str) -> None:
    """Add the route of one file of an analysis, for GET and for HEAD."""
    operation = f"get_{name.replace('.', '_')}"

    async def get_file(
        analysis_id: IdPath, *, request: Request, caller: CallerDep, analyses: AnalysesDep, blobs: BlobsDep
    ) -> Response:
        caller.require("analyses:read")
        file = await analyses.find_file(caller.owner, analysis_id, name)
        return send_file(request, blobs, file=file)

    schema: dict[str, Any] = {"type": "string", "format": "binary"}
    if FILE_TYPES[name] == "application/json":
        schema = {"$ref": "#/components/schemas/Analysis"}
    content = {FILE_TYPES[name]: {"schema": schema}}
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": f"The file: {meaning}.", "content": content},
        **describe_parts(name),
    }
    for method in ("GET", "HEAD"):
        router.add_api_route(
            f"/{{analysis_id}}/{name}",
            get_file,
            methods=[method],
            name=operation if method == "GET" else operation.replace("get_", "head_"),
            summary=f"{meaning[0].upper()}{meaning[1:]}",
            description=f"Return {meaning}. Ranges and `If-None-Match` are honoured.",
            response_class=Response,
            responses={**answers, **document_problems(403, 404, 409, 422)},
        )


for _name, _meaning in FILE_NAMES.items():
    _add_file_route(_name, _meaning)
