"""Pictures come upright, with square pixels and of a bounded size."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from kinemotion.errors import UsageProblem
from kinemotion.motion.arrays import Image
from kinemotion.video import Video, open_video

MakeVideo = Callable[..., Path]


def first_of(video: Video) -> Image:
    return next(video.frames()).image


def red_quarter(image: Image) -> str:
    """Which quarter of the picture is red."""
    height, width = image.shape[:2]
    quarters = {
        "upper left": image[height // 4, width // 4],
        "upper right": image[height // 4, 3 * width // 4],
        "lower left": image[3 * height // 4, width // 4],
        "lower right": image[3 * height // 4, 3 * width // 4],
    }
    [found] = [name for name, colour in quarters.items() if int(colour[0]) - int(colour[1]) > 100]
    return found


@pytest.mark.parametrize(
    ("stored_deg", "clockwise_deg", "quarter", "size"),
    [
        (None, 0, "upper left", (64, 48)),
        (-90, 90, "upper right", (48, 64)),
        (180, 180, "lower right", (64, 48)),
        (90, 270, "lower left", (48, 64)),
    ],
)
def test_rotation_is_applied_once(
    make_video: MakeVideo, stored_deg: int | None, clockwise_deg: int, quarter: str, size: tuple[int, int]
) -> None:
    with open_video(make_video(rotation_deg=stored_deg)) as video:
        image = first_of(video)
        info = video.info
    assert red_quarter(image) == quarter
    assert (info.rotation_deg, info.width, info.height) == (clockwise_deg, *size)
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous


def test_a_released_picture_is_converted_again(make_video: MakeVideo) -> None:
    with open_video(make_video()) as video:
        frame = next(video.frames())
        image = frame.image
        assert frame.image is image
        frame.release_image()
        assert frame.image is not image
        assert np.array_equal(frame.image, image)


def test_a_picture_whose_brightness_is_not_stored_is_converted_once(make_video: MakeVideo) -> None:
    with open_video(make_video(), largest_side=32) as video:
        frame = next(video.frames())
        image = frame.image
        frame.release_image()
        assert frame.image is image


@pytest.mark.parametrize("stored_deg", [None, -90, 180, 90])
@pytest.mark.parametrize(("turn", "quarter"), [(90, "upper right"), (180, "lower right"), (270, "lower left")])
def test_a_turn_is_added_to_that_of_the_file(
    make_video: MakeVideo, stored_deg: int | None, turn: int, quarter: str
) -> None:
    places = ["upper left", "upper right", "lower right", "lower left"]
    with open_video(make_video(rotation_deg=stored_deg)) as video:
        upright = red_quarter(first_of(video))
    with open_video(make_video(rotation_deg=stored_deg), rotate_deg=turn) as video:
        image = first_of(video)
        assert (video.info.height, video.info.width) == image.shape[:2]
    expected = places[(places.index(upright) + places.index(quarter)) % 4]
    assert red_quarter(image) == expected


def test_a_turn_by_no_quarter_is_refused(make_video: MakeVideo) -> None:
    with pytest.raises(UsageProblem), open_video(make_video(), rotate_deg=45):
        pass


@pytest.mark.parametrize(("aspect", "size"), [(Fraction(2, 1), (128, 48)), (Fraction(4, 3), (85, 48))])
def test_sample_aspect_is_applied_once(make_video: MakeVideo, aspect: Fraction, size: tuple[int, int]) -> None:
    with open_video(make_video(sample_aspect=aspect)) as video:
        assert first_of(video).shape == (size[1], size[0], 3)
        assert (video.info.width, video.info.height) == size


def test_aspect_belongs_to_the_stored_picture(make_video: MakeVideo) -> None:
    with open_video(make_video(sample_aspect=Fraction(2, 1), rotation_deg=-90)) as video:
        assert first_of(video).shape == (128, 48, 3)


def test_large_pictures_are_scaled_to_the_bound(make_video: MakeVideo) -> None:
    with open_video(make_video(width=320, height=240), largest_side=160) as video:
        image = first_of(video)
        info = video.info
    assert image.shape == (120, 160, 3)
    assert (info.width, info.height) == (160, 120)
    assert red_quarter(image) == "upper left"


def test_small_pictures_are_left_alone(make_video: MakeVideo) -> None:
    with open_video(make_video(), largest_side=160) as video:
        assert first_of(video).shape == (48, 64, 3)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_brightness_lies_as_the_picture_does(make_video: MakeVideo, turn: int) -> None:
    """Read from the file's own brightness, without a conversion to RGB."""
    with open_video(make_video(), rotate_deg=turn) as video:
        frame = next(video.frames())
    brightness = frame.grey.astype(float)
    assert brightness.shape == frame.image.shape[:2]
    luma = frame.image.astype(float) @ (0.299, 0.587, 0.114) * 219 / 255 + 16
    assert np.abs(brightness - luma).mean() < 4
