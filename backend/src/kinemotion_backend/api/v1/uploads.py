"""Routes of uploads: resumable ones (tus 1.0 with creation, termination and expiration), and ones to the store."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import CallerDep, UploadsDep
from kinemotion_backend.errors import UploadTooSlow
from kinemotion_backend.records.base import UploadRecord
from kinemotion_backend.uploads.errors import ProtocolMismatch, UnexpectedContent

TUS_VERSION = "1.0.0"
TUS_HEADERS = ("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Expires")
PIECE_TYPE = "application/offset+octet-stream"
EXAMPLE: dict[str, Any] = {
    "upload_id": "5f2b7c0d9e8a4f6fb1d2c3a4b5e6f708",
    "status": "open",
    "size_bytes": 73400320,
    "received_bytes": 10485760,
    "media_type": "video/mp4",
    "sha256": None,
    "created_at": "2026-11-20T17:03:11.250000Z",
    "expires_at": "2026-11-21T17:03:11.250000Z",
}

UploadId = Annotated[str, Path(max_length=64, description="Id of the upload.")]


async def _check_version(
    tus_resumable: Annotated[str, Header(max_length=20, description=f"`{TUS_VERSION}`.", examples=[TUS_VERSION])] = "",
) -> None:
    """Refuse another version of the protocol, as it demands."""
    if tus_resumable != TUS_VERSION:
        raise ProtocolMismatch(f"The header Tus-Resumable is not {TUS_VERSION}.")


router = APIRouter(
    prefix="/api/v1/uploads", tags=["uploads"], responses=document_problems(400, 401, 403, 429, 500, 503)
)
TUS: Any = {"dependencies": [Depends(_check_version)]}


class NewUpload(BaseModel):
    """A file to be put straight into the blob store."""

    model_config = ConfigDict(extra="forbid")

    size_bytes: int = Field(ge=1, description="Exact size of the file.")
    media_type: str | None = Field(None, max_length=100, examples=["video/mp4"])


class UploadInfo(BaseModel):
    """An upload."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    upload_id: str = Field(description="Name it in `input.upload_id` of a request for an analysis.")
    status: str = Field(description="`open`, then `complete`.")
    size_bytes: int | None
    received_bytes: int
    media_type: str | None
    sha256: str | None = Field(description="Of the whole file, when it is complete.")
    created_at: datetime
    expires_at: datetime


class DirectUpload(UploadInfo):
    """An upload straight to the blob store."""

    url: str = Field(description="PUT the file here, then POST …/complete.")


@router.options("", status_code=HTTPStatus.NO_CONTENT, responses={204: {"description": "What the server can do."}})
async def describe_protocol(uploads: UploadsDep) -> Response:
    """Return the version and the extensions of the tus protocol that are supported, and the largest file."""
    headers = {
        "Tus-Version": TUS_VERSION,
        "Tus-Extension": "creation,termination,expiration",
        "Tus-Max-Size": str(uploads.rules.max_bytes),
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_add_version(headers))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=UploadInfo,
    responses={201: {"description": "`Location` is where the pieces go."}, **document_problems(412, 413, 422)},
    **TUS,
)
async def create_upload(
    *,
    caller: CallerDep,
    uploads: UploadsDep,
    upload_length: Annotated[int, Header(ge=1, le=2**53, description="Size of the whole file, in bytes.")],
) -> JSONResponse:
    """Begin a resumable upload."""
    caller.require("analyses:write")
    upload = await uploads.create(caller.owner, size_bytes=upload_length)
    headers = {"Location": f"/api/v1/uploads/{upload.id}", **_write_expiry_header(upload)}
    return JSONResponse(_describe(upload).model_dump(mode="json"), HTTPStatus.CREATED, _add_version(headers))


@router.post("/direct", status_code=HTTPStatus.CREATED, responses=document_problems(409, 413, 422))
async def create_direct_upload(new: NewUpload, *, caller: CallerDep, uploads: UploadsDep) -> DirectUpload:
    """Begin an upload straight to the blob store, where that is an S3-compatible one: for large files."""
    caller.require("analyses:write")
    upload, url = await uploads.create_direct(caller.owner, size_bytes=new.size_bytes, media_type=new.media_type)
    return DirectUpload(**_describe(upload).model_dump(), url=url)


@router.post("/{upload_id}/complete", responses=document_problems(404, 409, 410, 422))
async def complete_upload(upload_id: UploadId, *, caller: CallerDep, uploads: UploadsDep) -> UploadInfo:
    """Check that the whole file has arrived, and compute its checksum."""
    caller.require("analyses:write")
    return _describe(await uploads.complete(caller.owner, upload_id))


@router.get("/{upload_id}", responses=document_problems(404, 410, 422))
async def get_upload(upload_id: UploadId, *, caller: CallerDep, uploads: UploadsDep) -> UploadInfo:
    """Return how far an upload is."""
    caller.require("analyses:write")
    return _describe(await uploads.get(caller.owner, upload_id))


@router.head("/{upload_id}", responses=document_problems(404, 410, 412, 422), response_class=Response, **TUS)
async def get_upload_offset(upload_id: UploadId, *, caller: CallerDep, uploads: UploadsDep) -> Response:
    """Return where an upload goes on, in the header `Upload-Offset`."""
    caller.require("analyses:write")
    upload = await uploads.get(caller.owner, upload_id)
    return Response(headers=_add_version(_write_progress_headers(upload)))


@router.patch(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses={
        204: {"description": "`Upload-Offset` is where the next piece begins."},
        **document_problems(404, 408, 409, 410, 412, 413, 415, 422),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    **TUS,
)
async def append_to_upload(
    upload_id: UploadId,
    *,
    request: Request,
    caller: CallerDep,
    uploads: UploadsDep,
    upload_offset: Annotated[int, Header(ge=0, le=2**53, description="Where this piece begins, in bytes.")],
) -> Response:
    """Add a piece. What has arrived when the connection breaks is kept."""
    caller.require("analyses:write")
    if request.headers.get("content-type", "").partition(";")[0].strip() != PIECE_TYPE:
        raise UnexpectedContent(f"The Content-Type is not {PIECE_TYPE}.")
    upload = await uploads.get(caller.owner, upload_id)
    upload = await uploads.append(upload, offset=upload_offset, chunks=_keep_what_arrives(request))
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_add_version(_write_progress_headers(upload)))


@router.delete("/{upload_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404, 412, 422), **TUS)
async def delete_upload(upload_id: UploadId, *, caller: CallerDep, uploads: UploadsDep) -> Response:
    """End an upload and delete what has arrived."""
    caller.require("analyses:write")
    await uploads.delete(caller.owner, upload_id)
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_add_version({}))


async def _keep_what_arrives(request: Request) -> AsyncIterator[bytes]:
    """Yield the body; it ends where the client leaves or pauses for too long."""
    try:
        async for chunk in request.stream():
            yield chunk
    except (ClientDisconnect, UploadTooSlow):
        return


def _describe(upload: UploadRecord) -> UploadInfo:
    return UploadInfo(
        upload_id=upload.id,
        status=upload.status,
        size_bytes=upload.size_bytes,
        received_bytes=upload.received_bytes,
        media_type=upload.media_type,
        sha256=upload.sha256,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
    )


def _write_progress_headers(upload: UploadRecord) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received_bytes),
        "Upload-Length": str(upload.size_bytes),
        **_write_expiry_header(upload),
    }


def _write_expiry_header(upload: UploadRecord) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def _add_version(headers: Mapping[str, str]) -> dict[str, str]:
    return {"Tus-Resumable": TUS_VERSION, **headers}
