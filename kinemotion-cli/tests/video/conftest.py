"""Tiny videos made on the spot, so that every time stamp and pixel in them is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinemotion.motion.arrays import Image


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What a video is made of. By default a picture's left upper quarter is red and its brightness tells its number."""

    stamps: Sequence[int] = tuple(range(10))
    """Presentation time stamps in ticks of 1/rate, one a picture."""
    rate: int = 30
    width: int = 64
    height: int = 48
    suffix: str = ".mp4"
    codec: str = "libx264"
    rotation_deg: int | None = None
    sample_aspect: Fraction | None = None
    tags: Mapping[str, str] | None = None
    options: Mapping[str, str] | None = None


def picture(number: int, clip: Clip) -> Image:
    """A grey picture, brighter with each number, its upper left quarter red."""
    image = np.full((clip.height, clip.width, 3), 40 + 5 * (number % 40), dtype=np.uint8)
    image[: clip.height // 2, : clip.width // 2] = (200, 0, 0)
    return image


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a video from the fields of `Clip` and returns its path."""

    def make(name: str = "clip", **fields: Any) -> Path:
        clip = Clip(**fields)
        path = tmp_path / f"{name}{clip.suffix}"
        options = {"movflags": "use_metadata_tags"} if clip.tags and clip.suffix == ".mp4" else {}
        with av.open(str(path), "w", container_options={**options, **(clip.options or {})}) as container:
            video: Any = container
            video.metadata.update(clip.tags or {})
            stream: Any = video.add_stream(clip.codec, rate=clip.rate)
            stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
            stream.codec_context.time_base = Fraction(1, clip.rate)
            stream.codec_context.gop_size = 5
            if clip.sample_aspect:
                stream.codec_context.sample_aspect_ratio = clip.sample_aspect
            if clip.rotation_deg is not None:
                stream.set_display_rotation(clip.rotation_deg)
            for number, stamp in enumerate(clip.stamps):
                frame = av.VideoFrame.from_ndarray(picture(number, clip), format="rgb24")
                frame.pts, frame.time_base = stamp, Fraction(1, clip.rate)
                video.mux(stream.encode(frame))
            video.mux(stream.encode(None))
        return path

    return make
