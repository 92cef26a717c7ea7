"""Pictures and their times become an H.264 file that browsers and phones play."""

# PyAV leaves the kind of its packets open.
# pyright: reportUnknownMemberType=false

from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.codec.context import Flags
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from kinemotion.errors import OutputProblem
from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import VideoInfo

_COMMENT = "kinemotion overlay"
"""In the header: says who wrote the file."""
_AUTOMATIC = 0
"""Threads of the encoder, to be chosen by itself."""
_TICKS = 90_000
"""Ticks a second: the clock of MPEG, fine enough for every camera's time stamps."""
_STILL_FPS = 25.0
"""For a video of one picture, which has no rate."""
_BT709 = 1
"""Matrix, transfer and primaries of high-definition video, by their number in H.264 and MP4."""
_OPTIONS = {"preset": "veryfast", "crf": "20", "bf": "0"}
"""Without B-frames pictures are stored in the order they are shown, so that the file is as long as its source."""


class VideoWriter:
    """Takes pictures in order, each with its time; keeps one back to learn how long it lasts."""

    def __init__(self, container: OutputContainer, info: VideoInfo, *, threads: int | None) -> None:
        self._container = container
        self._stream = _stream(container, info)
        self._stream.codec_context.thread_count = threads or _AUTOMATIC
        self._slowness = info.capture_fps / info.fps if info.capture_fps else 1.0
        self._last_duration = round(_TICKS / (info.fps or _STILL_FPS))
        self._first_s: float | None = None
        self._waiting: VideoFrame | None = None

    def write(self, image: Image, *, time_s: float) -> None:
        """Add a picture (H, W, 3); ``time_s`` is a ``Frame``'s real time. The first picture starts the file."""
        frame = _convert_picture(image)
        self._first_s = time_s if self._first_s is None else self._first_s
        frame.pts = round((time_s - self._first_s) * self._slowness * _TICKS)
        frame.time_base = Fraction(1, _TICKS)
        if self._waiting is not None:
            self._encode(self._waiting, frame.pts - cast("int", self._waiting.pts))
        self._waiting = frame

    def finish(self) -> None:
        """Write what is still held back, the last picture for as long as an average one."""
        if self._waiting is not None:
            self._encode(self._waiting, self._last_duration)
        self._container.mux(self._stream.encode(None))

    def _encode(self, frame: VideoFrame, duration: int) -> None:
        frame.duration = duration
        self._container.mux(self._stream.encode(frame))


@contextmanager
def open_writer(path: Path, info: VideoInfo, *, threads: int | None = None) -> Generator[VideoWriter]:
    """A writer of pictures as large as the video's, at the pace of its file; without sound.

    ``threads`` are those of the encoder; as many as help where None.

    Raises
    ------
    OutputProblem
        Where the file cannot be written.
    """
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            container.metadata["comment"] = _COMMENT
            writer = VideoWriter(container, info, threads=threads)
            yield writer
            writer.finish()
    except (FFmpegError, OSError) as error:
        raise OutputProblem(
            Message("video_not_written", 'The video could not be written: "{reason}".', reason=str(error.strerror))
        ) from error


def _stream(container: OutputContainer, info: VideoInfo) -> VideoStream:
    stream = container.add_stream(
        "libx264", rate=Fraction(info.fps or _STILL_FPS).limit_denominator(1001), options=_OPTIONS
    )
    stream.width, stream.height = info.width + info.width % 2, info.height + info.height % 2
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
    context = stream.codec_context
    context.colorspace = context.color_trc = context.color_primaries = _BT709
    context.color_range = ColorRange.MPEG
    context.flags |= Flags.frame_duration
    return stream


def _convert_picture(image: Image) -> VideoFrame:
    """Return the picture in the encoder's colours; odd sides repeat their last line, H.264 wants even ones."""
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    picture = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    return picture.reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation="BILINEAR",
        threads=1,
    )
