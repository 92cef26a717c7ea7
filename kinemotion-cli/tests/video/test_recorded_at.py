"""The day a clip was filmed, where its camera says so."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinemotion.video import open_video

open_clip: Any = av.open
"""PyAV's writers are half typed."""


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("2026-03-14T09:26:53.589793Z", "2026-03-14T09:26:53Z"),
        ("1904-01-01T00:00:00.000000Z", None),
        (None, None),
    ],
)
def test_the_camera_is_believed_unless_its_clock_was_never_set(tmp_path: Path, tag: str | None, expected: str | None):
    path = tmp_path / "clip.mkv"
    with open_clip(str(path), "w") as container:
        if tag:
            container.metadata["creation_time"] = tag
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode())
    with open_video(path) as video:
        assert video.info.recorded_at == expected
