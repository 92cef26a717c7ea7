"""One picture of the video and what is known of the file it came from."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kinemotion.messages import Message
from kinemotion.motion.arrays import Image

Grey = NDArray[np.uint8]


class Picture(Protocol):
    """A picture that is converted when it is first asked for."""

    @property
    def image(self) -> Image:
        """The upright picture (H, W, 3), RGB, uint8."""
        ...

    @property
    def grey(self) -> Grey:
        """Its brightness (H, W), uint8, without conversion to RGB where the file stores it."""
        ...

    def release_image(self) -> None:
        """Free the converted picture if its brightness needs no conversion; it is converted again when asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, upright, with square pixels."""

    index: int
    """Number among the delivered frames, from 0."""
    time_s: float
    """Seconds of real time since the first delivered frame, from the container's time stamps."""
    picture: Image | Picture

    @property
    def image(self) -> Image:
        """Picture (H, W, 3), RGB, uint8, after rotation and sample aspect."""
        return self.picture if isinstance(self.picture, np.ndarray) else self.picture.image

    @property
    def grey(self) -> Grey:
        """Brightness of the picture (H, W), uint8, to compare it with others: cheaper than the picture."""
        return self.picture[..., 1] if isinstance(self.picture, np.ndarray) else self.picture.grey

    def release_image(self) -> None:
        """Free the memory of a converted picture that is not looked at any more."""
        if not isinstance(self.picture, np.ndarray):
            self.picture.release_image()


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the container says and what decoding delivered.

    Counts and durations are of delivered frames; ``promised_frames`` is the container's claim.
    """

    source: str
    sha256: str | None
    width: int
    height: int
    rotation_deg: int
    codec: str
    fps: float
    """Mean rate of delivered frames on the file's own time line, frames per second."""
    frame_count: int
    duration_s: float
    variable_frame_rate: bool
    promised_frames: int | None = None
    capture_fps: float | None = None
    """Rate the camera filmed at, where the file is played at another; times are then real times."""
    capture_fps_source: str | None = None
    """"option" or the name of the metadata tag it was read from."""
    real_per_file: float = 1.0
    """Real seconds per second of the file, as that rate says."""
    recorded_at: str | None = None
    """When the camera says it filmed, ISO 8601, UTC."""
    warnings: tuple[Message, ...] = ()
