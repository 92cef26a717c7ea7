"""Make a long clip of one jump: a short clip, padded with its own standing frames, with sensor noise on every picture.

``python tests/benchmarks/pad_clip.py CLIP LONG.mp4 [--seconds 30] [--side 1920]``
"""

# PyAV leaves the kind of its packets open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import argparse
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Image
from kinemotion.video import open_video

STANDING_S = 0.4
"""Time at both ends of the short clip in which the athlete stands."""
NOISE = 2.0
"""Standard deviation of the sensor noise, grey levels."""
_NOISES = 7
"""Pictures of noise, used in turn."""


def pad(clip: Path, target: Path, *, seconds: float = 30.0, side: int = 1920) -> Path:
    """Write the long clip: two fifths of the padding before the jump, the rest after it."""
    with open_video(clip) as video:
        pictures = [_enlarge(frame.image, side=side) for frame in video.frames()]
        fps = Fraction(video.info.fps).limit_denominator(1001)
    count = round(STANDING_S * fps)
    missing = max(0, round(seconds * fps) - len(pictures))
    before = missing * 2 // 5
    _write(
        target,
        [
            *_repeat(pictures[:count], times=before),
            *pictures,
            *_repeat(pictures[-count:], times=missing - before),
        ],
        fps=fps,
    )
    return target


def _enlarge(image: Image, *, side: int) -> Image:
    """Return the picture with its longest side that long, both sides even."""
    scale = side / max(image.shape[:2])
    width, height = (round(length * scale / 2) * 2 for length in image.shape[1::-1])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _repeat(pictures: list[Image], *, times: int) -> Iterator[Image]:
    """Yield pictures there and back again, so that nothing jumps."""
    there_and_back = [*pictures, *pictures[-2:0:-1]]
    for index in range(times):
        yield there_and_back[index % len(there_and_back)]


def _write(target: Path, pictures: list[Image], *, fps: Fraction) -> None:
    height, width = pictures[0].shape[:2]
    rng = np.random.default_rng(0)
    noises: list[NDArray[np.int16]] = [
        np.round(rng.normal(0, NOISE, (height, width, 1))).astype(np.int16) for _ in range(_NOISES)
    ]
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index, picture in enumerate(pictures):
            noisy = (picture + noises[index % _NOISES]).clip(0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noisy, format="rgb24")))
        container.mux(stream.encode())


def main() -> None:
    """Pad one clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--side", type=int, default=1920)
    arguments = parser.parse_args()
    pad(arguments.clip, arguments.target, seconds=arguments.seconds, side=arguments.side)


if __name__ == "__main__":
    main()
