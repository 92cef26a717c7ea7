"""Frames come one after the other, as often as they are asked for, and leave nothing running behind."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinemotion.video import open_video

MakeVideo = Callable[..., Path]


def test_a_second_pass_gives_the_same_frames(make_video: MakeVideo) -> None:
    with open_video(make_video()) as video:
        first, second = list(video.frames()), list(video.frames())
    assert [frame.index for frame in first] == list(range(10)) == [frame.index for frame in second]
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        assert np.array_equal(one.image, other.image)
        assert one.image[-4, -4, 1] == pytest.approx(40 + 5 * number, abs=2)


def test_size_and_promise_are_known_before_the_frames(make_video: MakeVideo) -> None:
    with open_video(make_video(rotation_deg=90)) as video:
        assert (video.info.width, video.info.height, video.info.promised_frames) == (48, 64, 10)
        assert video.info.frame_count == 0


def test_stopping_early_leaves_no_thread(make_video: MakeVideo) -> None:
    before = set(threading.enumerate())
    with open_video(make_video(stamps=range(60))) as video:
        frames = video.frames()
        next(frames)
        frames.close()
    assert set(threading.enumerate()) <= before
