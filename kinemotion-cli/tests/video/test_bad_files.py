"""What is no video is refused; what is not a whole one is reported, and never silently shortened."""

import os
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as Pillow

from kinemotion.errors import VideoNotFound, VideoTooLarge, VideoUnreadable
from kinemotion.motion.frames import VideoInfo
from kinemotion.video import Limits, open_video

MakeVideo = Callable[..., Path]


def watched(path: Path | str, *, limits: Limits | None = None) -> VideoInfo:
    """What is known of a video after its last frame."""
    with open_video(path, limits=limits) as video:
        list(video.frames())
        return video.info


@pytest.mark.parametrize("path", ["nowhere.mp4", "http://127.0.0.1:9/clip.mp4", "pipe:0", "concat:a.mp4|b.mp4"])
def test_only_files_are_looked_for(path: str) -> None:
    with pytest.raises(VideoNotFound) as raised:
        watched(path)
    assert raised.value.hint


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="folder") as raised:
        watched(tmp_path)
    assert raised.value.hint == f"Give the videos in it: {tmp_path / '*.mp4'}"


def test_an_empty_file_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    with pytest.raises(VideoUnreadable, match="empty"):
        watched(tmp_path / "clip.mp4")


@pytest.mark.posix
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "clip.mp4")
    with pytest.raises(VideoUnreadable, match="pipe"):
        watched(tmp_path / "clip.mp4")


@pytest.mark.posix
def test_a_folder_that_is_gone_is_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(VideoUnreadable, match="cannot be read"):
        watched("clip.mp4")


SCRIPTS = {
    "text": "hello world\n" * 100,
    "ffconcat": "ffconcat version 1.0\nfile '{clip}'\n",
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{clip}\n#EXT-X-ENDLIST\n",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_script_named_like_a_video_is_not_followed(make_video: MakeVideo, tmp_path: Path, script: str) -> None:
    path = tmp_path / "script.mp4"
    path.write_text(script.format(clip=make_video()))
    with pytest.raises(VideoUnreadable):
        watched(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_picture_named_like_a_video_is_refused(tmp_path: Path, kind: str) -> None:
    Pillow.new("RGB", (64, 64)).save(tmp_path / "picture.mp4", kind)
    with pytest.raises(VideoUnreadable):
        watched(tmp_path / "picture.mp4")


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as opened:
        container: Any = opened
        stream = container.add_stream("aac", rate=44_100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 4410), np.float32), format="fltp", layout="mono")
        sound.rate = 44_100
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(VideoUnreadable, match="no moving pictures"):
        watched(path)


def test_a_format_that_nothing_decodes_is_refused(make_video: MakeVideo) -> None:
    path = make_video()
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz9"))
    with pytest.raises(VideoUnreadable, match="cannot be decoded"):
        watched(path)


def test_other_containers_are_refused(make_video: MakeVideo) -> None:
    with pytest.raises(VideoUnreadable):
        watched(make_video(suffix=".flv", codec="flv"))


@pytest.mark.parametrize(
    ("suffix", "codec"), [(".mp4", "libx264"), (".mov", "mpeg4"), (".mkv", "libx264"), (".webm", "libvpx"),
                          (".avi", "mpeg4"), (".ts", "libx264")]
)  # fmt: skip
def test_the_containers_of_cameras_are_read(make_video: MakeVideo, suffix: str, codec: str) -> None:
    info = watched(make_video(suffix=suffix, codec=codec))
    assert info.frame_count == 10
    assert info.fps == pytest.approx(30, rel=1e-3)
    assert info.warnings == ()


def test_one_frame_is_a_video(make_video: MakeVideo) -> None:
    info = watched(make_video(stamps=[7]))
    assert (info.frame_count, info.fps, info.duration_s) == (1, 0.0, 0.0)


@pytest.mark.parametrize("name", ["-i", "a%03d", "a:b", "ünïcode 日本", "\udcff\udcfe"])
def test_any_name_will_do(make_video: MakeVideo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    make_video().rename(tmp_path / f"{name}.mp4")
    monkeypatch.chdir(tmp_path)
    info = watched(f"{name}.mp4")
    assert (info.source, info.frame_count) == (f"{name}.mp4", 10)


def test_the_hash_is_of_the_file(make_video: MakeVideo) -> None:
    path = make_video()
    assert watched(path).sha256 == sha256(path.read_bytes()).hexdigest()


LONG = {"stamps": range(90), "width": 160, "height": 120}


@pytest.mark.parametrize(("suffix", "options"), [(".mp4", {"movflags": "faststart"}), (".mkv", {})])
def test_a_cut_off_file_is_reported(make_video: MakeVideo, suffix: str, options: dict[str, str]) -> None:
    path = make_video(suffix=suffix, options=options, **LONG)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    info = watched(path)
    assert 20 < info.frame_count < 80
    [cut_off] = [warning for warning in info.warnings if warning.code == "file_cut_off"]
    assert cut_off.values["time_s"] == pytest.approx((90 - info.frame_count) / 30, abs=0.1)


def test_a_file_without_its_index_is_refused(make_video: MakeVideo) -> None:
    path = make_video(**LONG)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 8 // 10])
    with pytest.raises(VideoUnreadable):
        watched(path)


def test_damaged_pictures_are_left_out_and_reported(make_video: MakeVideo) -> None:
    path = make_video(options={"movflags": "faststart"}, **LONG)
    content = bytearray(path.read_bytes())
    middle = (content.index(b"mdat") + len(content)) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    with open_video(path) as video:
        frames = list(video.frames())
        again = list(video.frames())
        info = video.info
    assert 20 < info.frame_count < 90
    assert any(warning.code == "frames_damaged" for warning in info.warnings)
    assert [frame.time_s for frame in frames] == [frame.time_s for frame in again]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(frames, again, strict=True))


@pytest.mark.parametrize(
    "limits", [Limits(side_px=60), Limits(pixels=3000), Limits(frames=9), Limits(duration_s=0.3)],
    ids=["side", "pixels", "frames", "duration"],
)  # fmt: skip
def test_beyond_the_limits_is_refused(make_video: MakeVideo, limits: Limits) -> None:
    with pytest.raises(VideoTooLarge):
        watched(make_video(), limits=limits)


def test_a_picture_wider_than_any_camera_is_refused(make_video: MakeVideo) -> None:
    with pytest.raises(VideoTooLarge, match="8704"):
        watched(make_video(width=8704, height=16, stamps=[0]))


def test_a_picture_of_nothing_is_refused(make_video: MakeVideo) -> None:
    with pytest.raises(VideoUnreadable, match="too small"):
        watched(make_video(width=64, height=8))
    with pytest.raises(VideoUnreadable, match="too small"):
        watched(make_video(width=2048, height=20))


def test_a_stretched_picture_is_bounded(make_video: MakeVideo) -> None:
    info = watched(make_video(sample_aspect=Fraction(1000, 1), stamps=[0]))
    assert max(info.width, info.height) <= 1920
