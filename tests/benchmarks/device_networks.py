"""What the benchmarks of devices share: the network that gives the points, pictures of an athlete, and the points."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.base import Preset
from kinemotion.pose.landmarks import refine_points
from kinemotion.pose.model_files import LANDMARKS, ModelFile, load_model
from kinemotion.pose.networks.graph import cut
from kinemotion.pose.roi import Region
from kinemotion.pose.runtime import Tensor
from kinemotion.signals.affine import apply_affine

SIZE = 256
"""Side of the network's input, px."""
_ROOT = Path(__file__).parents[2]
CLIP = _ROOT / "docs" / "samples" / "cmj.mp4"
_PICTURE = _ROOT / "kinemotion-cli" / "tests" / "pose" / "pictures" / "standing.jpg"
_MASK = 2
"""Number of the output that is left out."""
_POINTS = 35
"""The skeleton's points, and two that give the next region."""
_PICTURES, _NOISE = 30, 4.0
_SCALE, _LEFT, _TOP, _SWAY = 0.7, 220, 12, 8

FIRST = Region(np.array([_LEFT + 121.2 * _SCALE, _TOP + 241.6 * _SCALE]), np.array([0.0, -1.0]), 350.0 * _SCALE)
"""Where the athlete is in the first picture."""


def load_points(quality: Preset) -> ModelFile:
    """Return the part of a landmark network that gives the points."""
    model = load_model(LANDMARKS[quality])
    return replace(model, content=cut(model.content, later=_MASK)[0])


def make_pictures() -> list[Image]:
    """Return an athlete in pictures of 640 x 360, who moves by some pixels from picture to picture, with noise."""
    athlete = np.asarray(cv2.imread(str(_PICTURE)))
    scaled: NDArray[np.uint8] = np.asarray(
        cv2.resize(athlete, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    noise = np.random.default_rng(0)
    pictures: list[Image] = []
    for number in range(_PICTURES):
        picture = np.full((360, 640, 3), 120, dtype=np.uint8)
        left = _LEFT + round(_SWAY * np.sin(number / _PICTURES * 2 * np.pi))
        picture[_TOP : _TOP + scaled.shape[0], left : left + scaled.shape[1]] = scaled
        pictures.append(np.clip(picture + noise.normal(0, _NOISE, picture.shape), 0, 255).astype(np.uint8))
    return pictures


def place_points(outputs: Sequence[Tensor], number: int, to_image: Floats) -> Floats:
    """Return the points (35, 2), px of the picture, of one picture of a batch."""
    rows = outputs[0][number].reshape(-1, 5)[:_POINTS, :2].astype(float)
    return apply_affine(to_image, refine_points(rows, outputs[2][number]))
