"""Half the pictures of H.264 with B-frames in AVI were left out: the container knows no presentation times."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinemotion.video import open_video

MakeVideo = Callable[..., Path]


@pytest.mark.parametrize("b_frames", [0, 2, 3])
def test_every_picture_comes_in_order_at_its_time(make_video: MakeVideo, b_frames: int):
    path = make_video(stamps=range(40), suffix=".avi", b_frames=b_frames)
    with open_video(path) as video:
        frames = list(video.frames())
        info = video.info
    assert [frame.time_s for frame in frames] == pytest.approx([number / 30 for number in range(40)])
    brightness = [float(frame.image[-5:, -5:].mean()) for frame in frames]
    assert np.all(np.diff(brightness) > 2)  # each picture is brighter than the one before
    assert info.fps == pytest.approx(30)
    assert info.warnings == ()
