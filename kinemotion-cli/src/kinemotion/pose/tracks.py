"""Following several people: who is who from frame to frame, and when to look for somebody new."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Image
from kinemotion.pose.base import MOST_PEOPLE, PRESENT
from kinemotion.pose.landmarks import LandmarkResult
from kinemotion.pose.roi import Region

_SEARCH_EVERY_S = 0.5
_REMEMBERED_S = 1.0
"""How long a lost person is searched for and their number kept."""
_SAME_PLACE = 0.15
"""Two looks whose regions are nearer than this share of their side show one person."""
_NEAR = 0.5
"""A person found within this share of the region's side from where one was lost is that one."""


@dataclass(frozen=True, slots=True)
class Track:
    """One person and how they were last seen."""

    person: int
    seen_s: float
    look: LandmarkResult

    @property
    def region(self) -> Region:
        """Where the person is expected next."""
        return self.look.following

    def moved(self, look: LandmarkResult) -> float:
        """Mean distance of the points from the last look to this one, px."""
        return float(np.hypot(*(look.points - self.look.points).T).mean())


class Tracks:
    """The people in view, and those lost from view a moment ago."""

    def __init__(
        self, *, detect: Callable[[Image], list[Region]], look: Callable[[Image, Region], LandmarkResult]
    ) -> None:
        self._detect = detect
        self._look = look
        self._seen: list[Track] = []
        self._lost: list[Track] = []
        self._people = 0
        self._searched_s = float("-inf")

    def follow(self, image: Image, time_s: float) -> list[Track]:
        """The people in this picture, in the order of their numbers."""
        before = self._seen
        self._seen = self._continued(image, time_s)
        followed = {track.person for track in self._seen}
        missed = [track for track in (*self._lost, *before) if track.person not in followed]
        self._lost = [track for track in missed if time_s - track.seen_s <= _REMEMBERED_S]
        if self._search_is_due(time_s):
            self._search(image, time_s)
        self._seen.sort(key=lambda track: track.person)
        return self._seen

    def _continued(self, image: Image, time_s: float) -> list[Track]:
        """The people seen before that are seen again; where two runs end on one person, the steadier one goes on."""
        looks = [(track, self._look(image, track.region)) for track in self._seen]
        kept: list[Track] = []
        for track, look in sorted(looks, key=lambda pair: pair[0].moved(pair[1])):
            if look.score >= PRESENT and _elsewhere(look.following, kept):
                kept.append(Track(track.person, time_s, look))
        return kept

    def _search_is_due(self, time_s: float) -> bool:
        """Whether somebody is missed or has not been looked for in a while."""
        if len(self._seen) >= MOST_PEOPLE:
            return False
        return not self._seen or bool(self._lost) or time_s - self._searched_s >= _SEARCH_EVERY_S

    def _search(self, image: Image, time_s: float) -> None:
        """Add whoever the detector finds where nobody is followed yet."""
        self._searched_s = time_s
        for region in self._detect(image):
            if len(self._seen) == MOST_PEOPLE:
                return
            if not _elsewhere(region, self._seen):
                continue
            rough = self._look(image, region)
            if rough.score < PRESENT:
                continue
            look = self._look(image, rough.following)
            if look.score >= PRESENT and _elsewhere(look.following, self._seen):
                self._seen.append(Track(self._number(look.following), time_s, look))

    def _number(self, region: Region) -> int:
        """Number of the lost person nearest to the region, or a new one."""
        near = [track for track in self._lost if track.region.measure_distance(region) < _NEAR]
        if near:
            back = min(near, key=lambda track: track.region.measure_distance(region))
            self._lost.remove(back)
            return back.person
        self._people += 1
        return self._people - 1


def _elsewhere(region: Region, tracks: list[Track]) -> bool:
    """Whether nobody is followed in that place."""
    return all(region.measure_distance(track.region) > _SAME_PLACE for track in tracks)
