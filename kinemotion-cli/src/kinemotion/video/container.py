"""Opening the file: only videos, only the file itself, and nothing beyond the limits."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from os import PathLike
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from kinemotion.errors import VideoNotFound, VideoTooLarge, VideoUnreadable
from kinemotion.messages import Message

_FORMATS = "mov,matroska,avi,mpegts"
"""FFmpeg's names of MP4/MOV, Matroska/WebM, AVI and MPEG-TS; a playlist, which names other files, is refused."""

_BOX_HEADER, _MOST_BOXES = 8, 1000
"""Bytes of a box's size and name in MP4 and MOV, and how many boxes are looked at."""
_MOST_PACKETS = 1000
"""Pictures that are counted where the container counts none."""

_SMALLEST = 16
"""Side of a picture, px, below which nothing can be seen in it."""
_MOST_SLENDER = 64
"""Engineering limit: how often the shorter side fits into the longer one. Scaled down, nothing is left of it."""

_CUT = Message("cut_clip", "Cut the clip to the movement.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too large to be decoded."""

    side_px: int = 8192
    pixels: int = 36_000_000
    duration_s: float = 1800.0
    frames: int = 200_000


def find_file(path: str | PathLike[str]) -> Path:
    """Return the absolute path of a file that can be read and is not empty.

    Raises
    ------
    VideoNotFound
        Where nothing is at that path.
    VideoUnreadable
        Where it is a folder, is empty or may not be read.
    """
    try:
        file = Path(path).absolute()
        if not file.exists():
            raise VideoNotFound(Message("video_not_found", "There is no file {file!r}.", file=file.name))
        if file.is_dir():
            raise VideoUnreadable(
                Message("video_is_folder", "The path is a folder, not a video file."),
                hint=Message(
                    "give_videos_in_folder", "Give the videos in it: {files}", files=str(Path(path) / "*.mp4")
                ),
            )
        if not file.is_file():
            raise VideoUnreadable(Message("video_is_device", "The path is a device or a pipe, not a video file."))
        if file.stat().st_size == 0:
            raise VideoUnreadable(Message("video_empty", "The file is empty."))
        with file.open("rb"):
            return file
    except OSError as error:
        raise VideoUnreadable(
            Message("video_not_readable", 'The file cannot be read: "{reason}".', reason=str(error.strerror))
        ) from error


def compute_sha256(file: Path) -> str:
    """Return the file's SHA-256."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def open_container(file: Path) -> InputContainer:
    """Open the container.

    Raises
    ------
    VideoUnreadable
        Where it is no video of a known kind.
    """
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    try:
        return av.open(str(file), "r", options=options, metadata_errors="replace")
    except (FFmpegError, ValueError) as error:
        if _lacks_index(file):
            hint = Message(
                "copy_or_film_again",
                "Copy the file again. If the camera stopped before it had finished the file, film again.",
            )
            raise VideoUnreadable(
                Message("video_without_index", "The file has no index: it was not completely written."), hint=hint
            ) from error
        raise VideoUnreadable(Message("no_video", "The file is not a video that can be read.")) from error


def _lacks_index(file: Path) -> bool:
    """Return whether a file is an MP4 or MOV without the box that says where its pictures are."""
    boxes = list(islice(_read_box_names(file), _MOST_BOXES))
    return boxes[:1] == [b"ftyp"] and b"moov" not in boxes


def _read_box_names(file: Path) -> Iterator[bytes]:
    """Yield the names of the outermost boxes of an MP4 or MOV (ISO/IEC 14496-12, section 4.2)."""
    size_of_file = file.stat().st_size
    place = 0
    with file.open("rb") as content:
        while place + _BOX_HEADER <= size_of_file:
            content.seek(place)
            size, name = int.from_bytes(content.read(4)), content.read(4)
            yield name
            if size == 1:
                size = int.from_bytes(content.read(8))
            if size < _BOX_HEADER:  # up to the end of the file, or no box
                return
            place += size


def choose_stream(container: InputContainer) -> VideoStream:
    """Return the film: of several streams of pictures the one that shows most pixels in all.

    A preview has few pixels, a cover picture few frames.

    Raises
    ------
    VideoUnreadable
        Where there is sound only, a cover picture only, or what nothing here can decode.
    """
    streams = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise VideoUnreadable(Message("no_moving_pictures", "The file holds no moving pictures."))
    decodable = [stream for stream in streams if stream.codec_context]
    if not decodable:
        hint = Message("export_h264", "Export it as H.264 or H.265, or give the file straight from the camera.")
        raise VideoUnreadable(
            Message("unknown_codec", "The pictures are in a format that cannot be decoded."), hint=hint
        )
    if len(decodable) == 1:
        return decodable[0]
    frames = _count_frames(container)
    return max(
        decodable, key=lambda stream: stream.codec_context.width * stream.codec_context.height * frames[stream.index]
    )


def _count_frames(container: InputContainer) -> Mapping[int, int]:
    """Return how many frames each stream of pictures has, by its index; of the beginning where no header counts them.

    Matroska and MPEG-TS count none, so a large cover picture would show as much as a film.
    """
    streams = container.streams.video
    if all(stream.frames for stream in streams):
        return {stream.index: stream.frames for stream in streams}
    with open_container(Path(container.name)) as again:
        packets = islice(again.demux(again.streams.video), _MOST_PACKETS)
        return Counter(packet.stream.index for packet in packets if packet.size)


def check_limits(stream: VideoStream, *, duration_s: float | None, limits: Limits) -> None:
    """Check that a stream is within the limits.

    Raises
    ------
    VideoUnreadable
        Where the container does not say how large the picture is, or it shows nothing.
    VideoTooLarge
        Where the picture or the promised duration is beyond the limits.
    """
    width, height = stream.codec_context.width, stream.codec_context.height
    if width <= 0 or height <= 0:
        raise VideoUnreadable(Message("no_picture_size", "The file does not say how large its pictures are."))
    if max(width, height) > limits.side_px or width * height > limits.pixels:
        raise VideoTooLarge(
            Message("video_too_large", "The picture of {width} x {height} is too large.", width=width, height=height)
        )
    if min(width, height) < max(_SMALLEST, max(width, height) / _MOST_SLENDER):
        raise VideoUnreadable(
            Message(
                "picture_too_small",
                "The picture of {width} x {height} is too small to show a person.",
                width=width,
                height=height,
            )
        )
    check_frame_count(stream.frames, limits)
    if duration_s is not None and duration_s > limits.duration_s:
        raise VideoTooLarge(
            Message("clip_too_long", "The clip of {duration_s:.0s} is too long.", duration_s=duration_s), hint=_CUT
        )


def check_frame_count(frames: int, limits: Limits) -> None:
    """Check that a film has no more frames than the limits allow.

    Raises
    ------
    VideoTooLarge
        If it has.
    """
    if frames > limits.frames:
        raise VideoTooLarge(
            Message("too_many_frames", "The clip of {frames} frames is too long.", frames=frames), hint=_CUT
        )
