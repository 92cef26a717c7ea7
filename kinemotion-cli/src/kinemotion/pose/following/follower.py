"""Following people through the frames: in every frame while somebody moves, a few times a second while all are still.

To measure a frame is to run the pose model on it. Frames in which nobody has moved since the last measured one wait in
a short ring. When somebody moves, those of the frames that wait in which the movement starts are measured too. While
the only athlete stands up slowly after a landing, ten frames a second are measured, and the points of those between lie
on a straight line; when one of the ten shows anything else, all that wait are measured. It is causal: whether a frame
may wait is known from those before it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kinemotion.motion.frames import Frame
from kinemotion.pose.base import StillRate
from kinemotion.pose.following.standing_up import LandedAthlete
from kinemotion.pose.following.stillness import PeopleView
from kinemotion.pose.following.tracks import Track, Tracks

_PAUSES_S, _MOST_PASSED_OVER = (0.2, 0.4, 0.8), 24
"""Still people are measured again after this time, longer each time they have not moved, or after so many frames."""
_MOST_PIXELS = 12_500_000
"""Engineering limit: pixels of all pictures that wait, 19 MB as files store them. Of larger ones fewer wait: in those
before them nobody has moved, as far as the pictures show."""
_OFTEN_S = 0.09
"""Still people are measured again after this time where no frame may wait: every third of thirty frames a second."""
_BEFORE_S = 0.2
"""When the pictures show somebody move, the begin of the movement is looked for from so long before."""
_RISING_S = 0.09
"""An athlete who stands up slowly is measured again after this time: in every sixth of sixty frames a second."""
_UNSEEN_MOTION = 0.006
"""Share of the region's side by which the points of a still person may differ between two measured frames: about twice
their noise. More means a motion that the pictures do not show, such as white on white."""
_BEGUN_MOTION = 0.003
"""Share of the region's side, about the noise of the points: by more they differ where a movement has begun."""


@dataclass(frozen=True, slots=True)
class FollowedFrame:
    """One frame and its people."""

    frame: Frame
    people: Sequence[Track]
    held: Sequence[float] | None = None
    """If nobody has moved, the poses of the frame before are used again, and this is how much each person's picture has
    changed since then, grey levels. None in any other frame."""
    is_between: bool = False
    """Whether the people stand up slowly, and their points were found from the measured frames before and after."""


