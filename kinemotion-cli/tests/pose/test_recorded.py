"""Poses come back from a file as they were written."""

from pathlib import Path

import numpy as np
import pytest

from kinemotion.errors import ExitStatus, ModelProblem, OutputProblem
from kinemotion.motion.poses import Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.pose import load_poses, open_estimator, save_poses

INFO = EstimatorInfo("litert", "pose_landmarks_full", "0123", "runtime 1")


def some_poses() -> list[Pose]:
    random = np.random.default_rng(0)
    return [
        Pose(
            person=number % 2,
            frame=number // 2,
            time_s=number // 2 * 1001 / 30_000,
            points=random.uniform(0, 1920, (33, 2)),
            confidence=random.uniform(0, 1, 33),
            ground=np.array([[1.0, 2.0], [np.nan, np.nan]]),
            camera=random.normal(size=2),
            change=float(number),
        )
        for number in range(10)
    ]


def test_poses_survive_the_file(tmp_path: Path) -> None:
    save_poses(tmp_path / "clip.npz", some_poses(), info=INFO)
    with open_estimator(f"recorded:{tmp_path / 'clip.npz'}") as estimator:
        back = list(estimator.poses([]))
        assert (estimator.info, estimator.skeleton) == (INFO, BLAZEPOSE)
    assert [(pose.person, pose.frame, pose.time_s, pose.change) for pose in back] == [
        (pose.person, pose.frame, pose.time_s, pose.change) for pose in some_poses()
    ]
    for one, other in zip(back, some_poses(), strict=True):
        for name in ("points", "confidence", "ground", "camera"):
            array = getattr(one, name)
            assert array.dtype == np.float64
            assert array == pytest.approx(getattr(other, name), abs=1e-3, nan_ok=True)


def test_nobody_is_a_record_too(tmp_path: Path) -> None:
    save_poses(tmp_path / "clip.npz", [], info=INFO)
    assert load_poses(tmp_path / "clip.npz").recorded == ()


@pytest.mark.parametrize("content", [b"", b"text", None])
def test_what_is_no_record_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelProblem) as told:
        load_poses(path)
    assert told.value.exit_status == ExitStatus.MODEL_PROBLEM
    assert "save_poses" in told.value.hint


def test_another_archive_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "clip.npz", points=np.zeros(3))
    with pytest.raises(ModelProblem):
        load_poses(tmp_path / "clip.npz")


def test_a_record_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputProblem):
        save_poses(tmp_path / "nowhere" / "clip.npz", some_poses(), info=INFO)
