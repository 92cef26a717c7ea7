"""A clip whose time stamps begin late was refused as too long, or said to be cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kinemotion.errors import VideoTooLarge
from kinemotion.video import Limits, open_video

MakeVideo = Callable[..., Path]
LATE_S = 3600


@pytest.mark.parametrize("suffix", [".ts", ".mkv", ".mp4"])
def test_a_late_start_changes_nothing(make_video: MakeVideo, suffix: str):
    stamps = [LATE_S * 30 + number for number in range(40)]
    with open_video(make_video(stamps=stamps, suffix=suffix)) as video:
        times_s = [frame.time_s for frame in video.frames()]
        info = video.info
    assert times_s == pytest.approx([number / 30 for number in range(40)], abs=0.001)
    assert info.duration_s == pytest.approx(40 / 30, abs=0.001)
    assert info.warnings == ()


@pytest.mark.parametrize("suffix", [".ts", ".mkv", ".mp4"])
def test_the_limit_is_on_the_duration(make_video: MakeVideo, suffix: str):
    path = make_video(stamps=[LATE_S * 30 + number for number in range(90)], suffix=suffix)
    with open_video(path, limits=Limits(duration_s=4.0)) as video:
        assert len(list(video.frames())) == 90
    with pytest.raises(VideoTooLarge), open_video(path, limits=Limits(duration_s=2.0)) as video:
        list(video.frames())
