"""A crop shows what its map says, whatever its size, turn and place."""

import numpy as np
import pytest

from kinemotion.motion.arrays import Image
from kinemotion.pose.roi import Region, crop
from kinemotion.signals.affine import apply_affine


def ramp() -> Image:
    """A picture (300, 200, 3) whose red is its x and whose green is 0.8 times its y."""
    y, x = np.mgrid[0:300, 0:200]
    return np.stack([x, 0.8 * y, np.zeros_like(x)], axis=-1).round().astype(np.uint8)


@pytest.mark.parametrize(
    ("center", "up", "side"),
    [
        ((100, 150), (0, -1), 100),
        ((100, 150), (0.6, -0.8), 100),
        ((100, 150), (0, -1), 640),
        ((10, 10), (0, -1), 256),
        ((190, 290), (1, 0), 700),
        ((400, 500), (0, -1), 256),
        ((-100, 50), (0, 1), 100),
    ],
    ids=["inside", "turned", "larger than the picture", "over the corner", "lying", "beyond", "before"],
)
def test_a_crop_shows_what_its_map_says(center: tuple[float, float], up: tuple[float, float], side: float) -> None:
    to_image = Region(np.array(center, dtype=float), np.array(up, dtype=float), side).map_to_image(256)
    seen = crop(ramp(), to_image, size=256)
    spots = np.array([[60.5, 100.5], [128.5, 128.5], [200.5, 30.5], [20.5, 250.5]])
    expected = np.clip(apply_affine(to_image, spots) - 0.5, 0, [199, 299]) * [1, 0.8]
    found = np.array([seen[int(y), int(x), :2] for x, y in spots], dtype=float)
    assert found == pytest.approx(expected, abs=2)


def test_a_region_reaches_beyond_the_rim_and_points_up() -> None:
    region = Region.from_circle(np.array([100.0, 200.0]), np.array([100.0, 120.0]))
    assert region.side == pytest.approx(200)
    corners = apply_affine(region.map_to_image(256), np.array([[0.0, 0.0], [256.0, 0.0], [128.0, 128.0]]))
    assert corners == pytest.approx(np.array([[0, 100], [200, 100], [100, 200]]))


def test_a_lying_person_is_turned_upright() -> None:
    region = Region.from_circle(np.array([100.0, 100.0]), np.array([180.0, 100.0]))
    above = apply_affine(region.map_to_image(256), np.array([[128.0, 0.0]]))
    assert above == pytest.approx(np.array([[200.0, 100.0]]))


def test_a_body_of_no_size_is_no_crash() -> None:
    assert Region.from_circle(np.zeros(2), np.zeros(2)).side == 0
