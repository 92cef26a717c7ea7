"""The camera's shift is found to a fraction of a pixel, and a standing camera does not drift."""

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.frame_difference import Scene

HEIGHT, WIDTH = 320, 180
WAVES = np.random.default_rng(3).uniform(-1, 1, size=(12, 2)) / 6
PHASES = np.random.default_rng(4).uniform(0, 2 * np.pi, size=12)


def seen(shift: tuple[float, float] = (0.0, 0.0), *, person: Floats | None = None) -> Image:
    """A background of twelve waves moved by a shift, px, before it a black person of those points."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    x, y = x - shift[0], y - shift[1]
    level = sum(np.cos(wave[0] * x + wave[1] * y + phase) for wave, phase in zip(WAVES, PHASES, strict=True))
    grey = np.clip(128 + 20 * np.asarray(level), 0, 255).astype(np.uint8)
    image = np.repeat(grey[:, :, None], 3, axis=2)
    if person is not None:
        (left, top), (right, bottom) = person.min(axis=0).astype(int), person.max(axis=0).astype(int)
        image[top:bottom, left:right] = 0
    return image


def person_at(x: float) -> Floats:
    """Points (33, 2) of somebody 40 px wide and 140 tall at x."""
    return np.random.default_rng(5).uniform((x, 100), (x + 40, 240), size=(33, 2))


def test_a_standing_camera_stays_at_zero() -> None:
    scene = Scene()
    shifts = [scene.follow(seen(), []).camera for _ in range(20)]
    assert np.abs(shifts).max() == 0


@pytest.mark.parametrize("shift", [(0.5, -0.25), (3.0, 2.0), (-7.3, 4.6)])
def test_a_shift_is_found_to_a_fraction_of_a_pixel(shift: tuple[float, float]) -> None:
    scene = Scene()
    scene.follow(seen(), [])
    assert scene.follow(seen(shift), []).camera == pytest.approx(shift, abs=0.1)


def test_a_shaking_camera_does_not_drift() -> None:
    random = np.random.default_rng(1)
    shifts = [(0.0, 0.0), *(tuple(random.normal(0, 2, 2)) for _ in range(20)), (0.0, 0.0)]
    scene = Scene()
    found = np.array([scene.follow(seen(shift), []).camera for shift in shifts])
    assert found == pytest.approx(np.array(shifts), abs=0.15)


def test_a_pan_is_followed_beyond_the_first_picture() -> None:
    path = [(-6.0 * step, 0.5 * step) for step in range(50)]
    scene = Scene()
    found = np.array([scene.follow(seen(shift), []).camera for shift in path])
    assert found[-1] == pytest.approx(path[-1], abs=3)
    assert np.diff(found, axis=0) == pytest.approx(np.diff(path, axis=0), abs=0.3)


def test_a_moving_person_is_no_moving_camera() -> None:
    scene = Scene()
    for step in range(15):
        person = person_at(10 + 8 * step)
        camera = scene.follow(seen(person=person), [person]).camera
        assert np.abs(camera).max() < 0.05


def test_an_empty_wall_tells_no_shift() -> None:
    scene = Scene()
    wall = np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8)
    assert np.all(scene.follow(wall, []).camera == 0)
    assert np.all(scene.follow(wall, []).camera == 0)


@pytest.mark.parametrize("title", [0, 90], ids=["black", "with a band"])
def test_a_title_is_another_scene_and_no_shift(title: int) -> None:
    first = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    first[100 : 100 + title, 30:150] = 220
    scene = Scene()
    for _ in range(3):
        assert np.all(scene.follow(first, []).camera == 0)
    path = [(0.0, 0.0), (2.0, 1.0), (-3.0, 2.5), (0.0, 0.0)]
    found = np.array([scene.follow(seen(shift), []).camera for shift in path])
    assert found == pytest.approx(np.array(path), abs=0.15)


def test_a_change_of_exposure_is_no_shift() -> None:
    scene = Scene()
    scene.follow(seen(), [])
    brighter = np.clip(seen().astype(int) + 15, 0, 255).astype(np.uint8)
    assert np.abs(scene.follow(brighter, []).camera).max() < 0.1


def test_a_repeated_frame_shows_no_change() -> None:
    scene = Scene()
    changes = [scene.follow(seen(person=person_at(x)), [person_at(x)]).changes for x in (60, 60, 72)]
    assert changes[1] == [0.0]
    assert changes[2][0] > 5


def test_a_person_out_of_the_picture_changes_nothing() -> None:
    scene = Scene()
    scene.follow(seen(), [person_at(900)])
    assert scene.follow(seen(), [person_at(900)]).changes == [0.0]
