"""Following several people: who is who from frame to frame, and when to look for somebody new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.base import MOST_PEOPLE, PRESENT
from kinemotion.pose.following.newcomers import Surroundings
from kinemotion.pose.landmarks import LandmarkResult
from kinemotion.pose.roi import Region

_SEARCH_EVERY_S, _SEARCH_AT_LEAST_S = 0.5, 4.0
"""While people are in view, somebody new is searched for at most so often, and so often where nothing changes. While
nobody is, each picture that differs from the one last searched is searched, and others as often as the first says."""
_LOOK_EVERY_S = 0.09
"""While people are in view, what changes around them is looked at no more often: in every sixth of sixty frames a
second."""
_REMEMBERED_S = 1.0
"""How long a lost person is searched for and their number kept."""
_SAME_PLACE = 0.15
"""Two results whose regions are nearer than this share of their side show one person."""
_NEAR = 0.5
"""A person found within this share of the region's side from where one was lost is that one."""


@dataclass(frozen=True, slots=True)
class Track:
    """One person and how they were last seen."""

    person: int
    seen_s: float
    landmarks: LandmarkResult

    @property
    def region(self) -> Region:
        """Where the person is expected next."""
        return self.landmarks.next_region

    def measure_step(self, landmarks: LandmarkResult) -> float:
        """Return the mean distance of the points from where they were last, px."""
        return float(np.hypot(*(landmarks.points - self.landmarks.points).T).mean())


class Tracks:
    """The people in view, and those lost from view a moment ago."""

    def __init__(
        self,
        *,
        detect: Callable[[Image], list[Region]],
        find_landmarks: Callable[[Image, Region], LandmarkResult],
    ) -> None:
        self._detect = detect
        self._find_landmarks = find_landmarks
        self._seen: list[Track] = []
        self._lost: list[Track] = []
        self._people = 0
        self._searched_s = self._looked_s = float("-inf")
        self._surroundings = Surroundings()

    @property
    def is_somebody_lost(self) -> bool:
        """Whether somebody was in view a moment ago."""
        return bool(self._lost)

    def follow(self, image: Image, time_s: float) -> list[Track]:
        """Find the people in this picture; return them in the order of their numbers."""
        before = self._seen
        self._seen = self._continue(image, time_s)
        followed = {track.person for track in self._seen}
        missed = [track for track in (*self._lost, *before) if track.person not in followed]
        self._lost = [track for track in missed if time_s - track.seen_s <= _REMEMBERED_S]
        if self._is_search_due(image, time_s):
            self._search(image, time_s)
        self._seen.sort(key=lambda track: track.person)
        return self._seen

    def look_again(self, image: Image, track: Track) -> Track:
        """Measure a person who has not moved in another picture; what is followed does not change."""
        landmarks = self._find_landmarks(image, track.region)
        return replace(track, landmarks=landmarks) if landmarks.score >= PRESENT else track

    def go_on(self, people: Sequence[Track], time_s: float) -> None:
        """Follow people on from where ``look_again`` has found all who are in view."""
        self._seen = [replace(track, seen_s=time_s) for track in people]

    def _continue(self, image: Image, time_s: float) -> list[Track]:
        """Find the people seen before again; where two tracks end on one person, the steadier one goes on."""
        found = [(track, self._find_landmarks(image, track.region)) for track in self._seen]
        kept: list[Track] = []
        for track, landmarks in sorted(found, key=lambda pair: pair[0].measure_step(pair[1])):
            if landmarks.score >= PRESENT and _is_free(landmarks.next_region, kept):
                kept.append(Track(track.person, time_s, landmarks))
        return kept

    def _is_search_due(self, image: Image, time_s: float) -> bool:
        """Return whether somebody is missed, or somebody new may have come since the last search."""
        if len(self._seen) >= MOST_PEOPLE:
            return False
        if self._lost:
            return True
        waited_s = time_s - self._searched_s
        soonest_s, latest_s = (_SEARCH_EVERY_S, _SEARCH_AT_LEAST_S) if self._seen else (0.0, _SEARCH_EVERY_S)
        if waited_s < soonest_s:
            return False
        return waited_s >= latest_s or self._is_anything_new(image, time_s)

    def _is_anything_new(self, image: Image, time_s: float) -> bool:
        """Return whether the picture has changed outside the people; soon after the last look it counts as the same."""
        if self._seen and time_s - self._looked_s < _LOOK_EVERY_S:
            return False
        self._looked_s = time_s
        return self._surroundings.have_changed(image, self._list_points())

    def _list_points(self) -> list[Floats]:
        return [track.landmarks.points for track in self._seen]

    def _search(self, image: Image, time_s: float) -> None:
        """Add each person whom the detector finds and who is not followed yet."""
        self._searched_s = time_s
        self._add_newcomers(image, time_s)
        self._surroundings.remember(image, self._list_points())

    def _add_newcomers(self, image: Image, time_s: float) -> None:
        for region in self._detect(image):
            if len(self._seen) == MOST_PEOPLE:
                return
            if not _is_free(region, self._seen):
                continue
            rough = self._find_landmarks(image, region)
            if rough.score < PRESENT:
                continue
            landmarks = self._find_landmarks(image, rough.next_region)
            if landmarks.score >= PRESENT and _is_free(landmarks.next_region, self._seen):
                self._seen.append(Track(self._choose_number(landmarks.next_region), time_s, landmarks))

    def _choose_number(self, region: Region) -> int:
        """Return the number of the lost person nearest to the region, or a new one."""
        near = [track for track in self._lost if track.region.measure_distance(region) < _NEAR]
        if near:
            back = min(near, key=lambda track: track.region.measure_distance(region))
            self._lost.remove(back)
            return back.person
        self._people += 1
        return self._people - 1


def _is_free(region: Region, tracks: list[Track]) -> bool:
    """Return whether nobody is followed in that region."""
    return all(region.measure_distance(track.region) > _SAME_PLACE for track in tracks)
