"""Failures as application/problem+json (RFC 9457): the one place that maps a ``ServiceError`` to an HTTP status."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from kinemotion_backend import errors
from kinemotion_backend.analyses import errors as analyses
from kinemotion_backend.athletes import errors as athletes
from kinemotion_backend.blobs.base import BlobStoreUnavailable
from kinemotion_backend.errors import InvalidOptions, ServiceError
from kinemotion_backend.keys.callers import NotAuthenticated, NotAuthorized
from kinemotion_backend.keys.keyring import InvalidKeyRequest, KeyNotFound
from kinemotion_backend.limits.base import LimitReached
from kinemotion_backend.live import errors as live
from kinemotion_backend.outbound.base import ForbiddenUrl
from kinemotion_backend.records.base import Conflict, InvalidCursor, RecordsUnavailable, UnstorableValue
from kinemotion_backend.uploads import errors as uploads
from kinemotion_backend.webhooks.registry import TooManyWebhooks, WebhookNotFound

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[ServiceError], HTTPStatus] = MappingProxyType(
    {
        errors.MalformedUpload: HTTPStatus.BAD_REQUEST,
        NotAuthenticated: HTTPStatus.UNAUTHORIZED,
        NotAuthorized: HTTPStatus.FORBIDDEN,
        analyses.AnalysisNotFound: HTTPStatus.NOT_FOUND,
        analyses.ArtefactNotFound: HTTPStatus.NOT_FOUND,
        analyses.ResultNotReady: HTTPStatus.CONFLICT,
        analyses.ConsentWithdrawn: HTTPStatus.CONFLICT,
        analyses.LinkEnded: HTTPStatus.NOT_FOUND,
        analyses.ShareLinkNotFound: HTTPStatus.NOT_FOUND,
        analyses.TooManyShareLinks: HTTPStatus.CONFLICT,
        analyses.IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
        analyses.UnknownReference: HTTPStatus.UNPROCESSABLE_ENTITY,
        athletes.AthleteNotFound: HTTPStatus.NOT_FOUND,
        athletes.TeamNotFound: HTTPStatus.NOT_FOUND,
        athletes.SessionNotFound: HTTPStatus.NOT_FOUND,
        athletes.InvalidArchive: HTTPStatus.UNPROCESSABLE_ENTITY,
        uploads.UploadIncomplete: HTTPStatus.CONFLICT,
        uploads.UploadExpired: HTTPStatus.GONE,
        uploads.UploadNotFound: HTTPStatus.NOT_FOUND,
        uploads.OffsetConflict: HTTPStatus.CONFLICT,
        uploads.DirectUploadUnavailable: HTTPStatus.CONFLICT,
        uploads.ProtocolMismatch: HTTPStatus.PRECONDITION_FAILED,
        uploads.UnexpectedContent: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        KeyNotFound: HTTPStatus.NOT_FOUND,
        InvalidKeyRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
        live.FrameTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        live.MalformedMessage: HTTPStatus.BAD_REQUEST,
        live.NoCapacity: HTTPStatus.SERVICE_UNAVAILABLE,
        live.StreamInUse: HTTPStatus.CONFLICT,
        live.StreamNotFound: HTTPStatus.NOT_FOUND,
        LimitReached: HTTPStatus.TOO_MANY_REQUESTS,
        WebhookNotFound: HTTPStatus.NOT_FOUND,
        TooManyWebhooks: HTTPStatus.CONFLICT,
        Conflict: HTTPStatus.CONFLICT,
        InvalidCursor: HTTPStatus.UNPROCESSABLE_ENTITY,
        UnstorableValue: HTTPStatus.UNPROCESSABLE_ENTITY,
        RecordsUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        BlobStoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        ForbiddenUrl: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.UploadTooSlow: HTTPStatus.REQUEST_TIMEOUT,
        errors.UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        errors.VideoTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        errors.UnsupportedMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        errors.AnalysisRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.UnknownMovement: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidOptions: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.TooManyAtOnce: HTTPStatus.TOO_MANY_REQUESTS,
        errors.EngineUnusable: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.EngineTemporarilyUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.Saturated: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.ShuttingDown: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.AnalysisTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Status of each error; an error without a row has that of its nearest ancestor, else 500."""


