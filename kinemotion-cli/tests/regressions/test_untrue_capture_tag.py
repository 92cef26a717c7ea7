"""A phone's tag of 30 frames per second on a film at 24 was taken for slow motion: a jump of 35 cm became 22 cm."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion import analyze_video
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.pose.recorded import save_poses
from kinemotion.request import Settings

MakeVideo = Callable[..., Path]
JUMP = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
TAG = "com.android.capture.fps"
KNOWN = EstimatorInfo("test", "none", None, "none")


def film_jump(*, real_fps: int, tag_fps: int) -> list[FramePoses]:
    """A jump filmed at the real rate, at the times that the tag's rate gives it."""
    return film(JUMP, Camera(fps=real_fps, noise_px=0.5, slowed=real_fps / tag_fps))


def analyze_tagged(
    make_video: MakeVideo,
    tmp_path: Path,
    *,
    frames: list[FramePoses],
    file_fps: int,
    tag_fps: int,
    movement: str = "cmj",
) -> Any:
    """Analyse the frames in a file of the file's rate that names the tag's rate."""
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
    settings = Settings(estimator=f"recorded:{tmp_path / 'poses.npz'}")
    return analyze_video(clip, movement=movement, settings=settings)


@pytest.mark.parametrize(("file_fps", "tag_fps"), [(24, 30), (30, 60), (25, 240)])
def test_a_tag_that_the_fall_contradicts_is_not_used(
    make_video: MakeVideo, tmp_path: Path, file_fps: int, tag_fps: int
):
    frames = film_jump(real_fps=file_fps, tag_fps=tag_fps)
    report = analyze_tagged(make_video, tmp_path, frames=frames, file_fps=file_fps, tag_fps=tag_fps)
    low, high = report.headline.metrics.jump_height.interval
    assert low < 0.35 < high
    assert report.video.capture_fps is None
    [warning] = [warning for warning in report.quality.warnings if warning.code == "capture_tag_not_used"]
    assert f"at {tag_fps} frames" in warning


@pytest.mark.parametrize(("file_fps", "tag_fps"), [(30, 60)])
def test_a_tag_that_the_fall_confirms_is_used(make_video: MakeVideo, tmp_path: Path, file_fps: int, tag_fps: int):
    frames = film_jump(real_fps=tag_fps, tag_fps=tag_fps)
    report = analyze_tagged(make_video, tmp_path, frames=frames, file_fps=file_fps, tag_fps=tag_fps)
    low, high = report.headline.metrics.jump_height.interval
    assert low < 0.35 < high
    assert (report.video.capture_fps, report.video.capture_fps_source) == (tag_fps, TAG)
    assert "capture_tag_not_used" not in [warning.code for warning in report.quality.warnings]


@pytest.mark.parametrize(("file_fps", "tag_fps"), [(30, 120), (60, 120)])
def test_a_tag_that_nothing_can_confirm_is_used_and_named(
    make_video: MakeVideo, tmp_path: Path, file_fps: int, tag_fps: int
):
    frames = film_run(Runner(170.0, duration_s=2.4), Camera(fps=tag_fps, noise_px=0.5))
    report = analyze_tagged(make_video, tmp_path, frames=frames, file_fps=file_fps, tag_fps=tag_fps, movement="running")
    assert report.video.capture_fps == tag_fps
    [warning] = [warning for warning in report.quality.warnings if warning.code == "capture_tag_not_checked"]
    assert f"at {tag_fps} frames" in warning
