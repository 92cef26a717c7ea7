"""Turning a decoded picture into an upright one with square pixels, of a bounded size."""

from dataclasses import dataclass
from fractions import Fraction
from struct import unpack
from threading import Lock
from typing import Self, cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Grey

_PLANAR = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"}
"""FFmpeg's formats that store the brightness first, a byte a pixel."""
_UNTURNED = (1, 0, 0, 1)
_TURNS = {(a, 0, 0, d) for a in (1, -1) for d in (1, -1)} | {(0, b, c, 0) for b in (1, -1) for c in (1, -1)}
"""Display matrices of turns by quarters and of mirrors."""


@dataclass(frozen=True, slots=True)
class Upright:
    """How the stored pictures of one stream become upright ones."""

    width: int
    """Of the stored picture after its sample aspect and scaling, before turning, px."""
    height: int
    matrix: tuple[int, int, int, int]
    """Signs (a, b, c, d) of the display matrix: a stored pixel (x, y) is shown at (a x + c y, b x + d y)."""

    @classmethod
    def read(cls, frame: VideoFrame, *, sample_aspect: Fraction | None, largest_side: int, rotate_deg: int = 0) -> Self:
        """Return the transformation that the first decoded picture asks for, then turned clockwise by so much more."""
        aspect = float(sample_aspect or 1)
        width, height = frame.width * aspect, float(frame.height)
        scale = min(1.0, largest_side / max(width, height))
        a, b, c, d = _read_display_matrix(frame)
        for _ in range(rotate_deg // 90):
            a, b, c, d = -b, a, -d, c
        return cls(max(1, round(width * scale)), max(1, round(height * scale)), (a, b, c, d))

    @property
    def rotation_deg(self) -> int:
        """Clockwise turn from the stored to the upright picture: 0, 90, 180 or 270."""
        a, b, _, _ = self.matrix
        return {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}[a, b]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture, px."""
        return (self.width, self.height) if self.matrix[0] else (self.height, self.width)

    def convert(self, frame: VideoFrame, reformatter: VideoReformatter) -> Image:
        """Return the upright picture (H, W, 3), RGB."""
        converted = reformatter.reformat(frame, self.width, self.height, "rgb24", interpolation="AREA", threads=1)
        return np.ascontiguousarray(self._turn(cast("Image", converted.to_ndarray())))

    def read_brightness(self, frame: VideoFrame) -> Grey | None:
        """Return the stored brightness (H, W), turned upright; None where it is not stored at that size in bytes."""
        if frame.format.name not in _PLANAR or (frame.width, frame.height) != (self.width, self.height):
            return None
        plane = frame.planes[0]
        stored = np.frombuffer(cast("bytes", plane), dtype=np.uint8)  # the plane is a buffer, which its type omits
        rows = stored.reshape(-1, plane.line_size)
        return self._turn(rows[: frame.height, : frame.width])

    def _turn(self, stored: Grey) -> Grey:
        """Return a view of a stored picture as it is shown."""
        a, b, c, d = self.matrix
        if a == 0:
            stored, a, d = stored.swapaxes(0, 1), c, b
        return stored[::d, ::a]


class StoredPicture:
    """A decoded picture, converted when it is first asked for, by whichever thread asks."""

    def __init__(self, frame: VideoFrame, converter: "Converter") -> None:
        self._frame = frame
        self._converter = converter
        self._image: Image | None = None
        self._brightness = converter.upright.read_brightness(frame)

    @property
    def image(self) -> Image:
        """The upright picture (H, W, 3), RGB."""
        with self._converter.lock:
            if self._image is None:
                self._image = self._converter.upright.convert(self._frame, self._converter.reformatter)
            return self._image

    @property
    def grey(self) -> Grey:
        """Its brightness (H, W); the green of the picture where the file does not store it as bytes."""
        return self.image[..., 1] if self._brightness is None else self._brightness

    def release_image(self) -> None:
        """Free the converted picture if the file stores its brightness; it is converted again when asked for."""
        if self._brightness is not None:
            with self._converter.lock:
                self._image = None


class Converter:
    """What the pictures of one stream are converted with."""

    def __init__(self, upright: Upright) -> None:
        self.upright = upright
        self.reformatter = VideoReformatter()
        self.lock = Lock()


def _read_display_matrix(frame: VideoFrame) -> tuple[int, int, int, int]:
    """Return the signs of the display matrix for turns by quarters and mirrors; anything else is taken as upright."""
    side_data = frame.side_data.get("DISPLAYMATRIX")
    if side_data is None:
        return _UNTURNED
    a, b, _, c, d, *_ = (round(value / 0x10000) for value in unpack("<9i", bytes(side_data)))
    matrix = a, b, c, d
    return matrix if matrix in _TURNS else _UNTURNED
