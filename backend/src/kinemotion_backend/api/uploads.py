"""Receive a video: stream it to disk within limits of size and time, and check its first bytes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog
from anyio import to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from kinemotion_backend.api.multipart import ENVELOPE_BYTES, FormReader
from kinemotion_backend.errors import MalformedUpload, Saturated, UnsupportedMedia, UploadTooLarge, UploadTooSlow
from kinemotion_backend.video_containers import HEAD_BYTES

FLUSH_BYTES = 1024 * 1024

log = structlog.stdlib.get_logger(__name__)


CanRead = Callable[[bytes], bool]
"""Whether a file with these first bytes can be a video."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one upload may take, and which files are accepted."""

    video_bytes: int
    idle_s: float
    total_s: float
    can_read: CanRead

    @property
    def body_bytes(self) -> int:
        """Bytes of the whole body: the video and what lies around it."""
        return self.video_bytes + ENVELOPE_BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """A video on disk and the other fields of its form."""

    video: Path
    fields: dict[str, str]


async def receive(request: Request, folder: Path, *, limits: UploadLimits) -> Upload:
    """Write the form's video into the folder under a name of our own, and return it with the other fields."""
    _refuse_announced(request, limits)
    target = folder / "video"
    try:
        form = FormReader(_boundary(request))
        async with asyncio.timeout(limits.total_s):
            with target.open("xb") as file:
                await _save(form, file, chunks=_steadily(request, limits.idle_s), limits=limits)
    except TimeoutError:
        raise UploadTooSlow("The upload came too slowly.") from None
    except FormParserError:
        raise MalformedUpload("The body is not multipart/form-data.") from None
    except OSError as problem:
        log.error("video_not_stored", problem=problem.strerror)  # noqa: TRY400  (the trace says less)
        raise Saturated("The video cannot be stored.") from problem
    if form.videos != 1:
        raise MalformedUpload("The form has no video." if form.videos == 0 else "The form has more than one video.")
    return Upload(target, form.fields)


async def _save(form: FormReader, file: BinaryIO, *, chunks: AsyncIterator[bytes], limits: UploadLimits) -> None:
    """Feed the form and write its video; a slow disk is waited for off the event loop."""
    received_bytes = 0
    async for chunk in chunks:
        form.feed(chunk)
        received_bytes += len(chunk)
        if form.video_bytes > limits.video_bytes or received_bytes > limits.body_bytes:
            raise _too_large(limits)
        if form.video_bytes >= HEAD_BYTES and not limits.can_read(form.head):
            raise UnsupportedMedia("The file is not a video.")
        if len(form.unwritten) >= FLUSH_BYTES:
            await to_thread.run_sync(file.write, form.take())
    form.finish()
    if form.videos and not limits.can_read(form.head):
        raise UnsupportedMedia("The file is not a video." if form.video_bytes else "The file is empty.")
    await to_thread.run_sync(file.write, form.take())


async def _steadily(request: Request, idle_s: float) -> AsyncIterator[bytes]:
    chunks = request.stream()
    while True:
        async with asyncio.timeout(idle_s):
            try:
                chunk = await anext(chunks)
            except StopAsyncIteration:
                return
        yield chunk


def _refuse_announced(request: Request, limits: UploadLimits) -> None:
    """Refuse by Content-Length before a byte is read, where it is given."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.body_bytes:
        raise _too_large(limits)


def _too_large(limits: UploadLimits) -> UploadTooLarge:
    return UploadTooLarge(f"The video is larger than {limits.video_bytes // (1024 * 1024)} MiB.")


def _boundary(request: Request) -> bytes:
    media_type, options = parse_options_header(request.headers.get("content-type"))
    if media_type != b"multipart/form-data" or not options.get(b"boundary"):
        raise MalformedUpload("The request is not multipart/form-data with a boundary.")
    return options[b"boundary"]
