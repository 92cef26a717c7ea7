"""What every pose estimator promises, whatever runs behind it: recorded poses are those of the default estimator."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.pose import PoseEstimator, open_estimator, save_poses

BODY_PX = 257
STANDING = {"shoulder": (128.1, 170.2), "hip": (121.2, 241.6), "knee": (120.3, 307.5), "ankle": (112.9, 375.5)}
"""True joint centres of the side turned to the camera, px."""


class Port:
    """One implementation, opened for each call that needs it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._record = folder / "poses.npz"

    @contextmanager
    def open(self, frames: list[Frame]) -> Generator[PoseEstimator]:
        """The estimator, ready for these frames."""
        name = self.name
        if name == "recorded":
            with open_estimator(preset="fast") as original:
                save_poses(self._record, original.estimate(frames), info=original.info)
            name = f"recorded:{self._record}"
        with open_estimator(name, preset="fast", threads=2) as estimator:
            yield estimator

    def estimate(self, frames: list[Frame]) -> list[FramePoses]:
        """The people in the frames."""
        with self.open(frames) as estimator:
            return list(estimator.estimate(frames))


@pytest.fixture(params=["litert", "onnx", "mediapipe", "recorded"])
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Port:
    if request.param == "mediapipe":
        pytest.importorskip("mediapipe", reason="the mediapipe extra is not installed")
    if request.param == "onnx":
        pytest.importorskip("onnxruntime", reason="ONNX Runtime has no package for this system")
    return Port(request.param, tmp_path)


def make_frames(*pictures: Image) -> list[Frame]:
    """Frames of a part of a clip, 30 a second."""
    return [Frame(7 + number, (7 + number) / 30, picture) for number, picture in enumerate(pictures)]


def test_every_frame_comes_back_once_in_order_with_its_time(port: Port, standing: Image):
    black = np.zeros_like(standing)
    frames = make_frames(black, standing, black, standing, black)
    found = port.estimate(frames)
    assert [(row.index, row.time_s) for row in found] == [(frame.index, frame.time_s) for frame in frames]
    assert [len(row.people) for row in found] == [0, 1, 0, 1, 0]


def test_values_have_their_shapes_and_ranges(port: Port, standing: Image, flying: Image):
    for row in port.estimate(make_frames(standing, flying)):
        assert row.camera.shape == (2, 3)
        [pose] = row.people
        assert (pose.points.shape, pose.confidence.shape, pose.ground.shape) == ((33, 2), (33,), (2, 2))
        assert {array.dtype for array in (pose.points, pose.confidence, pose.ground, row.camera)} == {np.dtype(float)}
        assert np.all((pose.confidence >= 0) & (pose.confidence <= 1))
        assert 0 <= pose.change <= 255


def test_joints_are_where_they_are(port: Port, standing: Image):
    [row] = port.estimate(make_frames(standing))
    [pose] = row.people
    for name, place in STANDING.items():
        assert np.hypot(*(pose.points[BLAZEPOSE.index[f"right_{name}"]] - place)) < 0.07 * BODY_PX, name
    lowest = np.nanmax(pose.ground[:, 1])
    assert STANDING["ankle"][1] < lowest < STANDING["ankle"][1] + 0.15 * BODY_PX


def test_people_keep_their_numbers(port: Port, standing: Image):
    pair = np.hstack([standing, standing])
    found = port.estimate(make_frames(pair, pair, pair))
    assert [[pose.person for pose in row.people] for row in found] == [[0, 1]] * 3
    sides = {tuple(pose.points[BLAZEPOSE.index["right_hip"], 0] > 270 for pose in row.people) for row in found}
    assert sides in ({(True, False)}, {(False, True)})


def test_a_standing_camera_has_the_identity(port: Port, standing: Image, flying: Image):
    found = port.estimate(make_frames(standing, standing, flying))
    assert all(np.array_equal(row.camera, np.eye(2, 3)) for row in found)


def test_a_repeated_picture_is_no_change(port: Port, standing: Image, flying: Image):
    changes = [row.people[0].change for row in port.estimate(make_frames(standing, standing, flying))]
    assert changes[1] == 0.0
    assert changes[2] > 1.0


def test_two_runs_of_one_estimator_are_independent(port: Port, standing: Image, flying: Image):
    frames = make_frames(standing, flying)
    with port.open(frames) as estimator:
        first, again = list(estimator.estimate(frames)), list(estimator.estimate(frames))
    for one, other in zip(first, again, strict=True):
        [pose], [twin] = one.people, other.people
        assert (pose.person, pose.points.tobytes()) == (twin.person, twin.points.tobytes())


def test_no_frames_are_no_poses(port: Port):
    assert port.estimate([]) == []


def test_model_and_runtime_are_named(port: Port, standing: Image):
    with port.open(make_frames(standing)) as estimator:
        info: EstimatorInfo = estimator.info
        assert estimator.skeleton == BLAZEPOSE
        assert info.name in ("litert", "onnx", "mediapipe")
        assert info.model == "pose_landmarks_lite"
        assert info.model_sha256
        assert info.runtime.split()[0] in ("ai-edge-litert", "onnxruntime", "mediapipe")
