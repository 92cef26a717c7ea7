"""The places in the picture of the people with trials."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import FramePoses

_THIRDS = (1 / 3, 2 / 3)
"""Engineering limit: shares of the picture's width at which left, middle and right meet."""
_MOST_PEOPLE = 100
"""Engineering limit: people whose places are remembered; they bound the memory of a stream."""


@dataclass(slots=True)
class _Place:
    """The places of one person so far, px."""

    total_px: float = 0.0
    frames: int = 0


class PeopleWatcher:
    """Notes where everybody is in the frames of a clip."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}

    def push(self, frame: FramePoses) -> None:
        """Note everybody in the frame."""
        for pose in frame.people:
            if pose.person in self._places or len(self._places) < _MOST_PEOPLE:
                middle_px = _find_middle(pose.points[:, 0])
                place = self._places.setdefault(pose.person, _Place())
                place.total_px += middle_px
                place.frames += 1

    def describe(self, people: Iterable[int], *, width_px: float) -> Message | None:
        """Say where each of several people is; None where there are fewer than two or the width is unknown."""
        known = [number for number in sorted(set(people)) if number in self._places]
        if len(known) < 2 or width_px <= 0:
            return None
        middles = {number: self._places[number].total_px / self._places[number].frames for number in known}
        listed, *others = (
            _describe_place(number, middles[number] / width_px) for number in sorted(known, key=middles.__getitem__)
        )
        for other in others:
            listed = Message("listed", "{first}, {next}", first=listed, next=other)
        return Message(
            "several_athletes",
            "The video shows {count} athletes: {people}. Choose one with --person.",
            count=len(known),
            people=listed,
        )


def _find_middle(values: Floats) -> float:
    """Return the mean of the values that are known; where all are, `np.nanmean` takes eight times as long."""
    middle = float(values.mean())
    return float(np.nanmean(values)) if isnan(middle) else middle


def _describe_place(number: int, share: float) -> Message:
    """Say in which third of the picture a person is."""
    if share < _THIRDS[0]:
        return Message("person_on_the_left", "person {number} on the left", number=number)
    if share > _THIRDS[1]:
        return Message("person_on_the_right", "person {number} on the right", number=number)
    return Message("person_in_the_middle", "person {number} in the middle", number=number)
