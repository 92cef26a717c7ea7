"""Camera motion is found to a fraction of a pixel, and a camera that stands has exactly the identity."""

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats, Image
from kinemotion.motion.frames import Grey
from kinemotion.pose.camera.background import Background, Box
from kinemotion.pose.frame_difference import FrameComparer
from kinemotion.signals.affine import apply_affine, invert_affine

HEIGHT, WIDTH = 640, 360
WAVES = np.random.default_rng(3).uniform(-1, 1, size=(12, 2)) / 10
PHASES = np.random.default_rng(4).uniform(0, 2 * np.pi, size=12)
STANDING = np.eye(2, 3)
BODY = np.array([[150.0, 200.0], [210.0, 480.0]])
"""Where errors count: at somebody's head and feet, px."""


def shifted(x: float, y: float) -> Floats:
    """The map from the first picture to one whose background moved by so many px."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def turned(degrees: float, zoom: float, shift: tuple[float, float] = (0.0, 0.0)) -> Floats:
    """The map from the first picture to one turned and zoomed about the middle, then shifted."""
    cos, sin = zoom * np.cos(np.radians(degrees)), zoom * np.sin(np.radians(degrees))
    turn = np.array([[cos, -sin], [sin, cos]])
    middle = np.array([WIDTH, HEIGHT]) / 2
    return np.column_stack([turn, middle - turn @ middle + shift])


def show(from_first: Floats = STANDING, *, person: Floats | None = None, noise: float = 0.0, seed: int = 0) -> Image:
    """A background of twelve waves as a moved camera shows it; before it a black person of those points, in noise."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    x, y = apply_affine(invert_affine(from_first), np.stack([x, y], axis=-1)).transpose(2, 0, 1)
    level = sum(np.cos(wave[0] * x + wave[1] * y + phase) for wave, phase in zip(WAVES, PHASES, strict=True))
    grey = 128 + 20 * np.asarray(level) + np.random.default_rng(seed).normal(0, noise or 1e-9, (HEIGHT, WIDTH))
    image = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    if person is not None:
        (left, top), (right, bottom) = person.min(axis=0).astype(int), person.max(axis=0).astype(int)
        image[top:bottom, left:right] = 0
    return image


def person_at(x: float) -> Floats:
    """Points (33, 2) of somebody 80 px wide and 280 tall at x."""
    return np.random.default_rng(5).uniform((x, 200), (x + 80, 480), size=(33, 2))


def follow(path: list[Floats], *, noise: float = 0.0) -> list[Floats]:
    """The maps to the first picture that are found along a path of the camera."""
    comparer = FrameComparer()
    return [comparer.compare(show(step, noise=noise, seed=seed), []).camera.copy() for seed, step in enumerate(path)]


def find_error(found: Floats, from_first: Floats) -> float:
    """How far the body, brought back by the map that was found, lies from where it was, px."""
    return float(np.abs(apply_affine(found, apply_affine(from_first, BODY)) - BODY).max())


@pytest.mark.parametrize("noise", [0.0, 2.0, 8.0])
def test_a_standing_camera_has_exactly_the_identity(noise: float) -> None:
    assert all(np.array_equal(found, STANDING) for found in follow([STANDING] * 15, noise=noise))


@pytest.mark.parametrize("shift", [(1.5, -1.25), (6.0, 4.0), (-14.3, 9.6)])
def test_a_shift_is_found_to_a_fraction_of_a_pixel(shift: tuple[float, float]) -> None:
    path = [STANDING, shifted(*shift)]
    assert find_error(follow(path)[1], path[1]) < 0.2


@pytest.mark.parametrize(
    "moved", [turned(0.5, 1.0), turned(-2.0, 1.0), turned(0.0, 1.02), turned(0.0, 0.95), turned(1.0, 1.03, (8, -5))]
)
@pytest.mark.parametrize("noise", [0.0, 2.0])
def test_rotation_and_zoom_are_found(moved: Floats, noise: float) -> None:
    assert find_error(follow([STANDING, moved], noise=noise)[1], moved) < 0.3


def test_a_slow_zoom_is_followed_as_far_as_it_goes() -> None:
    path = [turned(0.0, 1.0 + 0.012 * step) for step in range(20)]
    assert find_error(follow(path)[-1], path[-1]) < 1.5


def test_a_shaking_camera_does_not_drift() -> None:
    random = np.random.default_rng(1)
    path = [STANDING, *(shifted(*random.normal(0, 4, 2)) for _ in range(8)), STANDING]
    errors = [find_error(found, moved) for found, moved in zip(follow(path), path, strict=True)]
    assert max(errors) < 0.3