class PeopleFollower:
    """Finds the people of each frame; of people who stand still, only a few times a second."""

    def __init__(self, tracks: Tracks, *, still_rate: StillRate) -> None:
        """Say how often still people are measured; with "rarely", so is an athlete who stands up after a landing."""
        self._tracks = tracks
        self._still_rate = still_rate
        self._people: Sequence[Track] = ()
        self._measured_s = self._looked_s = float("-inf")
        self._measured: PeopleView | None = None
        self._last: PeopleView | None = None
        self._waiting: deque[FollowedFrame] = deque()
        self._passed_over = 0
        self._pauses = 0
        self._athlete = LandedAthlete()
        self._is_rising = False
        self._between: list[Frame] = []

    @property
    def is_passing_over(self) -> bool:
        """Whether the next frame is perhaps not measured."""
        return self._measured is not None or self._is_rising

    def follow(self, frames: Iterable[Frame]) -> Iterator[FollowedFrame]:
        """Yield each frame with its people, in order; only where still people are measured rarely do frames wait."""
        for frame in frames:
            changes = None if self._between else self._find_changes_of_still(frame)
            if changes is not None and self._is_pausing(frame):
                yield from self._pass_over(FollowedFrame(frame, self._people, changes))
            elif changes is not None:
                yield from self._measure_again(frame)
            elif self._is_between(frame):
                self._between.append(frame)
            elif self._between:
                yield from self._measure_rising(frame)
            else:
                yield from self._measure_moved(frame)
        yield from self._measure_all_between()
        yield from self._take_waiting()

    def _find_changes_of_still(self, frame: Frame) -> Sequence[float] | None:
        """Return the change of each person since the last frame; None where somebody has moved or is missed."""
        if self._measured is None or self._last is None:
            return None
        view = self._measured.repeat(frame.grey)
        if not view.is_still(self._measured):
            return None
        changes = view.measure_changes(self._last)
        self._last = view
        return changes

    def _is_pausing(self, frame: Frame) -> bool:
        """Return whether still people need not be measured in this frame yet."""
        pause_s = _PAUSES_S[min(self._pauses, len(_PAUSES_S) - 1)]
        return frame.time_s - self._measured_s < pause_s and self._passed_over < _MOST_PASSED_OVER

    def _pass_over(self, followed: FollowedFrame) -> Iterator[FollowedFrame]:
        """Keep the frame until it is known whether a movement begins in it, or yield it at once."""
        self._passed_over += 1
        if self._still_rate != "rarely":
            is_held = self._still_rate == "often" and followed.frame.time_s - self._looked_s < _OFTEN_S
            yield followed if is_held else self._look_again(followed)
            return
        self._waiting.append(followed)
        if len(self._waiting) * followed.frame.grey.size > _MOST_PIXELS:
            yield self._waiting.popleft()

    def _measure_moved(self, frame: Frame) -> Iterator[FollowedFrame]:
        """Measure people who may have moved; where they have, find out in which of the last frames that wait."""
        self._pauses = 0
        before, measured = self._people, self._measure(frame)
        waiting = self._take_waiting()
        late = [followed for followed in waiting if followed.frame.time_s >= frame.time_s - _BEFORE_S]
        yield from waiting[: len(waiting) - len(late)]
        yield from self._measure_between(late, before=before, after=measured.people)
        yield measured

    def _measure_again(self, frame: Frame) -> Iterator[FollowedFrame]:
        """Measure still people; where they have moved after all, find out in which of the frames that wait."""
        before, measured = self._people, self._measure(frame)
        still, waiting = _is_same_posture(before, measured.people), self._take_waiting()
        self._pauses = self._pauses + 1 if still else 0
        yield from waiting if still else self._measure_between(waiting, before=before, after=measured.people)
        yield measured

    def _is_between(self, frame: Frame) -> bool:
        """Return whether the athlete stands up, and this frame may wait until a later one is measured."""
        pixels = (len(self._between) + 1) * frame.grey.size
        is_early = frame.time_s - self._measured_s < _RISING_S
        return self._is_rising and not self._waiting and is_early and pixels <= _MOST_PIXELS

    def _measure_rising(self, frame: Frame) -> Iterator[FollowedFrame]:
        """Measure an athlete who stands up; where this shows something else, measure the frames that wait too."""
        before, start_s = self._people, self._measured_s
        after = self._look_again(FollowedFrame(frame, before)).people
        if not self._do_rise_on(after, frame.time_s):
            yield from self._measure_all_between()
            yield from self._measure_moved(frame)
            return
        between, self._between = self._between, []
        self._tracks.go_on(after, frame.time_s)
        measured = self._keep(frame, after)
        for waiting in between:
            share = (waiting.time_s - start_s) / (frame.time_s - start_s)
            people = [_interpolate(one, other, share=share) for one, other in zip(before, after, strict=True)]
            yield FollowedFrame(waiting, people, is_between=True)
        yield measured

    def _do_rise_on(self, people: Sequence[Track], time_s: float) -> bool:
        """Return whether the athlete was found again, and still stands up slowly."""
        is_found = all(new is not old for new, old in zip(people, self._people, strict=True))
        return is_found and self._remember(people, time_s).is_standing_up()

    def _remember(self, people: Sequence[Track], time_s: float) -> LandedAthlete:
        """Return what is known of the only athlete with this frame; nothing, if there are others or none."""
        is_alone = len(people) == 1 and not self._tracks.is_somebody_lost
        return self._athlete.then(time_s, people[0].landmarks.points) if is_alone else LandedAthlete()

    def _measure_all_between(self) -> Iterator[FollowedFrame]:
        """Measure the frames that wait for an athlete who stands up, as if none had waited."""
        between, self._between = self._between, []
        yield from map(self._measure, between)

    def _measure(self, frame: Frame) -> FollowedFrame:
        """Find the people."""
        return self._keep(frame, self._tracks.follow(frame.image, frame.time_s))

    def _keep(self, frame: Frame, people: Sequence[Track]) -> FollowedFrame:
        """Keep who was found where, and how they look if they may be passed over in the next frame."""
        before, self._people, self._passed_over = self._people, people, 0
        self._measured_s = self._looked_s = frame.time_s
        settled = not self._tracks.is_somebody_lost and _is_same_posture(before, people)
        regions = [track.region for track in people]
        self._measured = self._last = PeopleView.take(frame.grey, regions) if settled else None
        if self._still_rate == "rarely":
            self._athlete = self._remember(people, frame.time_s)
            self._is_rising = self._athlete.is_standing_up()
        frame.release_image()
        return FollowedFrame(frame, people)

    def _measure_between(
        self, waiting: Sequence[FollowedFrame], *, before: Sequence[Track], after: Sequence[Track]
    ) -> Iterator[FollowedFrame]:
        """Measure the middle one of the frames that wait, and so on in each half in which people have moved."""
        if not waiting or _is_same_posture(before, after, tolerance=_BEGUN_MOTION):
            yield from (replace(followed, people=before) for followed in waiting)
            return
        half = len(waiting) // 2
        middle = self._look_again(waiting[half])
        yield from self._measure_between(waiting[:half], before=before, after=middle.people)
        yield middle
        yield from self._measure_between(waiting[half + 1 :], before=middle.people, after=after)

    def _take_waiting(self) -> Sequence[FollowedFrame]:
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting

    def _look_again(self, followed: FollowedFrame) -> FollowedFrame:
        """Find the landmarks of people who have hardly moved in their last region.

        Their tracks do not change, so the other frames get the same result.
        """
        image, self._looked_s = followed.frame.image, followed.frame.time_s
        people = [self._tracks.look_again(image, track) for track in followed.people]
        followed.frame.release_image()
        return FollowedFrame(followed.frame, people)


def _is_same_posture(before: Sequence[Track], after: Sequence[Track], *, tolerance: float = _UNSEEN_MOTION) -> bool:
    """Return whether the same people are where they were, as far as noise shows."""
    numbers = [track.person for track in before]
    if not numbers or numbers != [track.person for track in after]:
        return False
    steps = (np.hypot(*(new.landmarks.points - old.landmarks.points).T) for old, new in zip(before, after, strict=True))
    return all(float(np.median(step)) < tolerance * track.region.side for step, track in zip(steps, after, strict=True))


def _interpolate(before: Track, after: Track, *, share: float) -> Track:
    """Return a person at this share of the way from one measured frame to another; a point is as sure as in both."""
    one, other = before.landmarks, after.landmarks
    points = one.points + share * (other.points - one.points)
    confidence = np.minimum(one.confidence, other.confidence)
    return replace(before, landmarks=replace(one, points=points, confidence=confidence))
