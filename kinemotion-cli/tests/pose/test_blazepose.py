"""The default estimator on pictures of an athlete whose joints are known."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from change_frames import take_only_people

from kinemotion.errors import ExitStatus, ModelProblem, UsageProblem
from kinemotion.motion.arrays import Floats, Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.pose import blazepose, choose_default_estimator, estimators, model_files, open_estimator
from kinemotion.pose.detector import Detector
from kinemotion.pose.following.follower import FollowedFrame, PeopleFollower
from kinemotion.pose.silhouette import Silhouette

FramesOf = Callable[..., list[Frame]]

BODY_PX = 257
STANDING = {"shoulder": (128.1, 170.2), "hip": (121.2, 241.6), "knee": (120.3, 307.5), "ankle": (112.9, 375.5)}
FLYING = {"shoulder": (137.9, 92.5), "hip": (122.9, 177.7), "knee": (131.2, 242.7), "ankle": (130.0, 311.0)}
"""True joint centres of the side turned to the camera, px."""


def seen(frames: list[Frame], *, preset: str = "fast", threads: int = 1) -> list[FramePoses]:
    with open_estimator(preset=preset, threads=threads) as estimator:
        return list(estimator.estimate(frames))


def point(pose: Pose, name: str) -> Floats:
    return pose.points[BLAZEPOSE.index[name]]


def moved(picture: Image, *, right: int, down: int) -> Image:
    """The picture's content moved by whole pixels, its edge repeated."""
    return np.pad(picture, ((down, 0), (right, 0), (0, 0)), mode="edge")[: picture.shape[0], : picture.shape[1]]


@pytest.mark.parametrize("preset", ["fast", "balanced", "accurate"])
def test_joints_are_found(standing: Image, flying: Image, frames_of: FramesOf, preset: str) -> None:
    frames = seen(frames_of(standing, flying), preset=preset)
    assert [(frame.index, frame.time_s) for frame in frames] == [(0, 0.0), (1, 1 / 30)]
    assert [pose.person for pose in take_only_people(frames)] == [0, 0]
    for pose, truth in zip(take_only_people(frames), (STANDING, FLYING), strict=True):
        for name, place in truth.items():
            assert np.hypot(*(point(pose, f"right_{name}") - place)) < 0.07 * BODY_PX, name
        assert pose.confidence.shape == (33,)
        assert np.all((pose.confidence >= 0) & (pose.confidence <= 1))
        assert pose.confidence[BLAZEPOSE.index["right_hip"]] > 0.9


def test_points_go_with_the_picture(standing: Image, frames_of: FramesOf) -> None:
    steps = [(0, 0), (3, 1), (6, 2), (9, 3), (12, 4)]
    poses = take_only_people(seen(frames_of(*(moved(standing, right=right, down=down) for right, down in steps))))
    hips = np.array([point(pose, "right_hip") for pose in poses])
    assert hips - hips[1] == pytest.approx(np.array(steps, dtype=float) - steps[1], abs=2)


def test_a_sole_that_flickers_in_a_measured_frame_is_not_repeated_in_those_between(
    standing: Image, frames_of: FramesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting, flickering = np.array([[100.0, 380.0], [130.0, 384.0]]), np.array([[100.0, 380.0], [130.0, 409.0]])
    unseen = np.full((2, 2), np.nan)
    soles = iter([resting, unseen, resting, flickering, unseen])
    follow = PeopleFollower.follow

    def follow_with_some_between(self: PeopleFollower, frames: Iterable[Frame]) -> Iterator[FollowedFrame]:
        for followed in follow(self, frames):
            yield replace(followed, is_between=followed.frame.index in {4, 5, 7}, held=None)

    monkeypatch.setattr(PeopleFollower, "follow", follow_with_some_between)

    def find_next(_silhouette: Silhouette, _points: Floats) -> Floats:
        return next(soles)

    monkeypatch.setattr(blazepose, "find_ground_points", find_next)
    ground = [pose.ground for pose in take_only_people(seen(frames_of(*[standing] * 8)))]
    for expected, index in ((flickering, 3), (resting, 4), (resting, 5), (unseen, 6), (resting, 7)):
        np.testing.assert_array_equal(ground[index], expected)


def filmed(picture: Image, how: str) -> Image:
    """The picture as a worse camera, or one that stands elsewhere, shows it."""
    grey = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    return {
        "grey": grey,
        "dark": (picture * 0.2).astype(np.uint8),
        "bright": np.clip(picture * 1.8 + 30.0, 0, 255).astype(np.uint8),
        "coarse": np.repeat(np.repeat(picture[1::3, 1::3], 3, axis=0), 3, axis=1),
        "noisy": np.clip(picture + np.random.default_rng(0).normal(0, 20, picture.shape), 0, 255).astype(np.uint8),
        "at the edge": picture[:, 75:],
    }[how]


@pytest.mark.parametrize("how", ["grey", "dark", "bright", "coarse", "noisy", "at the edge"])
def test_a_worse_picture_shows_the_same_joints(standing: Image, frames_of: FramesOf, how: str) -> None:
    [pose] = take_only_people(seen(frames_of(filmed(standing, how))))
    cut_off = np.array([75.0 if how == "at the edge" else 0.0, 0.0])
    for name, place in STANDING.items():
        assert np.hypot(*(point(pose, f"right_{name}") + cut_off - place)) < 0.07 * BODY_PX, name


def test_a_mirrored_picture_shows_a_mirrored_athlete(standing: Image, frames_of: FramesOf) -> None:
    mirrored = np.ascontiguousarray(standing[:, ::-1])
    [pose], [twin] = (take_only_people(seen(frames_of(picture))) for picture in (standing, mirrored))
    for name in STANDING:
        x, y = point(pose, f"right_{name}")
        assert point(twin, f"left_{name}") == pytest.approx([standing.shape[1] - x, y], abs=0.03 * BODY_PX), name


def test_nothing_is_smoothed(standing: Image, flying: Image, frames_of: FramesOf) -> None:
    settled = take_only_people(seen(frames_of(flying, flying, flying, flying)))[-1]
    jumped = take_only_people(seen(frames_of(standing, standing, standing, flying, flying)))[-1]
    shoulder_px = np.hypot(*(point(jumped, "right_shoulder") - point(settled, "right_shoulder")))
    assert shoulder_px < 0.02 * BODY_PX


@pytest.mark.parametrize("kind", ["noise", "black", "tiny"])
def test_nobody_is_nobody(frames_of: FramesOf, kind: str) -> None:
    pictures = {
        "noise": np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8),
        "black": np.zeros((240, 320, 3), dtype=np.uint8),
        "tiny": np.zeros((16, 16, 3), dtype=np.uint8),
    }
    frames = seen(frames_of(pictures[kind], pictures[kind]))
    assert [(frame.index, frame.time_s, frame.people) for frame in frames] == [(0, 0.0, ()), (1, 1 / 30, ())]


