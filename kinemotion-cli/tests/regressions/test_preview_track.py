"""A small preview, or a cover picture, that lies before the film was analysed in its place."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

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


def write_with_cover(path: Path) -> None:
    """Write a small film with a large picture attached to it, as shops and phones do; nothing counts its frames."""
    with av.open(str(path), "w") as container:
        video: Any = container
        cover = video.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 1600, 1200, "yuvj420p", Disposition.attached_pic
        film = video.add_stream("libx264", rate=30)
        film.width, film.height, film.pix_fmt = 64, 96, "yuv420p"
        for stream, count in ((cover, 1), (film, 30)):
            for _ in range(count):
                picture = np.full((stream.height, stream.width, 3), 90, dtype=np.uint8)
                video.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            video.mux(stream.encode(None))


def test_an_attached_picture_is_no_film_however_large(tmp_path: Path):
    clip = tmp_path / "clip.mp4"
    write_with_cover(clip)
    with open_video(clip) as video:
        assert (video.info.width, video.info.height, len(list(video.frames()))) == (64, 96, 30)
