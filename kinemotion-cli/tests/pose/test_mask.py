"""Windows of the mask network give what the whole network gives, wherever the mask is asked for."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats
from kinemotion.pose.base import Preset
from kinemotion.pose.model_files import LANDMARKS, ModelFile, load_model
from kinemotion.pose.networks.graph import cut
from kinemotion.pose.networks.mask import FootFeatures, MaskNetwork
from kinemotion.pose.runtime import Network, Tensor

_MASK = 2
"""Number of the model's output that is the mask."""
_OTHERS = 4
"""Outputs of the first part before the features."""


@cache
def _cut(preset: Preset) -> tuple[ModelFile, list[Tensor], Tensor]:
    """The second part of a model, the features of a picture of noise, and the whole mask (256, 256) of it."""
    model = load_model(LANDMARKS[preset])
    first, second = (replace(model, content=part) for part in cut(model.content, later=_MASK))
    picture = np.random.default_rng(5).random((1, 256, 256, 3), dtype=np.float32)
    features = Network(first, threads=1)(picture)[_OTHERS:]
    return second, features, Network(second, threads=1)(*features)[0][0, :, :, 0]


def _area(left: float, top: float, right: float, bottom: float) -> Floats:
    return np.array([[left, top], [right, bottom]])


_TOGETHER = [_area(100.2, 190.7, 140.1, 230.3), _area(110.0, 195.0, 150.0, 240.0)]
_APART = [_area(30.0, 180.0, 75.0, 225.0), _area(150.0, 150.0, 200.0, 195.0)]
_SIDE_BY_SIDE = [_area(60.0, 180.0, 110.0, 225.0), _area(112.0, 178.0, 165.0, 220.0)]
_PARTLY_OUTSIDE = [_area(-40.0, 200.0, 20.0, 300.0), _area(200.0, -30.0, 240.0, 20.0)]


@pytest.mark.parametrize("preset", ["fast", "balanced"])
@pytest.mark.parametrize("areas", [_TOGETHER, _APART, _SIDE_BY_SIDE, _PARTLY_OUTSIDE, _TOGETHER[:1]])
def test_a_window_shows_what_the_whole_mask_shows(preset: Preset, areas: list[Floats]) -> None:
    second, features, whole = _cut(preset)
    found = MaskNetwork(second).draw(FootFeatures.take(features, areas))
    for (left, top), (right, bottom) in (area.clip(0, 256).astype(int) for area in areas):
        shown = slice(top, bottom + 2), slice(left, right + 2)  # with the neighbours that interpolation needs
        assert found[shown].tobytes() == whole[shown].tobytes()


def test_an_area_larger_than_the_window_gets_the_whole_mask() -> None:
    second, features, whole = _cut("fast")
    taken = FootFeatures.take(features, [_area(20.0, 20.0, 220.0, 90.0)])
    assert MaskNetwork(second).draw(taken).tobytes() == whole.tobytes()


def test_nothing_asked_for_shows_nobody() -> None:
    second, features, _ = _cut("fast")
    assert MaskNetwork(second).draw(FootFeatures.take(features, [])).max() < -1000
