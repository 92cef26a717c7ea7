"""When an athlete is taken to stand up after a landing, and which frames are measured then.

All movements are written down: hips and feet of one athlete, whose speeds are known at every time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from kinemotion.motion.arrays import Floats, Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.pose.base import StillRate
from kinemotion.pose.following import follower
from kinemotion.pose.following.follower import FollowedFrame, PeopleFollower
from kinemotion.pose.following.standing_up import LandedAthlete
from kinemotion.pose.following.tracks import Tracks
from kinemotion.pose.landmarks import LandmarkResult
from kinemotion.pose.networks.mask import FootFeatures
from kinemotion.pose.roi import Region

LENGTH, GROUND = 300.0, 400.0
"""From head to ankles, and height of the soles, px."""
FALL_S, ABSORBED_S, DEPTH = 0.2, 0.1, 0.1
"""A fall from rest before the landing, then the hips sink by so many body lengths until they are lowest."""
GRAVITY = 5.5
"""Body lengths a second squared, of an athlete of 1.78 m."""
LOWEST_S = FALL_S + ABSORBED_S


@dataclass(frozen=True)
class Movement:
    """A landing at 0.2 s, the hips usually lowest at 0.3 s, and what they do then: speed and acceleration upwards."""

    rise: float = 0.0
    acceleration: float = 0.0
    absorbed_s: float = ABSORBED_S
    """How long the hips sink."""
    step: float = 0.0
    """Speed of the feet along the ground from then on, body lengths a second."""
    fps: float = 60.0

    def points(self, time_s: float) -> Floats:
        """Return the points (33, 2), px."""
        height = GRAVITY * (FALL_S**2 - min(time_s, FALL_S) ** 2) / 2
        absorbed = np.clip((time_s - FALL_S) / self.absorbed_s, 0.0, 1.0)
        later_s = max(time_s - FALL_S - self.absorbed_s, 0.0)
        hips = height - DEPTH * absorbed + self.rise * later_s + self.acceleration * later_s**2 / 2
        return make_points(hips=0.5 + hips, feet=(height, height), x=self.step * later_s)

    def times(self, until_s: float) -> Floats:
        return np.arange(0.0, until_s + 0.25 / self.fps, 1 / self.fps)

    def watch(self, until_s: float) -> LandedAthlete:
        """Return what is known at that time if every frame was measured."""
        athlete = LandedAthlete()
        for time_s in self.times(until_s):
            athlete = athlete.then(time_s, self.points(time_s))
        return athlete


def make_points(*, hips: float, feet: tuple[float, float], x: float = 0.0) -> Floats:
    """Return the points (33, 2), px, of somebody with these heights of the hips and of each foot, body lengths."""
    points = np.zeros((33, 2))
    points[:, 1] = GROUND - (hips + 0.4) * LENGTH
    for name, row in BLAZEPOSE.index.items():
        if name.endswith("hip"):
            points[row, 1] = GROUND - hips * LENGTH
        if name.endswith(("ankle", "heel", "foot_index")):
            side = 0 if name.startswith("left") else 1
            points[row] = x * LENGTH, GROUND - feet[side] * LENGTH
    return points


@pytest.mark.parametrize("fps", [24, 30, 60, 120, 240])
def test_an_athlete_stands_up_from_a_moment_after_the_lowest_point_on(fps: float) -> None:
    movement = Movement(rise=0.25, fps=fps)
    assert not movement.watch(LOWEST_S + 0.10).is_standing_up()
    assert movement.watch(LOWEST_S + 0.25).is_standing_up()
    assert movement.watch(LOWEST_S + 0.80).is_standing_up()


def test_an_athlete_who_still_sinks_does_not_stand_up_yet() -> None:
    movement = Movement(rise=0.25, absorbed_s=0.8)
    assert not any(movement.watch(time_s).is_standing_up() for time_s in movement.times(1.1))
    assert movement.watch(1.2).is_standing_up()


@pytest.mark.parametrize("acceleration", [4.5, 6.0, 10.0])
def test_nobody_stands_up_in_a_push_off(acceleration: float) -> None:
    movement = Movement(acceleration=acceleration)
    assert not any(movement.watch(time_s).is_standing_up() for time_s in movement.times(LOWEST_S + 0.5))


@pytest.mark.parametrize(("rise", "expected"), [(-0.25, False), (-0.1, True), (0.0, True), (0.4, True), (0.6, False)])
def test_the_hips_neither_sink_nor_rise_fast(rise: float, expected: bool) -> None:
    settled = Movement(rise=abs(rise)) if rise < 0 else Movement(rise=rise)
    athlete, last_s = settled.watch(LOWEST_S + 0.3), LOWEST_S + 0.3
    if rise < 0:
        for later_s in np.arange(1, 13) / 60:
            points = settled.points(last_s - later_s)
            athlete = athlete.then(last_s + later_s, points)
    assert athlete.is_standing_up() is expected


def test_the_feet_rest() -> None:
    assert Movement(rise=0.2, step=0.1).watch(LOWEST_S + 0.3).is_standing_up()
    assert not Movement(rise=0.2, step=0.6).watch(LOWEST_S + 0.3).is_standing_up()


def test_without_a_landing_nobody_stands_up_from_it() -> None:
    athlete = LandedAthlete()
    for time_s in np.arange(0, 1.5, 1 / 60):
        hips = 0.5 - 0.7 * min(time_s, 0.4) + 0.2 * max(time_s - 0.4, 0.0)
        athlete = athlete.then(time_s, make_points(hips=hips, feet=(0.0, 0.0)))
        assert not athlete.is_standing_up()


def test_a_landing_is_forgotten() -> None:
    assert Movement().watch(1.6).is_standing_up()
    assert not Movement().watch(1.9).is_standing_up()


@pytest.mark.parametrize(("period_s", "flight_s", "shift_s"), [(0.7, 0.5, 0.35), (1.0, 0.4, 0.5), (0.5, 0.3, 0.0)])
def test_nobody_stands_up_between_the_steps_of_a_run_of_a_walk_or_of_skipping(
    period_s: float, flight_s: float, shift_s: float
) -> None:
    def lift(time_s: float) -> float:
        return 0.15 * np.sin(np.pi * phase / flight_s) if (phase := time_s % period_s) < flight_s else 0.0

    athlete = LandedAthlete()
    for time_s in np.arange(0, 3, 1 / 60):
        athlete = athlete.then(time_s, make_points(hips=0.5, feet=(lift(time_s), lift(time_s + shift_s))))
        assert not athlete.is_standing_up()


class Scene:
    """Pictures of which each differs from the last, and a pose model that knows what they show."""

    def __init__(self, points: Sequence[Floats], *, unseen: Sequence[int] = ()) -> None:
        self.points, self.measured = points, list[int]()
        self.looked_from: list[int] = []
        """Of each measurement the frame whose points gave the region."""
        self._unseen = unseen
        rng = np.random.default_rng(1)
        pictures = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in points]
        self.frames = [Frame(index, index / 60, picture) for index, picture in enumerate(pictures)]
        self._index = {id(picture): index for index, picture in enumerate(pictures)}

    def follow(self, *, still_rate: StillRate = "rarely", asked: list[int] | None = None) -> Iterator[FollowedFrame]:
        """Follow the athlete through the frames; keep which of them have been asked for."""

        def make_region(index: int) -> Region:
            return Region(np.array([0.1 * index, GROUND / 2]), np.array([0.0, -1.0]), 2 * LENGTH)

        def find(image: Image, region: Region) -> LandmarkResult:
            index = self._index[id(image)]
            self.measured.append(index)
            self.looked_from.append(round(region.center[0] / 0.1))
            score = 0.1 if index in self._unseen else 0.9
            return LandmarkResult(
                self.points[index], np.ones(33), score, make_region(index), np.eye(2, 3), FootFeatures([], [])
            )

        def ask() -> Iterator[Frame]:
            for frame in self.frames:
                if asked is not None:
                    asked.append(frame.index)
                yield frame

        tracks = Tracks(detect=lambda _image: [make_region(0)], find_landmarks=find)
        return PeopleFollower(tracks, still_rate=still_rate).follow(ask())


def film(movement: Movement, *, until_s: float, then: Movement | None = None) -> list[Floats]:
    """Return the points of each frame; a second movement begins anew, from its lowest point, where the first ends."""
    points = [movement.points(time_s) for time_s in movement.times(until_s)]
    if then is not None:
        offset = points[-1] - then.points(LOWEST_S)
        points += [then.points(LOWEST_S + step / 60) + offset for step in range(1, 25)]
    return points


def find_errors(scene: Scene, followed: Sequence[FollowedFrame]) -> Floats:
    """Return how far the points of each frame lie from what it shows, px."""
    found = [frame.people[0].landmarks.points for frame in followed]
    return np.array([np.abs(one - other).max() for one, other in zip(found, scene.points, strict=True)])


def test_every_sixth_frame_is_measured_while_an_athlete_stands_up() -> None:
    scene = Scene(film(Movement(rise=0.25), until_s=1.5))
    followed = list(scene.follow())
    assert [frame.frame.index for frame in followed] == list(range(len(scene.points)))
    late = sorted(index for index in set(scene.measured) if index >= 30)
    between = [frame.frame.index for frame in followed if frame.is_between]
    steps = np.diff([index for index in late if index < between[-1]])
    assert set(steps) <= {1, 6}
    assert len(between) == sum(step - 1 for step in np.diff([index for index in late if index <= between[-1] + 1]))
    assert len(between) > 40
    assert scene.looked_from[1:] == scene.measured[:-1]
    assert not set(between) & set(scene.measured)
    assert find_errors(scene, followed).max() < 1e-6


def test_a_push_off_is_measured_in_every_frame_as_if_none_had_waited() -> None:
    points = film(Movement(rise=0.2), until_s=1.0, then=Movement(acceleration=6.0))
    scene = Scene(points)
    followed = list(scene.follow())
    between = [frame.frame.index for frame in followed if frame.is_between]
    assert 10 < len(between) < 40
    assert max(between) <= 60 + 6
    assert find_errors(scene, followed).max() < 6.0 * 0.1**2 * LENGTH
    assert {frame.frame.index for frame in followed if not frame.is_between} <= set(scene.measured)
    pairs = dict(zip(scene.measured, scene.looked_from, strict=True))
    assert all(pairs[index] == index - 1 for index in range(max(between) + 2, len(points)))


def test_frames_that_wait_are_measured_when_the_athlete_is_lost() -> None:
    scene = Scene(film(Movement(rise=0.2), until_s=1.2), unseen=range(50, 60))
    followed = list(scene.follow())
    last = max(frame.frame.index for frame in followed if frame.is_between)
    assert 30 < last < 50
    assert set(range(last + 1, 60)) <= set(scene.measured)
    assert [frame.frame.index for frame in followed if not frame.people] == list(range(50, 60))


def test_at_the_end_of_a_video_the_frames_that_wait_are_measured() -> None:
    scene = Scene(film(Movement(rise=0.2), until_s=0.92))
    followed = list(scene.follow())
    last = max(frame.frame.index for frame in followed if frame.is_between)
    assert 0 < len(followed) - 1 - last < 7
    assert set(range(last + 1, len(followed))) <= set(scene.measured)


@pytest.mark.parametrize("still_rate", ["often", "always"])
def test_a_stream_and_a_full_pass_measure_an_athlete_who_stands_up_in_every_frame(still_rate: StillRate) -> None:
    scene = Scene(film(Movement(rise=0.25), until_s=1.5))
    followed = list(scene.follow(still_rate=still_rate))
    assert not any(frame.is_between for frame in followed)
    assert set(scene.measured) == set(range(len(scene.points)))


@pytest.mark.parametrize(("pictures", "most"), [(1000, 5), (2, 2), (0, 0)])
def test_few_frames_wait(monkeypatch: pytest.MonkeyPatch, pictures: int, most: int) -> None:
    scene = Scene(film(Movement(rise=0.25), until_s=1.5))
    monkeypatch.setattr(follower, "_MOST_PIXELS", pictures * scene.frames[0].grey.size)
    asked, done, waiting = list[int](), 0, list[int]()
    for done, _ in enumerate(scene.follow(asked=asked)):
        waiting.append(len(asked) - done - 1)
    assert done == len(scene.points) - 1
    assert max(waiting) == most


def test_others_in_view_are_measured_too() -> None:
    points = film(Movement(rise=0.25), until_s=1.5)
    scene = Scene(points)
    apart = Region(np.array([5000.0, 0.0]), np.array([0.0, -1.0]), 100.0)
    index = {id(frame.image): frame.index for frame in scene.frames}
    athlete = Region(np.array([0.0, GROUND / 2]), np.array([0.0, -1.0]), 2 * LENGTH)

    def find(image: Image, region: Region) -> LandmarkResult:
        result = LandmarkResult(points[index[id(image)]], np.ones(33), 0.9, region, np.eye(2, 3), FootFeatures([], []))
        return result if region is athlete else replace(result, points=result.points + 5000)

    tracks = Tracks(detect=lambda _image: [athlete, apart], find_landmarks=find)
    followed = list(PeopleFollower(tracks, still_rate="rarely").follow(scene.frames))
    assert {len(frame.people) for frame in followed} == {2}
    assert not any(frame.is_between for frame in followed)
