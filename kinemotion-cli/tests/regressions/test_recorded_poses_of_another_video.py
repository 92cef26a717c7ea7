"""Poses of another video were analysed and drawn without a word; those of a missing file were called unreadable."""

from pathlib import Path
from typing import Any

from kinemotion import load_poses
from kinemotion.pose import save_poses
from kinemotion.video.decode import open_video


def test_poses_of_another_video_are_refused(kinemotion: Any, sample: Path, tmp_path: Path):
    poses = load_poses(sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz")
    with open_video(sample) as video:
        save_poses(tmp_path / "cmj.npz", poses.recorded, info=poses.info, video=video.info)
    estimator = f"recorded:{tmp_path / 'cmj.npz'}"
    assert kinemotion("cmj-analyze", sample, "--estimator", estimator).status == 0
    ended = kinemotion("cmj-analyze", sample.with_name("sj.mp4"), "--estimator", estimator)
    assert ended.status == 2
    assert "poses are of the video 'cmj.mp4', not of 'sj.mp4'" in ended.err


def test_a_missing_file_is_called_missing(kinemotion: Any, sample: Path):
    ended = kinemotion("cmj-analyze", sample, "--estimator", "recorded:nothing.npz")
    assert ended.status == 6
    assert "There is no file 'nothing.npz'" in ended.err
