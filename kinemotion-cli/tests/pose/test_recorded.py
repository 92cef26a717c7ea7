"""Poses come back from a file as they were written."""

from dataclasses import asdict
from json import dumps
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinemotion.errors import ExitStatus, ModelProblem, OutputProblem
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.pose import load_poses, open_estimator, save_poses
from kinemotion.signals.affine import apply_affine

INFO = EstimatorInfo("litert", "pose_landmarks_full", "0123", "runtime 1")


def some_frames() -> list[FramePoses]:
    """Frames of nobody, one, two, nobody, one and two people."""
    random = np.random.default_rng(0)

    def pose(person: int) -> Pose:
        return Pose(
            person=person,
            points=random.uniform(0, 1920, (33, 2)),
            confidence=random.uniform(0, 1, 33),
            ground=np.array([[1.0, 2.0], [np.nan, np.nan]]),
            change=random.uniform(),
        )

    return [
        FramePoses(
            index=index + 5,
            time_s=index * 1001 / 30_000,
            people=tuple(pose(person) for person in range(index % 3)),
            camera=random.normal(size=(2, 3)),
        )
        for index in range(6)
    ]


def test_poses_survive_the_file(tmp_path: Path) -> None:
    save_poses(tmp_path / "clip.npz", some_frames(), info=INFO)
    with open_estimator(f"recorded:{tmp_path / 'clip.npz'}") as estimator:
        back = list(estimator.estimate([]))
        assert (estimator.info, estimator.skeleton) == (INFO, BLAZEPOSE)
    for one, other in zip(back, some_frames(), strict=True):
        assert (one.index, one.time_s) == (other.index, other.time_s)
        assert one.camera == pytest.approx(other.camera, abs=1e-3)
        for pose, kept in zip(one.people, other.people, strict=True):
            assert pose.person == kept.person
            for name in ("points", "confidence", "ground", "change"):
                assert getattr(pose, name) == pytest.approx(getattr(kept, name), abs=1e-3, nan_ok=True)
            assert pose.points.dtype == np.float64


def test_a_record_of_empty_frames_keeps_the_clock(tmp_path: Path) -> None:
    empty = [FramePoses(index, index / 30, (), np.eye(2, 3)) for index in range(3)]
    save_poses(tmp_path / "clip.npz", empty, info=INFO)
    back = load_poses(tmp_path / "clip.npz").recorded
    assert [(frame.time_s, frame.people) for frame in back] == [(0.0, ()), (1 / 30, ()), (2 / 30, ())]


def test_nobody_is_a_record_too(tmp_path: Path) -> None:
    save_poses(tmp_path / "clip.npz", [], info=INFO)
    assert load_poses(tmp_path / "clip.npz").recorded == ()


@pytest.mark.parametrize("content", [b"", b"text", None])
def test_what_is_no_record_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelProblem) as raised:
        load_poses(path)
    assert raised.value.exit_status == ExitStatus.MODEL_PROBLEM
    assert "--save-poses" in raised.value.hint


def test_another_archive_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "clip.npz", points=np.zeros(3))
    with pytest.raises(ModelProblem):
        load_poses(tmp_path / "clip.npz")


def test_a_record_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputProblem):
        save_poses(tmp_path / "nowhere" / "clip.npz", some_frames(), info=INFO)


@pytest.mark.parametrize("version", [1, 2])
def test_an_earlier_record_with_shifts_of_the_background_is_read(tmp_path: Path, version: int) -> None:
    frames = [frame for frame in some_frames() if frame.people]
    people = np.array([len(frame.people) for frame in frames])
    poses = [pose for frame in frames for pose in frame.people]
    shifts = np.random.default_rng(2).normal(0, 9, (len(frames), 2)).astype(np.float32)
    columns: dict[str, Any] = {
        name: np.array([getattr(pose, name) for pose in poses])
        for name in ("person", "points", "confidence", "ground", "change")
    }
    index, time_s = np.array([frame.index for frame in frames]), np.array([frame.time_s for frame in frames])
    if version == 1:
        columns |= {"frame": index.repeat(people), "time_s": time_s.repeat(people), "camera": shifts.repeat(people, 0)}
    else:
        columns |= {"index": index, "time_s": time_s, "camera": shifts, "people": people}
    about = {"format": f"kinemotion-poses-{version}", "estimator": asdict(INFO)}
    np.savez(tmp_path / "clip.npz", about=np.array(dumps(about)), **columns)
    back = load_poses(tmp_path / "clip.npz").recorded
    assert [(row.index, row.time_s, len(row.people)) for row in back] == [
        (row.index, row.time_s, len(row.people)) for row in frames
    ]
    for row, shift in zip(back, shifts, strict=True):
        assert apply_affine(row.camera, np.array([[50.0, 60.0]])) == pytest.approx(np.array([[50.0, 60.0]]) - shift)
