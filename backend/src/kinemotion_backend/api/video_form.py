"""Receive a video: stream it to disk, check the fields before it and its first bytes as soon as they are there."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import structlog
from anyio import AsyncFile, to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from kinemotion_backend.api.multipart import FormReader
from kinemotion_backend.errors import MalformedUpload, Saturated, UnsupportedMedia, UploadTooLarge
from kinemotion_backend.inputs.video_containers import HEAD_BYTES
from kinemotion_backend.uploads.admission import Admission
from kinemotion_backend.waiting.cancellation import hold_file
from kinemotion_backend.workspace import Workspace

MEBIBYTE = 1024 * 1024
FLUSH_BYTES = MEBIBYTE
NOTHING: Mapping[str, str] = MappingProxyType({})

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class VideoRules:
    """Which videos are taken."""

    max_bytes: int
    can_read: Callable[[bytes], bool]
    """Whether a file with these first bytes can be a video."""


@dataclass(frozen=True, slots=True)
class VideoForm:
    """A video on disk and the other fields of its form."""

    video: Path
    fields: dict[str, str]


CheckFields = Callable[[Mapping[str, str]], Awaitable[None]]
"""Refuses fields that are not valid; asked before the video is received, with what has come until then."""


@dataclass(frozen=True, slots=True)
class VideoFormReceiver:
    """Receives videos: one at a time for each place, into a folder that is removed afterwards."""

    admission: Admission
    workspace: Workspace
    rules: VideoRules

    @asynccontextmanager
    async def receive(
        self, request: Request, *, check: CheckFields, given: Mapping[str, str] = NOTHING
    ) -> AsyncGenerator[VideoForm]:
        """Yield the video of the request and its fields; its place is taken until the video is no longer needed."""
        async with self.hold_folder("request", client=request.client.host if request.client else "") as folder:
            yield await receive(request, folder, rules=self.rules, check=check, given=given)

    @asynccontextmanager
    async def hold_folder(self, kind: str, *, client: str) -> AsyncGenerator[Path]:
        """Yield a folder for what the client sends, with room in it; its place is taken for as long."""
        with self.admission.hold_place(client):
            await to_thread.run_sync(self.workspace.check)
            async with self.workspace.temporary_folder(kind) as folder:
                yield folder


async def receive(
    request: Request, folder: Path, *, rules: VideoRules, check: CheckFields, given: Mapping[str, str] = NOTHING
) -> VideoForm:
    """Write the form's video into the folder under a name of our own, and return it with the other fields.

    ``given`` are fields that the client has named outside the form.
    """
    target = folder / "video"
    try:
        form = FormReader(_read_boundary(request), given=given)
        await check(form.fields)
        async with hold_file(target, "xb") as file:
            await _save(request, file, form=form, rules=rules, check=check)
    except FormParserError:
        raise MalformedUpload("The body is not multipart/form-data.") from None
    except OSError as problem:
        log.error("video_not_stored", problem=problem.strerror)  # noqa: TRY400  (the trace says less)
        raise Saturated("The video cannot be stored.") from problem
    if form.videos != 1:
        raise MalformedUpload("The form has no video." if form.videos == 0 else "The form has more than one video.")
    return VideoForm(target, form.fields)


async def _save(
    request: Request, file: AsyncFile[bytes], *, form: FormReader, rules: VideoRules, check: CheckFields
) -> None:
    """Feed the form and write its video; a slow disk is waited for off the event loop."""
    is_checked = False
    async for chunk in request.stream():
        form.feed(chunk)
        if form.videos and not is_checked:
            await check(form.fields)
            is_checked = True
        if form.video_bytes > rules.max_bytes:
            raise UploadTooLarge(f"The video is larger than {rules.max_bytes // MEBIBYTE} MiB.")
        if form.video_bytes >= HEAD_BYTES and not rules.can_read(form.head):
            raise UnsupportedMedia("The file is not a video.")
        if len(form.unwritten) >= FLUSH_BYTES:
            await file.write(form.take())
    form.finish()
    if form.videos and not rules.can_read(form.head):
        raise UnsupportedMedia("The file is not a video." if form.video_bytes else "The file is empty.")
    await file.write(form.take())


def _read_boundary(request: Request) -> bytes:
    media_type, options = parse_options_header(request.headers.get("content-type"))
    if media_type != b"multipart/form-data" or not options.get(b"boundary"):
        raise MalformedUpload("The request is not multipart/form-data with a boundary.")
    return options[b"boundary"]
