"""What the web page finds in a picture is what the engine finds: the page's tests hold it to these numbers."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.landmarks import refine_points
from kinemotion.pose.model_files import load_model
from kinemotion.pose.networks.graph import cut
from kinemotion.pose.roi import Region, crop
from kinemotion.pose.silhouette import Silhouette, find_ground_points

NUMBERS = Path(__file__).parents[2] / "web/tests/unit/engine_numbers.json"
CROP_SIZE, MASK, HEAT_CELLS = 16, 2, 64


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    return json.loads(NUMBERS.read_text())


def draw(width: int, height: int) -> Image:
    """A picture of formulas, the same as in the page's tests."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([(x * 7 + y * 13 + x * y) % 256, (x * 3 + y * y) % 256, (x * x + y * 5) % 256], axis=-1).astype(
        np.uint8
    )


def place_legs(left: float, right: float) -> Floats:
    """Landmarks of which only the legs count: knee, ankle, heel and toe, the soles at these heights."""
    points = np.zeros((33, 2))
    for x, sole, legs in ((100.0, left, (25, 27, 29, 31)), (150.0, right, (26, 28, 30, 32))):
        points[list(legs)] = [(x, sole - 80), (x, sole - 12), (x - 8, sole), (x + 20, sole)]
    return points


def test_crops(numbers: dict[str, Any]):
    for case in numbers["crops"]:
        region = Region(np.array(case["center"]), np.array(case["up"]), case["side"])
        shown = crop(draw(case["width"], case["height"]), region.map_to_image(CROP_SIZE), size=CROP_SIZE)
        assert np.abs(shown.ravel() - np.array(case["levels"])).max() <= 1  # rounding differs from platform to platform


def test_networks_cut_in_two(numbers: dict[str, Any]):
    for name, hashes in numbers["cut"].items():
        assert [sha256(part).hexdigest() for part in cut(load_model(name).content, later=MASK)] == hashes


def test_refined_points(numbers: dict[str, Any]):
    row, column = np.meshgrid(np.arange(HEAT_CELLS), np.arange(HEAT_CELLS), indexing="ij")
    centers = np.array(numbers["refined"]["heat_centers"])
    heat = np.stack([3 - 0.5 * ((column - x) ** 2 + (row - y) ** 2) for x, y in centers], axis=-1).astype(np.float32)
    assert refine_points(np.array(numbers["refined"]["raw"]), heat) == pytest.approx(
        np.array(numbers["refined"]["points"]), abs=1e-6
    )


def test_ground_points(numbers: dict[str, Any]):
    row, column = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    logit = (8 * np.sin(column / 17) + 0.9 * (205 - row)).astype(np.float32)
    silhouette = Silhouette(logit, np.array([[0.9, 0.05, 4.0], [-0.05, 0.9, 8.0]]))
    for case in numbers["ground"]:
        found = find_ground_points(silhouette, place_legs(*case["soles"]))
        expected = [[np.nan, np.nan] if point is None else point for point in case["points"]]
        assert found == pytest.approx(np.array(expected, dtype=float), abs=1e-3, nan_ok=True)
