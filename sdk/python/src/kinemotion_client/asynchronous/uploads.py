"""Sends a large video in pieces (tus 1.0), so that a broken connection goes on where it stopped."""

from http import HTTPStatus
from io import SEEK_END

from kinemotion_client.asynchronous.transport import AsyncTransport
from kinemotion_client.calls import Call
from kinemotion_client.errors import APIError
from kinemotion_client.models import UploadInfo
from kinemotion_client.videos import Progress, Video, open_video

UPLOADS = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE_TYPE = {"Content-Type": "application/offset+octet-stream"}
PIECE_BYTES = 8 * 1024 * 1024


async def send_in_pieces(transport: AsyncTransport, video: Video, *, on_progress: Progress) -> UploadInfo:
    """Send the video and return the upload."""
    with open_video(video) as file:
        offset, total = 0, file.seek(0, SEEK_END)
        path = await _begin(transport, total)
        while offset < total:
            file.seek(offset)
            offset = await _append(transport, path, offset=offset, piece=file.read(PIECE_BYTES))
            on_progress(offset, total)
    return await transport.fetch(Call(method="GET", path=path), UploadInfo)


async def _begin(transport: AsyncTransport, total: int) -> str:
    headers = {**TUS, "Upload-Length": str(total)}
    call = Call(method="POST", path=UPLOADS, headers=headers, is_idempotent=False)
    made = await transport.fetch(call, UploadInfo)
    return f"{UPLOADS}/{made.upload_id}"


async def _append(transport: AsyncTransport, path: str, *, offset: int, piece: bytes) -> int:
    """Send a piece and return where the next one begins; of one that arrived without an answer the service knows it."""
    headers = {**TUS, **PIECE_TYPE, "Upload-Offset": str(offset)}
    try:
        answer = await transport.send(Call(method="PATCH", path=path, headers=headers, content=piece))
    except APIError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return await _find_offset(transport, path)
    return int(answer.headers["Upload-Offset"])


async def _find_offset(transport: AsyncTransport, path: str) -> int:
    answer = await transport.send(Call(method="HEAD", path=path, headers=TUS))
    return int(answer.headers["Upload-Offset"])
