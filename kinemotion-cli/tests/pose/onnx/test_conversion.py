"""The converted networks give the numbers of the original ones, for one picture and for several at once."""

from typing import get_args

import numpy as np
import pytest

from kinemotion.errors import ModelProblem
from kinemotion.motion.arrays import Image
from kinemotion.pose.base import Preset
from kinemotion.pose.detector import Detector
from kinemotion.pose.landmarks import LandmarkModel, LandmarkResult
from kinemotion.pose.model_files import DETECTOR, LANDMARKS, ModelFile, load_model
from kinemotion.pose.onnx import convert as conversion
from kinemotion.pose.onnx.network import OnnxNetwork, find_onnx
from kinemotion.pose.roi import Region, Tensor
from kinemotion.pose.runtime import Network
from kinemotion.pose.silhouette import NOBODY

pytest.importorskip("onnxruntime", reason="ONNX Runtime has no package for this system")
CPU = "cpu"
SAME_PX, SAME_SHARE = 0.001, 1e-4
REGION = Region(np.array([121.2, 241.6]), np.array([0.0, -1.0]), 350.0)
"""Where the athlete of the pictures is."""


def load_onnx(model: ModelFile, *, threads: int) -> OnnxNetwork:
    return OnnxNetwork(model, threads=threads, device=CPU)


@pytest.mark.parametrize("preset", get_args(Preset))
@pytest.mark.parametrize("picture", ["standing", "flying"])
def test_landmarks_and_mask_are_the_same(request: pytest.FixtureRequest, preset: Preset, picture: str):
    image: Image = request.getfixturevalue(picture)
    model = load_model(LANDMARKS[preset])
    original = LandmarkModel(model, threads=1)
    converted = LandmarkModel(model, threads=1, load=load_onnx)
    one = other = original.find_landmarks(image, REGION)
    for _ in range(3):  # as a person is followed: each region comes from the landmarks before
        region = one.next_region
        one, other = original.find_landmarks(image, region), converted.find_landmarks(image, region)
        check_same(one, other)
    mask, again = (model.find_silhouette(found).logit for model, found in ((original, one), (converted, other)))
    drawn = mask > NOBODY
    assert drawn.any()
    assert np.array_equal(again > NOBODY, drawn)
    assert again[drawn] == pytest.approx(mask[drawn], abs=1e-3 * float(np.abs(mask[drawn]).max()))


def check_same(one: LandmarkResult, other: LandmarkResult) -> None:
    assert np.hypot(*(one.points - other.points).T).max() < SAME_PX
    assert other.confidence == pytest.approx(one.confidence, abs=SAME_SHARE)
    assert other.score == pytest.approx(one.score, abs=SAME_SHARE)


def test_the_detector_finds_the_same_regions(standing: Image, flying: Image):
    pair = np.hstack([standing, flying])
    for image in (standing, flying, pair):
        found, again = (Detector(threads=1, load=load).detect(image) for load in (Network, load_onnx))
        assert len(found) == len(again) >= 1
        for one, other in zip(found, again, strict=True):
            assert np.hypot(*(one.center - other.center)) < SAME_PX
            assert other.side == pytest.approx(one.side, abs=SAME_PX)


def test_several_pictures_at_once_give_the_numbers_of_each_alone():
    network = load_onnx(load_model(LANDMARKS["fast"]), threads=1)
    pictures: Tensor = np.random.default_rng(1).random((3, 256, 256, 3), dtype=np.float32)
    together = network(pictures)
    for place in range(3):
        for one, other in zip(network(pictures[place : place + 1]), together, strict=True):
            assert other[place] == pytest.approx(one[0], abs=1e-4 * float(np.abs(one).max()))


def test_threads_change_no_bit():
    picture: Tensor = np.random.default_rng(2).random((1, 256, 256, 3), dtype=np.float32)
    one, other = (load_onnx(load_model(LANDMARKS["fast"]), threads=threads)(picture) for threads in (1, 3))
    assert [array.tobytes() for array in one] == [array.tobytes() for array in other]


def test_sparse_weights_are_filled_in():
    model = load_model(DETECTOR)
    picture: Tensor = np.random.default_rng(3).random((1, 224, 224, 3), dtype=np.float32)
    for one, other in zip(Network(model, threads=1)(picture), load_onnx(model, threads=1)(picture), strict=True):
        assert other == pytest.approx(one, abs=SAME_SHARE * float(np.abs(one).max()))


def test_a_layer_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(conversion, "_LAYERS", {})
    with pytest.raises(ModelProblem) as caught:
        load_onnx(load_model(LANDMARKS["fast"]), threads=1)
    assert "pose_landmarks_lite" in caught.value.message


def test_the_runtime_says_what_computes():
    assert find_onnx(CPU).version.split()[-1] == "cpu"
