"""Which frames are measured: all while somebody moves, few while everybody stands still."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest

from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame
from kinemotion.pose.base import StillRate
from kinemotion.pose.following import follower
from kinemotion.pose.following.follower import FollowedFrame, PeopleFollower
from kinemotion.pose.following.tracks import Tracks
from kinemotion.pose.landmarks import LandmarkResult
from kinemotion.pose.networks.mask import FootFeatures
from kinemotion.pose.roi import Region

FPS = 60
SIDE, NOISE = 200.0, 2.0
BACKGROUND = np.random.default_rng(3).integers(60, 120, (240, 320), dtype=np.uint8)


class Scene:
    """A bright block that a model finds exactly, in front of a textured wall, filmed with noise."""

    def __init__(self, places: Sequence[int], *, visible: bool = True) -> None:
        self.measured: list[int] = []
        self._places = places
        rng = np.random.default_rng(1)
        walls = [BACKGROUND + rng.normal(0.0, NOISE, BACKGROUND.shape) for _ in places]
        if visible:
            for x, wall in zip(places, walls, strict=True):
                wall[60:180, x : x + 30] += 120.0
        pictures = [np.repeat(wall.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2) for wall in walls]
        self.frames = [Frame(index, index / FPS, picture) for index, picture in enumerate(pictures)]
        self._index = {id(frame.image): frame.index for frame in self.frames}

    def follow(
        self, frames: Iterable[Frame] | None = None, *, still_rate: StillRate = "rarely"
    ) -> Iterator[FollowedFrame]:
        """Follow the block through the frames."""
        tracks = Tracks(detect=lambda _image: [self._region(self._places[0])], find_landmarks=self._find)
        return PeopleFollower(tracks, still_rate=still_rate).follow(frames or self.frames)

    def _region(self, x: int) -> Region:
        return Region(np.array([x + 15.0, 120.0]), np.array([0.0, -1.0]), SIDE)

    def _find(self, image: Image, _region: Region) -> LandmarkResult:
        index = self._index[id(image)]
        self.measured.append(index)
        x = self._places[index]
        points = np.column_stack([np.full(33, float(x)), np.linspace(60, 180, 33)])
        return LandmarkResult(points, np.ones(33), 0.9, self._region(x), np.eye(2, 3), FootFeatures([], []))


def places_of(followed: Iterable[FollowedFrame]) -> list[float]:
    return [float(people.landmarks.points[0, 0]) for frame in followed for people in frame.people]


def test_still_people_are_measured_a_few_times_a_second() -> None:
    scene = Scene([100] * (2 * FPS))
    followed = list(scene.follow())
    assert [frame.frame.index for frame in followed] == list(range(2 * FPS))
    assert len(set(scene.measured)) <= 8
    assert places_of(followed) == [100.0] * (2 * FPS)


def test_moving_people_are_measured_in_every_frame() -> None:
    scene = Scene([100 + step for step in range(FPS)])
    followed = list(scene.follow())
    assert places_of(followed) == [100.0 + step for step in range(FPS)]
    assert all(frame.held is None for frame in followed)


def test_a_movement_is_measured_from_before_its_begin() -> None:
    still, moving = [100] * 50, [100 + step // 8 for step in range(1, 60)]
    scene = Scene(still + moving)
    assert places_of(scene.follow()) == [float(x) for x in still + moving]
    first = next(index for index, x in enumerate(still + moving) if x > 100)
    assert {first - 1, first} <= set(scene.measured)
    assert len(set(scene.measured) & set(range(first - 12, first))) <= 5


def test_a_motion_that_the_pictures_do_not_show_is_measured() -> None:
    places = [100] * 40 + [104] * 40
    followed = list(Scene(places, visible=False).follow())
    assert places_of(followed) == [float(x) for x in places]


def test_few_of_the_frames_that_wait_are_measured_to_find_a_motion_that_the_pictures_do_not_show() -> None:
    places = [100] * 41 + [104] * 40
    scene = Scene(places, visible=False)
    assert places_of(scene.follow()) == [float(x) for x in places]
    assert {40, 41} <= set(scene.measured)
    assert len(set(scene.measured) & set(range(20, 60))) <= 12


def test_always_means_every_frame_and_changes_no_other() -> None:
    places = [100] * 40 + [100 + 3 * step for step in range(20)] + [160] * 40
    full, default = Scene(places), Scene(places)
    all_frames, some_frames = list(full.follow(still_rate="always")), list(default.follow())
    assert set(full.measured) == set(range(len(places)))
    assert len(set(default.measured)) < len(places) * 0.6
    for one, other in zip(all_frames, some_frames, strict=True):
        if other.held is None:
            assert one.people[0].landmarks.points.tobytes() == other.people[0].landmarks.points.tobytes()


@pytest.mark.parametrize(("pictures", "most"), [(1000, 24), (4, 4)], ids=["small pictures", "large pictures"])
def test_the_ring_is_bounded(monkeypatch: pytest.MonkeyPatch, pictures: int, most: int) -> None:
    monkeypatch.setattr(follower, "_MOST_PIXELS", pictures * BACKGROUND.size)
    scene = Scene([100] * (2 * FPS))
    asked: list[int] = []

    def ask() -> Iterator[Frame]:
        for frame in scene.frames:
            asked.append(frame.index)
            yield frame

    followed: list[FollowedFrame] = []
    for frame in scene.follow(ask()):
        assert len(asked) - len(followed) <= most + 1
        followed.append(frame)
    assert [frame.frame.index for frame in followed] == list(range(2 * FPS))
    assert len(set(scene.measured)) <= 8


@pytest.mark.parametrize("still_rate", ["often", "always"])
def test_no_frame_waits_unless_still_people_are_measured_rarely(still_rate: StillRate) -> None:
    scene = Scene([100] * 30 + [130] * 5)
    frames = iter(scene.frames)
    asked: list[Frame] = []
    found = scene.follow((asked.append(frame) or frame for frame in frames), still_rate=still_rate)
    for done, followed in enumerate(found, start=1):
        assert followed.frame.index == done - 1
        assert len(asked) == done


def test_often_means_ten_times_a_second_while_nobody_moves_and_every_frame_of_a_movement() -> None:
    places = [100] * FPS + [100 + 3 * step for step in range(FPS)]
    scene = Scene(places)
    followed = list(scene.follow(still_rate="often"))
    assert places_of(followed) == [float(x) for x in places]
    assert len({index for index in scene.measured if index < FPS}) <= 13
    assert {index for index in scene.measured if index > FPS} == set(range(FPS + 1, 2 * FPS))
