import numpy as np
import pytest
from numpy.typing import NDArray

from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.pose.silhouette import Silhouette, find_ground_points

Floats = NDArray[np.float64]

_SOLES = {"left": np.array([410.0, 700.0]), "right": np.array([250.0, 716.0])}
"""Middle of each sole, image px; legs of 130 px stand on them."""


def _landmarks(soles: dict[str, Floats]) -> Floats:
    points = np.full((33, 2), 300.0)
    for side, sole in soles.items():
        for part, offset in {
            "knee": (0, -150),
            "ankle": (-15, -22),
            "heel": (-25, -8),
            "foot_index": (28, -8),
        }.items():
            points[BLAZEPOSE.index[f"{side}_{part}"]] = sole + offset
    return points


def _silhouette(soles: dict[str, Floats], *, pixel_px: float, angle: float = 0.0) -> Silhouette:
    """Both legs with shoes 60 px long, drawn as smooth log odds into a mask that may be turned."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * pixel_px
    middle = np.array([330.0, 600.0])
    to_image = np.column_stack([turn, middle - turn @ [128.0, 128.0]])
    v, u = np.mgrid[:256, :256] + 0.5
    x, y = to_image[:, :2] @ np.stack([u.ravel(), v.ravel()]) + to_image[:, 2:]
    inside = np.full(x.shape, -np.inf)
    for sole in soles.values():
        shoe = np.minimum.reduce([30 - np.abs(x - sole[0]), sole[1] - y, y - sole[1] + 25])
        leg = np.minimum.reduce([12 - np.abs(x - sole[0] + 15), sole[1] - y, y - sole[1] + 300])
        inside = np.maximum(inside, np.maximum(shoe, leg))
    return Silhouette(np.clip(inside / pixel_px * 10, -16, 16).reshape(256, 256).astype(np.float32), to_image)


@pytest.mark.parametrize("pixel_px", [2.0, 3.0, 4.0])
@pytest.mark.parametrize("shift", [0.0, 0.37, 1.71])
def test_sole_is_found_between_mask_pixels(pixel_px: float, shift: float) -> None:
    soles = {side: sole + np.array([0.0, shift]) for side, sole in _SOLES.items()}
    found = find_ground_points(_silhouette(soles, pixel_px=pixel_px), _landmarks(soles))
    expected = np.array([soles["left"][1], soles["right"][1]])
    assert found[:, 1] == pytest.approx(expected - 0.3 * pixel_px, abs=0.25 * pixel_px)  # surely inside


def test_sole_is_found_in_a_turned_mask() -> None:
    found = find_ground_points(_silhouette(_SOLES, pixel_px=3.0, angle=0.1), _landmarks(_SOLES))
    assert found[:, 1] == pytest.approx([700.0, 716.0], abs=2.0)


def test_raised_foot_is_followed() -> None:
    heights = np.arange(0.0, 20.0, 1.3)
    found = [
        find_ground_points(_silhouette(soles, pixel_px=3.0), _landmarks(soles))[0, 1]
        for soles in ({**_SOLES, "left": _SOLES["left"] - [0.0, height]} for height in heights)
    ]
    assert found[0] - np.array(found) == pytest.approx(heights, abs=0.7)


def test_mirrored_picture_gives_mirrored_points() -> None:
    soles = {"left": np.array([410.0, 700.0]), "right": np.array([250.0, 716.0])}
    seen = _silhouette(soles, pixel_px=3.0)
    width = 660.0
    mirror = np.array([[-1.0, 0.0], [0.0, 1.0]])
    to_image = np.column_stack([mirror @ seen.to_image[:, :2], mirror @ seen.to_image[:, 2] + [width, 0.0]])
    mirrored = _landmarks(soles) * [-1.0, 1.0] + [width, 0.0]
    found, twin = (
        find_ground_points(seen, _landmarks(soles)),
        find_ground_points(Silhouette(seen.logit, to_image), mirrored),
    )
    assert twin[:, 1] == pytest.approx(found[:, 1], abs=0.5)


def test_unseen_foot_is_nowhere() -> None:
    points = _landmarks(_SOLES)
    points[BLAZEPOSE.index["left_heel"]] = np.nan
    found = find_ground_points(_silhouette(_SOLES, pixel_px=3.0), points)
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1]).all()


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_foot_whose_knee_is_unseen_is_found_by_the_other_shank(side: str) -> None:
    points, seen = _landmarks(_SOLES), _silhouette(_SOLES, pixel_px=3.0)
    whole = find_ground_points(seen, points)
    points[BLAZEPOSE.index[f"{side}_knee"]] = np.nan
    assert find_ground_points(seen, points) == pytest.approx(whole)
    points[[BLAZEPOSE.index["left_knee"], BLAZEPOSE.index["right_knee"]]] = np.nan
    assert np.isnan(find_ground_points(seen, points)).all()


def test_foot_outside_the_mask_is_nowhere() -> None:
    soles = {**_SOLES, "left": np.array([410.0, 1300.0])}
    found = find_ground_points(_silhouette(_SOLES, pixel_px=2.0), _landmarks(soles))
    assert np.isnan(found[0]).all()
