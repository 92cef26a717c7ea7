"""A clip cut without encoding it again keeps its time stamps: it was said to be cut off or damaged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

from kinemotion.video import open_video

MakeVideo = Callable[..., Path]
START_S, END_S = 0.5, 1.1


def trim(source: Path, target: Path) -> int:
    """Copy the packets from a key frame on, as they are; return how many."""
    copied = 0
    with av.open(str(source)) as film, av.open(str(target), "w") as opened:
        part: Any = opened
        stream = part.add_stream_from_template(film.streams.video[0])
        for packet in film.demux(video=0):
            time_s = -1.0 if packet.dts is None or packet.pts is None else float(packet.pts * packet.time_base)
            if time_s < START_S or (not copied and not packet.is_keyframe) or time_s > END_S:
                continue
            packet.stream = stream
            part.mux(packet)
            copied += 1
    return copied


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_every_picture_of_the_part_is_read_without_a_warning(
    make_video: MakeVideo, tmp_path: Path, suffix: str, b_frames: int
):
    source = make_video(stamps=range(60), suffix=".mkv", b_frames=b_frames)
    copied = trim(source, tmp_path / f"part{suffix}")
    with open_video(tmp_path / f"part{suffix}") as video:
        times_s = [frame.time_s for frame in video.frames()]
        info = video.info
    assert copied > 10
    assert times_s == pytest.approx([number / 30 for number in range(copied)], abs=0.001)
    assert info.warnings == ()
    assert not info.variable_frame_rate
