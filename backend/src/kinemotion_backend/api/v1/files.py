"""Send files of analyses: whole, in part, or only 304 if the client has them already."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.records.base import StoredArtefact

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")

PAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""A report brings its own styles and pictures, and runs nothing."""

FILE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "result.json": "the engine's document, byte for byte",
        "report.html": "the report, a page for people, also of a refused video",
        "overlay.mp4": "the video with the skeleton drawn in, also of a refused one",
        "trajectories.csv": "the landmarks' paths",
        "video": "the video as it was sent",
    }
)


FILE_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "result.json": "application/json",
        "report.html": "text/html",
        "overlay.mp4": "video/mp4",
        "trajectories.csv": "text/csv",
        "video": "application/octet-stream",
    }
)


def describe_parts(name: str) -> dict[int | str, dict[str, Any]]:
    """Return what a route of the file answers where it does not send the whole file."""
    return {
        206: {"description": "The range of it that was asked for.", "content": {FILE_TYPES[name]: {}}},
        304: {"description": "The client has it already."},
        416: {"description": "The file has no such range."},
    }


def send_file(request: Request, blobs: BlobStore, *, file: StoredArtefact) -> Response:
    """Answer with the file, the range that is asked for, or 304; to HEAD, without the body."""
    etag = f'"{file.sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # the client may keep it, and asks whether it still may be seen
        "Content-Disposition": f'inline; filename="{file.name}"',
    }
    if file.media_type.startswith("text/html"):
        headers["Content-Security-Policy"] = PAGE_POLICY
    if _matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    wanted = _read_range(request, etag=etag, size=file.size_bytes)
    if wanted is None:
        return _stream(request, blobs, file=file, headers=headers)
    start, stop = wanted
    if start >= stop:
        headers["Content-Range"] = f"bytes */{file.size_bytes}"
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size_bytes}"
    return _stream(request, blobs, file=file, headers=headers, part=wanted)


def _stream(
    request: Request,
    blobs: BlobStore,
    *,
    file: StoredArtefact,
    headers: dict[str, str],
    part: tuple[int, int] | None = None,
) -> Response:
    start, stop = part or (0, file.size_bytes)
    headers["Content-Length"] = str(stop - start)
    status = HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=file.media_type)
    chunks = blobs.get(file.blob_key, start=start, end=stop)
    return StreamingResponse(chunks, status, headers, file.media_type)


def _matches(condition: str | None, etag: str) -> bool:
    """Whether an If-None-Match names the ETag."""
    if condition is None:
        return False
    return condition.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in condition.split(",")}


def _read_range(request: Request, *, etag: str, size: int) -> tuple[int, int] | None:
    """Return the bytes asked for, half-open; None for the whole file, also where several ranges are asked for."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    condition = request.headers.get("if-range")
    if found is None or not any(found.groups()) or (condition is not None and condition != etag):
        return None
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size
