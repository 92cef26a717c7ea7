"""Routes of export and import."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from kinemotion_backend.api.dependencies import VideoFormDep, WorkspaceDep
from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import CallerDep
from kinemotion_backend.athletes.archive import ArchiveService
from kinemotion_backend.blobs.base import read_file
from kinemotion_backend.errors import UploadTooLarge
from kinemotion_backend.waiting.cancellation import hold_file

router = APIRouter(prefix="/api/v1", tags=["athletes"], responses=document_problems(400, 401, 403, 429, 500, 503))
ZIP = "application/zip"
ZIP_CONTENT = {ZIP: {"schema": {"type": "string", "format": "binary"}}}


async def _get_archives(request: Request) -> ArchiveService:
    return cast("ArchiveService", request.app.state.services.platform.archives)


ArchiveDep = Annotated[ArchiveService, Depends(_get_archives)]


class Imported(BaseModel):
    """How many records an archive brought."""

    athletes: int
    teams: int
    sessions: int
    analyses: int


async def _make_export_folder(workspace: WorkspaceDep) -> AsyncGenerator[Path]:
    """Yield a folder that is removed when the answer has been sent, or its client has left."""
    async with workspace.temporary_folder("export") as folder:
        yield folder


@router.get(
    "/export", response_class=Response, responses={200: {"description": "The zip file.", "content": ZIP_CONTENT}}
)
async def export_everything(
    *, caller: CallerDep, archives: ArchiveDep, folder: Annotated[Path, Depends(_make_export_folder)]
) -> Response:
    """Return everything that is kept, without videos: JSON lines, CSV tables, and the document of each result."""
    caller.require("athletes:read")
    file = folder / "export.zip"
    length = await archives.export(caller.owner, file)
    headers = {"Content-Disposition": 'attachment; filename="kinemotion-export.zip"', "Content-Length": str(length)}
    return StreamingResponse(read_file(file), headers=headers, media_type=ZIP)


@router.post(
    "/import",
    status_code=HTTPStatus.CREATED,
    responses=document_problems(413, 422),
    openapi_extra={"requestBody": {"required": True, "content": ZIP_CONTENT}},
)
async def import_everything(
    request: Request, *, caller: CallerDep, archives: ArchiveDep, receiver: VideoFormDep
) -> Imported:
    """Add what an export holds, under new ids. An athlete with a known external id is not added again."""
    caller.require("athletes:write")
    client = request.client.host if request.client else ""
    async with receiver.hold_folder("import", client=client) as folder:
        received = 0
        async with hold_file(folder / "import.zip", "xb") as file:
            async for chunk in request.stream():
                received += len(chunk)
                if received > receiver.rules.max_bytes:
                    raise UploadTooLarge("The file is larger than an upload may be.")
                await file.write(chunk)
        return Imported.model_validate(await archives.restore(caller.owner, folder / "import.zip"))