def test_a_pan_is_followed_beyond_the_first_picture() -> None:
    path = [shifted(-12.0 * step, 1.0 * step) for step in range(25)]
    found = follow(path)
    assert find_error(found[-1], path[-1]) < 5
    jumps = np.diff([apply_affine(step, BODY) for step in found], axis=0)
    assert jumps == pytest.approx(np.broadcast_to((12.0, -1.0), jumps.shape), abs=0.6)


def test_a_moving_person_is_no_moving_camera() -> None:
    comparer = FrameComparer()
    for step in range(15):
        person = person_at(20 + 16 * step)
        assert np.array_equal(comparer.compare(show(person=person), [person]).camera, STANDING)


def test_somebody_who_walks_past_unseen_is_no_moving_camera() -> None:
    comparer = FrameComparer()
    for step in range(15):
        camera = comparer.compare(show(person=person_at(20 + 16 * step), noise=2.0, seed=step), []).camera
        assert np.array_equal(camera, STANDING)


def test_an_empty_wall_shows_no_motion() -> None:
    comparer = FrameComparer()
    wall = np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8)
    for _ in range(3):
        assert np.array_equal(comparer.compare(wall, []).camera, STANDING)


@pytest.mark.parametrize("title", [0, 180], ids=["black", "with a band"])
def test_a_title_is_another_scene_and_no_motion(title: int) -> None:
    first = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    first[200 : 200 + title, 60:300] = 220
    comparer = FrameComparer()
    for _ in range(3):
        assert np.array_equal(comparer.compare(first, []).camera, STANDING)
    path = [STANDING, shifted(4.0, 2.0), shifted(-6.0, 5.0), STANDING]
    for step in path:
        assert find_error(comparer.compare(show(step), []).camera, step) < 0.3


def test_a_change_of_exposure_is_no_motion() -> None:
    comparer = FrameComparer()
    comparer.compare(show(), [])
    brighter = np.clip(show().astype(int) + 15, 0, 255).astype(np.uint8)
    assert np.array_equal(comparer.compare(brighter, []).camera, STANDING)


def test_a_repeated_frame_shows_no_change() -> None:
    comparer = FrameComparer()
    changes = [comparer.compare(show(person=person_at(x)), [person_at(x)]).changes for x in (120, 120, 144)]
    assert changes[1] == [0.0]
    assert changes[2][0] > 5


def test_a_person_out_of_the_picture_changes_nothing() -> None:
    comparer = FrameComparer()
    comparer.compare(show(), [person_at(1800)])
    assert comparer.compare(show(), [person_at(1800)]).changes == [0.0]


def shade(picture: Image) -> Grey:
    """Brightness of a small picture with a soft shadow, 20 grey levels deep, on a fifth of it."""
    grey = picture[::2, ::2, 1].astype(float)
    y, x = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    shadow = 20 * np.exp(-(((x - 60) / 25) ** 2) - ((y - 240) / 45) ** 2)
    return np.clip(grey - shadow, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("move", "unmoved"),
    [
        (STANDING, True),
        (shifted(0.05, 0.0), True),
        (shifted(0.6, 0.0), False),
        (shifted(0.0, -0.6), False),
        (turned(0.1, 1.0), False),
        (turned(0.0, 1.003), False),
    ],
    ids=["still", "a tenth of the limit", "right", "up", "turn", "zoom"],
)
@pytest.mark.parametrize("shadow", [False, True], ids=["even light", "shadow"])
def test_a_background_seen_from_its_place_is_known_in_spite_of_a_shadow(
    move: Floats, unmoved: bool, shadow: bool
) -> None:
    background = Background(show(noise=1.0)[::2, ::2, 1].copy(), [])
    later = show(move, noise=1.0, seed=1)
    assert background.is_seen_unmoved(shade(later) if shadow else later[::2, ::2, 1].copy(), []) == unmoved


@pytest.mark.parametrize("right_px", [170.0, 173.0, 176.0])
def test_a_person_who_hides_nearly_all_of_the_background_stops_nothing(right_px: float) -> None:
    """The narrow strip that is left holds none of the pixels that show the usual difference."""
    random = np.random.default_rng(1)
    first = random.integers(20, 230, (320, 180)).astype(np.uint8)
    later = (first + random.integers(0, 4, first.shape)).astype(np.uint8)
    person = Box(np.array([-20.0, -20.0]), np.array([right_px, 340.0]))
    assert not Background(first, []).is_seen_unmoved(later, [person])
