"""A phone's tag of 30 frames per second on a film at 24 was taken for slow motion: a jump of 35 cm became 22 cm."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synthetic_athlete import Camera, Jumper, film

from kinemotion import analyze_video
from kinemotion.motion.report import EstimatorInfo
from kinemotion.pose.recorded import save_poses
from kinemotion.request import Settings

MakeVideo = Callable[..., Path]
JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
TAG = "com.android.capture.fps"
KNOWN = EstimatorInfo("test", "none", None, "none")


def analyze_tagged(make_video: MakeVideo, tmp_path: Path, *, file_fps: int, tag_fps: int, real_fps: int) -> Any:
    """Analyse a jump filmed at the real rate, in a file of the file's rate that names the tag's rate."""
    frames = film(JUMP, Camera(fps=real_fps, noise_px=0.5, slowed=real_fps / tag_fps))  # times as the tag says
    save_poses(tmp_path / "poses.npz", frames, info=KNOWN)
    clip = make_video(
        stamps=range(len(frames)),
        rate=file_fps,
        width=640,
        height=1000,
        codec="mpeg4",
        tags={TAG: str(tag_fps)},
        suffix=".mp4",
    )
    return analyze_video(clip, settings=Settings(estimator=f"recorded:{tmp_path / 'poses.npz'}"))


@pytest.mark.parametrize(("file_fps", "tag_fps"), [(24, 30), (30, 60), (25, 240)])
def test_a_tag_that_the_fall_contradicts_is_not_used(
    make_video: MakeVideo, tmp_path: Path, file_fps: int, tag_fps: int
):
    report = analyze_tagged(make_video, tmp_path, file_fps=file_fps, tag_fps=tag_fps, real_fps=file_fps)
    low, high = report.headline.metrics.jump_height.interval
    assert low < 0.35 < high
    assert report.video.capture_fps is None
    [warning] = [warning for warning in report.quality.warnings if warning.code == "capture_tag_not_used"]
    assert f"at {tag_fps} frames" in warning


@pytest.mark.parametrize(("file_fps", "tag_fps"), [(30, 60)])
def test_a_tag_that_the_fall_confirms_is_used(make_video: MakeVideo, tmp_path: Path, file_fps: int, tag_fps: int):
    report = analyze_tagged(make_video, tmp_path, file_fps=file_fps, tag_fps=tag_fps, real_fps=tag_fps)
    low, high = report.headline.metrics.jump_height.interval
    assert low < 0.35 < high
    assert (report.video.capture_fps, report.video.capture_fps_source) == (tag_fps, TAG)
    assert "capture_tag_not_used" not in [warning.code for warning in report.quality.warnings]
