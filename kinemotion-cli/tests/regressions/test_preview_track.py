"""A small preview, or a cover picture, that lies before the film was analysed in its place."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinemotion.video import open_video


def write_tracks(path: Path, *tracks: tuple[int, int, int]) -> None:
    """Write a file with several streams of pictures, each of a width, a height and a number of frames."""
    with av.open(str(path), "w") as container:
        video: Any = container
        streams: list[Any] = []
        for width, height, _ in tracks:
            stream = video.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            streams.append(stream)
        for stream, (width, height, count) in zip(streams, tracks, strict=True):
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), 90, dtype=np.uint8), format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 30)
                video.mux(stream.encode(frame))
            video.mux(stream.encode(None))


@pytest.mark.parametrize("other", [(32, 48, 60), (32, 48, 10), (640, 480, 1)], ids=["preview", "slow preview", "cover"])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("first", [True, False])
def test_the_film_is_analysed(tmp_path: Path, suffix: str, other: tuple[int, int, int], *, first: bool):
    film = (160, 120, 60)
    clip = tmp_path / f"clip{suffix}"
    write_tracks(clip, *([other, film] if first else [film, other]))
    with open_video(clip) as video:
        frames = list(video.frames())
        assert (video.info.width, video.info.height, len(frames)) == film
