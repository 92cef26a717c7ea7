"""Routes of links that show a result to people without a key."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kinemotion_backend.analyses.sharing import DEFAULT_LIFETIME, MAX_LIFETIME, MIN_LIFETIME, SHARED_FILES, SharedResult
from kinemotion_backend.api.page import NOT_LISTED
from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import AccessDep, BlobsDep, CallerDep, ShareLinksDep
from kinemotion_backend.api.v1.files import FILE_NAMES, FILE_TYPES, describe_parts, send_file
from kinemotion_backend.api.v1.schemas import FileInfo, describe_files
from kinemotion_backend.records.base import ShareLink

router = APIRouter(prefix="/api/v1", tags=["shares"], responses=document_problems(400, 404, 429, 500, 503))

AnalysisId = Annotated[str, Path(max_length=64, description="Id of the analysis.")]
Token = Annotated[str, Path(max_length=100, description="The end of the link.")]

EXAMPLE: dict[str, Any] = {
    "share_id": "shr_5f2b7c0d9e8a4f6fb1d2c3a4b5e6f708",
    "created_at": "2026-11-20T17:03:11.250000Z",
    "expires_at": "2026-11-27T17:03:11.250000Z",
}
EXAMPLE_TOKEN = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c"  # noqa: S105  (an example)


class NewShare(BaseModel):
    """How long a link is to work."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"expires_in_s": 604800}]})

    expires_in_s: float = Field(
        DEFAULT_LIFETIME.total_seconds(),
        ge=MIN_LIFETIME.total_seconds(),
        le=MAX_LIFETIME.total_seconds(),
        description="Seconds until the link ends: one hour to 90 days; default: 7 days.",
    )


class ShareInfo(BaseModel):
    """A link to a result, without its token."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    share_id: str
    created_at: datetime
    expires_at: datetime


class CreatedShare(ShareInfo):
    """A new link, with its token: shown now, and never again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**EXAMPLE, "token": EXAMPLE_TOKEN, "path": f"/shared/{EXAMPLE_TOKEN}"}]}
    )

    token: str
    path: str = Field(description="The page that shows the result, on this service.")


class ShareList(BaseModel):
    """The links to one result that work now, the newest first."""

    items: list[ShareInfo]


class SharedAnalysis(BaseModel):
    """One result, as a link shows it: nothing of the account, the athlete's record or the video as it was sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sport_type": "cmj",
                    "quality": "balanced",
                    "recorded_on": "2026-11-20",
                    "created_at": "2026-11-20T17:03:11.250000Z",
                    "expires_at": "2026-11-27T17:03:11.250000Z",
                    "engine_version": "0.1.0",
                    "result": {"data": {"jump_height_m": 0.346}, "intervals": {"jump_height_m": [0.33, 0.362]}},
                    "files": [],
                }
            ]
        }
    )

    sport_type: str
    quality: str
    recorded_on: date | None
    created_at: datetime
    expires_at: datetime = Field(description="When the link ends.")
    engine_version: str
    result: dict[str, Any] | None = Field(
        description="`data`, `intervals` and `quality` of the best plausible trial; GET …/result.json has everything."
    )
    files: list[FileInfo]


async def _count_visit(request: Request, access: AccessDep) -> None:
    """Count a request of somebody without a key. Raises LimitReached."""
    await access.count_visit(request)


Visit = Depends(_count_visit)


@router.post(
    "/analyses/{analysis_id}/shares",
    status_code=HTTPStatus.CREATED,
    responses=document_problems(401, 403, 409, 422),
)
async def create_share(
    analysis_id: AnalysisId, *, new: NewShare, caller: CallerDep, links: ShareLinksDep
) -> CreatedShare:
    """Make a link that shows the result to anybody who has it, until it ends. The token is in this answer only."""
    caller.require("analyses:write")
    lifetime = timedelta(seconds=new.expires_in_s)
    made = await links.create(caller.owner, analysis_id, lifetime=lifetime, actor=caller.key_id)
    return CreatedShare(**_describe(made.link).model_dump(), token=made.token, path=f"/shared/{made.token}")


@router.get("/analyses/{analysis_id}/shares", responses=document_problems(401, 403, 422))
async def list_shares(analysis_id: AnalysisId, *, caller: CallerDep, links: ShareLinksDep) -> ShareList:
    """List the links to the result that work now, the newest first."""
    caller.require("analyses:read")
    return ShareList(items=[_describe(link) for link in await links.find(caller.owner, analysis_id)])


@router.delete(
    "/analyses/{analysis_id}/shares/{share_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=document_problems(401, 403, 422),
)
async def revoke_share(
    analysis_id: AnalysisId,
    share_id: Annotated[str, Path(max_length=64, description="Id of the link.")],
    *,
    caller: CallerDep,
    links: ShareLinksDep,
) -> None:
    """End a link at once."""
    caller.require("analyses:write")
    await links.revoke(caller.owner, analysis_id, link_id=share_id, actor=caller.key_id)


@router.get("/shared/{token}", dependencies=[Visit], responses=document_problems(422))
async def get_shared(token: Token, *, response: Response, links: ShareLinksDep) -> SharedAnalysis:
    """Return the result that a link shows. No key is needed."""
    response.headers.update(NOT_LISTED)
    return _describe_shared(await links.open(token))


def _add_file_route(name: str) -> None:
    """Add the route of one file of a shared result, for GET and for HEAD."""
    operation = f"shared_{name.replace('.', '_')}"

    async def get_file(token: Token, *, request: Request, links: ShareLinksDep, blobs: BlobsDep) -> Response:
        answer = send_file(request, blobs, file=await links.find_file(token, name))
        answer.headers.update(NOT_LISTED)
        return answer

    for method in ("GET", "HEAD"):
        router.add_api_route(
            f"/shared/{{token}}/{name}",
            get_file,
            methods=[method],
            name=f"{method.lower()}_{operation}",
            summary=f"Shared: {FILE_NAMES[name]}",
            description=f"Return {FILE_NAMES[name]}, of a shared result. Ranges and `If-None-Match` are honoured.",
            response_class=Response,
            dependencies=[Visit],
            responses={
                200: {"description": "The file.", "content": {FILE_TYPES[name]: {}}},
                **describe_parts(name),
                **document_problems(422),
            },
        )


for _name in SHARED_FILES:
    _add_file_route(_name)


def _describe(link: ShareLink) -> ShareInfo:
    return ShareInfo(share_id=link.id, created_at=link.created_at, expires_at=link.expires_at)


def _describe_shared(shared: SharedResult) -> SharedAnalysis:
    analysis = shared.analysis
    return SharedAnalysis(
        sport_type=analysis.sport,
        quality=analysis.quality,
        recorded_on=analysis.recorded_on,
        created_at=analysis.created_at,
        expires_at=shared.expires_at,
        engine_version=analysis.engine_version,
        result=None if analysis.summary is None else dict(analysis.summary),
        files=describe_files(shared.files),
    )
