"""Where the poses of a session come from: landmarks that the client has found, or pictures that are decoded here."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from struct import Struct, error
from typing import Any, Protocol, cast

import numpy as np
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from PIL.JpegImagePlugin import JpegImageFile

from kinemotion.errors import PictureUnreadable, RecordMalformed, RecordTooLarge
from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.opencv import load_opencv
from kinemotion.stream.landmark_records import LandmarkFrame, decode_landmarks
from kinemotion.stream.records import Kind, Record
from kinemotion.streaming import PoseFollower
from kinemotion.video.upright import Upright

_MOST_PIXELS = 4096 * 2304
"""Engineering limit: of a picture, width times height; a small file may promise a picture of gigabytes."""
_LARGEST_SIDE = 1920
"""Engineering limit: H.264 pictures are scaled down to this side, as those of files."""
_RGB_HEADER = Struct("<HH")
_STANDS = np.eye(2, 3)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one record holds, before anybody is looked for in it."""

    time_us: int
    content: LandmarkFrame | Image

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, px."""
        if isinstance(self.content, LandmarkFrame):
            return self.content.size
        return self.content.shape[1], self.content.shape[0]

    @property
    def has_ground(self) -> bool:
        """Whether the silhouette's lowest points are known, or found here."""
        return self.content.has_ground if isinstance(self.content, LandmarkFrame) else True


class Source(Protocol):
    """How the frames of one session are read."""

    def decode(self, record: Record) -> Sequence[Decoded]:
        """Return what a record shows: one frame, or none yet, or several.

        Raises
        ------
        StreamProblem
            If it cannot be decoded.
        """
        ...

    def look(self, decoded: Decoded, *, index: int, time_s: float) -> FramePoses:
        """Find everybody in a frame."""
        ...


class LandmarkSource:
    """Frames whose points the client has found."""

    def decode(self, record: Record) -> Sequence[Decoded]:
        """Return the landmarks of a record."""
        return (Decoded(record.time_us, decode_landmarks(record.payload)),)

    def look(self, decoded: Decoded, *, index: int, time_s: float) -> FramePoses:
        """Return the poses that the client has found."""
        seen = cast("LandmarkFrame", decoded.content)
        return FramePoses(index, time_s, seen.people, _STANDS if seen.camera is None else seen.camera)


class PictureSource:
    """Frames in which the engine looks for people itself."""

    def __init__(self, kind: Kind, follower: PoseFollower) -> None:
        self._decoder = H264Decoder() if kind is Kind.H264 else None
        self._follower = follower

    def decode(self, record: Record) -> Sequence[Decoded]:
        """Return the pictures of a record."""
        if self._decoder:
            return self._decoder.decode(record)
        decode = decode_jpeg if record.kind is Kind.JPEG else decode_rgb
        return (Decoded(record.time_us, decode(record.payload)),)

    def look(self, decoded: Decoded, *, index: int, time_s: float) -> FramePoses:
        """Find everybody in a picture."""
        return self._follower.follow(Frame(index, time_s, cast("Image", decoded.content)))


def decode_jpeg(payload: bytes) -> Image:
    """Return the picture (H, W, 3), RGB, of a JPEG file, upright.

    Raises
    ------
    PictureUnreadable
        If it is none.
    RecordTooLarge
        If the picture is too large.
    """
    try:
        with JpegImageFile(BytesIO(payload)) as header:
            _check_pixels(*header.size)
    except (OSError, ValueError, SyntaxError):  # what Pillow says of damaged headers
        raise _make_unreadable_error("JPEG") from None
    cv2 = load_opencv()
    image: Any = cv2.imdecode(np.frombuffer(payload, np.uint8), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise _make_unreadable_error("JPEG")
    return image


def decode_rgb(payload: bytes) -> Image:
    """Return the picture (H, W, 3) of an RGB payload.

    Raises
    ------
    RecordMalformed
        If the payload is not as long as its size says.
    """
    try:
        width, height = _RGB_HEADER.unpack_from(payload)
    except error:
        width, height = 0, 0
    if not width or not height or len(payload) != _RGB_HEADER.size + 3 * width * height:
        raise RecordMalformed(
            Message(
                "rgb_malformed",
                "An RGB picture of {width} x {height} pixels has other bytes.",
                width=width,
                height=height,
            )
        )
    _check_pixels(width, height)
    return np.frombuffer(payload, np.uint8, offset=_RGB_HEADER.size).reshape(height, width, 3)


class H264Decoder:
    """Decodes the access units of one session, each of which may depend on those before it."""

    def __init__(self) -> None:
        self._context: Any = CodecContext.create("h264", "r")  # half typed
        self._context.options = {"max_pixels": str(_MOST_PIXELS), "flags": "low_delay"}
        self._context.thread_count = 1
        self._reformatter = VideoReformatter()

    def decode(self, record: Record) -> Sequence[Decoded]:
        """Return the pictures that are complete with this access unit.

        Raises
        ------
        PictureUnreadable
            If the unit is damaged, or if the stream does not begin with a key frame.
        """
        packet: Packet[Any] = Packet(record.payload)
        packet.pts = record.time_us
        try:
            frames: list[VideoFrame] = self._context.decode(packet) if record.payload else []
        except FFmpegError:
            raise _make_unreadable_error("H.264") from None
        return [
            Decoded(
                record.time_us if frame.pts is None else frame.pts,
                Upright.read(frame, sample_aspect=None, largest_side=_LARGEST_SIDE).convert(frame, self._reformatter),
            )
            for frame in frames
        ]


def _check_pixels(width: int, height: int) -> None:
    """Check the size of a picture.

    Raises
    ------
    RecordTooLarge
        If it has more pixels than are decoded.
    """
    if width * height > _MOST_PIXELS:
        raise RecordTooLarge(
            Message("picture_too_large", "A picture has {width} x {height} pixels.", width=width, height=height)
        )


def _make_unreadable_error(codec: str) -> PictureUnreadable:
    return PictureUnreadable(Message("picture_undecodable", "A {codec} picture cannot be decoded.", codec=codec))
