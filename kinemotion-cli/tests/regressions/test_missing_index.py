"""An MP4 whose recording was interrupted was refused as no video, without the reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kinemotion.errors import VideoUnreadable
from kinemotion.video import open_video

MakeVideo = Callable[..., Path]


def test_the_missing_index_is_named(make_video: MakeVideo):
    path = make_video(stamps=range(90), width=160, height=120)
    path.write_bytes(path.read_bytes()[:-1500])
    with pytest.raises(VideoUnreadable, match="no index") as caught, open_video(path):
        pass
    assert "Copy the file again" in str(caught.value.hint)


@pytest.mark.parametrize("content", [b"ftyp", b"\0\0\0\x08free", b"RIFF\0\0\0\0AVI ", bytes(64)])
def test_other_files_lack_no_index(tmp_path: Path, content: bytes):
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(VideoUnreadable, match="not a video"), open_video(tmp_path / "clip.mp4"):
        pass