def test_threads_change_no_bit(standing: Image, flying: Image, frames_of: FramesOf) -> None:
    frames = frames_of(standing, flying, standing)
    for one, other in zip(take_only_people(seen(frames)), take_only_people(seen(frames, threads=3)), strict=True):
        assert one.points.tobytes() == other.points.tobytes()
        assert one.ground.tobytes() == other.ground.tobytes()


@pytest.mark.parametrize(("width", "height"), [(270, 480), (960, 480), (540, 960)])
def test_the_detector_finds_the_body_in_any_picture(standing: Image, width: int, height: int) -> None:
    canvas = np.full((height, width, 3), 90, dtype=np.uint8)
    canvas[height - 480 :, width - 270 :] = standing
    [region] = Detector(threads=1).detect(canvas)
    corner = np.array([width - 270, height - 480])
    assert np.hypot(*(region.center - corner - STANDING["hip"])) < 0.1 * BODY_PX
    assert region.up @ (0, -1) > 0.9


def test_somebody_small_in_a_wide_picture_is_found(standing: Image) -> None:
    canvas = np.repeat(standing[:, :1], 1800, axis=1)
    canvas[180:420, 1300:1435] = standing[::2, ::2]
    [region] = Detector(threads=1).detect(canvas)
    hips = np.array(STANDING["hip"]) / 2 + (1300, 180)
    assert np.hypot(*(region.center - hips)) < 0.15 * BODY_PX / 2


def test_a_damaged_model_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pose_detector.tflite").write_bytes(b"not a model")
    (tmp_path / "SHA256SUMS").write_text("0123  pose_detector.tflite\n")
    monkeypatch.setattr(model_files, "_FOLDER", tmp_path)
    for name in ("pose_detector", "pose_landmarks_lite"):
        with pytest.raises(ModelProblem) as raised:
            model_files.load_model(name)
        assert raised.value.exit_status == ExitStatus.MODEL_PROBLEM
        assert raised.value.hint


def test_every_model_is_the_recorded_one() -> None:
    for name in (model_files.DETECTOR, *model_files.LANDMARKS.values()):
        assert len(model_files.load_model(name).content) > 1_000_000


def test_a_missing_runtime_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(ModelProblem) as caught, open_estimator("litert"):
        pass
    assert "extra 'onnx'" in caught.value.hint


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [({"ai_edge_litert", "mediapipe"}, "litert"), ({"mediapipe"}, "mediapipe"), (set[str](), "litert")],
)
def test_the_default_is_what_is_installed(monkeypatch: pytest.MonkeyPatch, installed: set[str], chosen: str) -> None:
    def find(package: str) -> object | None:
        return object() if package in installed else None

    monkeypatch.setattr(estimators, "find_spec", find)
    assert choose_default_estimator() == chosen


@pytest.mark.parametrize(("name", "preset"), [("nobody", "balanced"), ("litert", "best")])
def test_unknown_names_are_reported_with_the_known_ones(name: str, preset: str) -> None:
    with pytest.raises(UsageProblem) as raised, open_estimator(name, preset=preset):
        pass
    assert "litert" in raised.value.hint or "balanced" in raised.value.hint
