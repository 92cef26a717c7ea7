"""Failures as application/problem+json (RFC 9457), the same everywhere."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from kinemotion_backend.errors import ServiceError

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


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
    """A problem on its way to the client."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.model_dump(), problem.status, headers)


MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        400: "The body is not a form with one video, or the host is not ours.",
        408: "The upload came too slowly.",
        413: "The upload, or the picture in it, is too large.",
        415: "The file is not a video.",
        422: "A field is not valid, or the engine refuses: nobody visible, no such movement in the clip, slow motion.",
        429: "Too many videos of this client are being worked on. Retry-After says when to come back.",
        500: "The engine failed, or we did.",
        503: "No place or room is free, the service is ending, or no engine fits. Retry-After says when to come back.",
        504: "The analysis took too long.",
    }
)
"""What each problem's status means here."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer with, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": MEANINGS[status], "content": content} for status in statuses}


def problem_schemas() -> dict[str, Any]:
    """Schemas of a problem and its parts, by name, for OpenAPI."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def problem_of(error: ServiceError) -> ProblemResponse:
    """The failure as a response."""
    problem = Problem(
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        code=error.code,
        detail=error.message,
        hint=error.hint,
        retryable=error.retryable,
    )
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return ProblemResponse(problem, headers=headers)


def plain_problem(
    status: int, *, code: str | None = None, detail: str = "", headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    """A failure of HTTP itself as a response."""
    phrase = HTTPStatus(status).phrase
    problem = Problem(
        title=phrase, status=status, code=code or phrase.lower().replace(" ", "_"), detail=detail or phrase
    )
    return ProblemResponse(problem, headers=headers)


def install_problems(app: FastAPI) -> None:
    """Make every failure of the application a problem."""

    @app.exception_handler(ServiceError)
    async def service_error(_request: Request, error: ServiceError) -> ProblemResponse:  # pyright: ignore[reportUnusedFunction]
        return problem_of(error)

    @app.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> ProblemResponse:  # pyright: ignore[reportUnusedFunction]
        return plain_problem(error.status_code, detail=str(error.detail), headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> ProblemResponse:  # pyright: ignore[reportUnusedFunction]
        return invalid_fields(error)


def invalid_fields(error: RequestValidationError) -> ProblemResponse:
    """Which fields are not valid, without repeating what was sent."""
    found = [
        FieldProblem(field=".".join(str(part) for part in item["loc"]), message=item["msg"]) for item in error.errors()
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return ProblemResponse(
        Problem(
            title=status.phrase, status=status, code="invalid_request", detail="Fields are not valid.", errors=found
        )
    )
