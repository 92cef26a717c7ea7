"""Which person is which from frame to frame, with a detector and a model that see points on a line."""

from collections.abc import Sequence

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.following.newcomers import Surroundings
from kinemotion.pose.following.tracks import Tracks
from kinemotion.pose.landmarks import LandmarkResult
from kinemotion.pose.networks.mask import FootFeatures
from kinemotion.pose.roi import Region

SIDE = 200.0


def draw(places: Sequence[float]) -> Image:
    """A dark picture (512, 2048, 3) with a bright stripe for everybody."""
    picture = np.zeros((512, 2048, 3), dtype=np.uint8)
    for x in places:
        picture[:34, max(0, round(x) - 4) : round(x) + 4] = 200
    return picture


def region_at(x: float) -> Region:
    return Region(np.array([x, 0.0]), np.array([0.0, -1.0]), SIDE)


class World:
    """People at places on a line; the model finds the nearest one within half a region."""

    def __init__(self) -> None:
        self.places: Sequence[float] = ()
        self.visible: Sequence[float] | None = None
        self.looks = self.searches = 0
        self.tracks = Tracks(detect=self.detect, find_landmarks=self.find_landmarks)

    def detect(self, _image: Image) -> list[Region]:
        self.searches += 1
        return [region_at(x) for x in (self.places if self.visible is None else self.visible)]

    def find_landmarks(self, _image: Image, region: Region) -> LandmarkResult:
        self.looks += 1
        near = [x for x in self.places if abs(x - region.center[0]) < SIDE / 2]
        x = min(near, key=lambda place: abs(place - region.center[0]), default=region.center[0])
        points = np.column_stack([np.full(33, x), np.arange(33.0)])
        return LandmarkResult(
            points=points,
            confidence=np.ones(33),
            score=0.9 if near else 0.1,
            next_region=region_at(float(x)),
            to_image=np.eye(2, 3),
            features=FootFeatures([], []),
        )

    def at(self, time_s: float, *places: float) -> dict[int, float]:
        """Number and place of everybody followed, with people at those places."""
        self.places = places
        return {track.person: float(track.landmarks.points[0, 0]) for track in self.tracks.follow(draw(places), time_s)}


def test_numbers_are_kept() -> None:
    world = World()
    for step in range(30):
        assert world.at(step / 30, 100 + 5 * step, 900) == {0: 100 + 5 * step, 1: 900}


def test_one_person_costs_one_look_a_frame_and_hardly_a_search_while_nothing_else_changes() -> None:
    world = World()
    for step in range(121):
        world.at(step / 30, 100 + step)
    assert world.looks == 121 + 1  # the first time somebody is looked at twice
    assert world.searches == 2


def test_a_search_follows_each_change_of_the_surroundings_but_two_a_second_at_most() -> None:
    world = World()
    world.visible = [100]  # the others are people to nobody but the eye
    for step in range(60):
        world.at(step / 30, 100, 600 + 10 * step)
    assert world.searches == 4


def test_the_surroundings_of_people_are_looked_at_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    compare = Surroundings.have_changed

    def count(surroundings: Surroundings, image: Image, people: Sequence[Floats]) -> bool:
        looked.append(1)
        return compare(surroundings, image, people)

    monkeypatch.setattr(Surroundings, "have_changed", count)
    world = World()
    for step in range(120):
        world.at(step / 60, 100)
    assert len(looked) == 15  # from half a second after the first search on


def test_an_empty_picture_is_searched_twice_a_second_and_at_once_where_it_changes() -> None:
    world = World()
    world.visible = []
    for step in range(61):
        world.at(step / 30)
    assert world.searches == 5
    world.at(2.1, 800)
    assert world.searches == 6


def test_somebody_who_comes_with_another_scene_is_found_at_once() -> None:
    world = World()
    assert world.at(0.0) == {}
    world.places = [800]
    bright = np.random.default_rng(4).integers(90, 250, (512, 2048, 3), dtype=np.uint8)
    assert [track.person for track in world.tracks.follow(bright, 1 / 30)] == [0]


def test_a_newcomer_is_found_within_half_a_second() -> None:
    world = World()
    world.at(0.0, 100)
    found = [world.at(step / 30, 100, 900) for step in range(1, 16)]
    assert found[0] == {0: 100}
    assert found[-1] == {0: 100, 1: 900}


def test_somebody_lost_is_searched_in_every_frame_and_keeps_the_number() -> None:
    world = World()
    world.at(0.0, 100, 900)
    assert world.at(0.1, 100) == {0: 100}
    searches = world.searches
    assert world.at(0.2, 100) == {0: 100}
    assert world.searches == searches + 1
    assert world.at(0.3, 100, 960) == {0: 100, 1: 960}


@pytest.mark.parametrize(("time_s", "x"), [(2.0, 900), (0.3, 1200)], ids=["too late", "elsewhere"])
def test_somebody_else_gets_a_new_number(time_s: float, x: float) -> None:
    world = World()
    world.at(0.0, 100, 900)
    world.at(0.1, 100)
    assert world.at(time_s, 100, x) == {0: 100, 2: x}


def test_two_tracks_on_one_person_become_one_the_steadier() -> None:
    world = World()
    world.at(0.0, 100, 160)
    assert world.at(0.1, 160) == {1: 160}


def test_the_crowd_is_bounded() -> None:
    world = World()
    assert len(world.at(0.0, *range(0, 2000, 300))) == 3
    looks = world.looks
    world.at(1.0, *range(0, 2000, 300))
    assert world.looks == looks + 3


def test_what_the_model_does_not_believe_is_nobody() -> None:
    world = World()
    world.visible = [500]
    assert world.at(0.0) == {}
    assert world.at(0.5) == {}
    assert world.searches == 2
