"""A point is moved to the middle of its heat map, and only there."""

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats
from kinemotion.pose.landmarks import refine_points
from kinemotion.pose.runtime import Tensor


def heat_at(x: float, y: float, *, peak: float = 6.0) -> Tensor:
    """A heat map (64, 64, 1) of logits around a place in cells, far below zero elsewhere."""
    rows, columns = np.mgrid[0:64, 0:64].astype(float)
    return (peak - 2 * ((columns - x) ** 2 + (rows - y) ** 2))[:, :, None].astype(np.float32)


def moved(x: float, y: float, *, heat: Tensor) -> Floats:
    return refine_points(np.array([[x, y]]), heat)[0]


@pytest.mark.parametrize(("x", "y"), [(20.0, 30.0), (20.3, 29.6), (21.4, 31.2)])
def test_a_point_moves_to_the_middle_of_the_heat(x: float, y: float) -> None:
    assert moved(81.0, 119.0, heat=heat_at(x, y)) == pytest.approx([4 * x, 4 * y], abs=0.3)


def test_heat_at_the_border_is_no_crash() -> None:
    assert moved(1.0, 254.0, heat=heat_at(0.0, 63.0, peak=3.0))[1] <= 4 * 63


@pytest.mark.parametrize(
    ("x", "y", "heat"),
    [(81.0, 119.0, heat_at(20, 30, peak=-4.0)), (200.0, 200.0, heat_at(20, 30)), (-30.0, 80.0, heat_at(0, 20)),
     (80.0, 300.0, heat_at(20, 63))],
    ids=["faint", "far from the heat", "left of the crop", "below the crop"],
)  # fmt: skip
def test_a_point_stays_where_the_heat_map_is_flat(x: float, y: float, heat: Tensor) -> None:
    assert moved(x, y, heat=heat) == pytest.approx([x, y])