class FieldProblem(BaseModel):
    """One field of a request and what is wrong with it."""

    field: str
    message: str
    code: str = Field(
        default="", description="Name of the fault, for programs that translate it; empty where it has none."
    )
    values: dict[str, str | float | list[str]] = Field(
        default_factory=dict[str, str | float | list[str]], description="What the message names."
    )


class Problem(BaseModel):
    """What went wrong, for programs and for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "code": "nobody_visible",
                    "detail": "No person in 236 frames.",
                    "hint": "Film the whole athlete, head to feet, in even light.",
                    "retryable": False,
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="The engine's or the service's name for the failure.")
    detail: str
    hint: str = ""
    retryable: bool = Field(default=False, description="Whether the same request may succeed later.")
    errors: list[FieldProblem] = Field(default_factory=list[FieldProblem], description="Fields that are not valid.")


class ProblemResponse(JSONResponse):
    """The response that carries a problem."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.model_dump(), problem.status, headers)


MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        400: "The body is not a form with one video, or the host is not ours.",
        401: "The request has no valid key, and does not come from this machine.",
        403: "The key may not do this.",
        404: "There is no such thing, or it is another account's.",
        408: "The upload came too slowly.",
        409: "The present state does not allow it: not ready, taken already, or consent withdrawn.",
        410: "The upload has expired.",
        412: "The client speaks another version of the upload protocol.",
        413: "The upload, or the picture in it, is too large.",
        415: "The file is not a video.",
        422: "A field is not valid, or the engine refuses: nobody visible, movement not found, slow motion.",
        429: "A limit is reached: requests, analyses, streams or videos at once. Retry-After says when to try again.",
        500: "The engine failed, or we did.",
        503: "All places are taken, the service is shutting down, or the engine, the database or the file store "
        "does not answer. Retry-After says when to try again.",
        504: "The analysis took too long.",
    }
)
"""What each problem's status means here."""
MAX_LISTED_FAULTS = 100
"""Engineering limit: faults of a request that its problem lists."""


def find_status(error: ServiceError) -> HTTPStatus:
    """Return the HTTP status of the error."""
    found = (STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems a route may answer with, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": MEANINGS[status], "content": content} for status in statuses}


def list_problem_schemas() -> dict[str, Any]:
    """Return the schemas of a problem and its parts, by name, for OpenAPI."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def as_problem(error: ServiceError) -> ProblemResponse:
    """Convert the error to a response."""
    status = find_status(error)
    fields = error.fields if isinstance(error, InvalidOptions) else ()
    problem = Problem(
        title=status.phrase,
        status=status,
        code=error.code,
        detail=error.message,
        hint=error.hint,
        retryable=error.retryable,
        errors=[FieldProblem.model_validate(asdict(fault)) for fault in fields],
    )
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return ProblemResponse(problem, headers=headers)


def make_problem(
    status: int, *, code: str | None = None, detail: str = "", headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    """Return a response for a failure of HTTP itself."""
    phrase = HTTPStatus(status).phrase
    problem = Problem(
        title=phrase, status=status, code=code or phrase.lower().replace(" ", "_"), detail=detail or phrase
    )
    return ProblemResponse(problem, headers=headers)


def install_problems(app: FastAPI) -> None:
    """Answer every failure of the application with a problem."""

    @app.exception_handler(ServiceError)
    async def service_error(_request: Request, error: ServiceError) -> ProblemResponse:  # pyright: ignore[reportUnusedFunction]
        return as_problem(error)

    @app.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> ProblemResponse:  # pyright: ignore[reportUnusedFunction]
        return make_problem(error.status_code, detail=str(error.detail), headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> ProblemResponse:  # pyright: ignore[reportUnusedFunction]
        return _list_invalid_fields(error)


def _list_invalid_fields(error: RequestValidationError) -> ProblemResponse:
    """Return which fields are not valid, the first of them where there are many, without repeating what was sent."""
    found = [
        FieldProblem(field=".".join(str(part) for part in item["loc"]), message=item["msg"])
        for item in error.errors()[:MAX_LISTED_FAULTS]
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return ProblemResponse(
        Problem(
            title=status.phrase, status=status, code="invalid_request", detail="Fields are not valid.", errors=found
        )
    )
