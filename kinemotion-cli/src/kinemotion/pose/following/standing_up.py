"""Whether the athlete stands up slowly after a landing, by the landmarks of the last second and a half.

Nothing that is measured happens then: the feet rest, and the body rises more slowly than in a push-off. The answer
for a frame needs no later one.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.skeleton import BLAZEPOSE

_LANDED_WITHIN_S = 1.5
"""The landing is looked for in this time; so long, at most, standing up lasts."""
_LANDING_SPEED = 0.5
"""Body lengths a second at which the feet fall before a landing, about 0.9 m/s, which is a fall of 4 cm. In a
countermovement only the hips fall."""
_AFTER_LOWEST_S = 0.15
"""Time since the hips were lowest. After it the push-off of a drop jump is faster than the limit below."""
_FEET_REST_S, _FEET_REST = 0.25, 0.07
"""Both feet stay within this share of the body's length for so long. Noise of hidden feet reaches 0.06, a step 0.2.
In a run or while skipping they never do."""
_SPEED_OVER_S = 0.09
"""Speeds are means over about this time, so that noise of the points is no speed."""
_FASTEST_RISE, _FASTEST_SINK = 0.5, 0.15
"""Body lengths a second within which the hips move. Athletes who stand up reach 0.4; the push-off of a jump of 10 cm
reaches 1.1, and a countermovement sinks at 0.4 and more."""

_INDEX = BLAZEPOSE.index
_HEAD = [_INDEX["nose"]]
_HIPS = [_INDEX["left_hip"], _INDEX["right_hip"]]
_ANKLES = [_INDEX["left_ankle"], _INDEX["right_ankle"]]
_FEET = [_INDEX[f"{side}_{part}"] for side in ("left", "right") for part in ("heel", "foot_index")]


@dataclass(frozen=True, slots=True)
class _Posture:
    """What is kept of one frame, px, y down."""

    time_s: float
    length: float
    """From the head to the ankles."""
    hips_y: float
    feet: Floats
    """Heels and toes (4, 2)."""

    @classmethod
    def of(cls, time_s: float, points: Floats) -> Self:
        head, hips, ankles = (points[rows].mean(axis=0) for rows in (_HEAD, _HIPS, _ANKLES))
        return cls(time_s, float(np.hypot(*(head - ankles))), float(hips[1]), points[_FEET])


@dataclass(frozen=True, slots=True)
class LandedAthlete:
    """One person in the frames that were measured in the last second and a half."""

    past: tuple[_Posture, ...] = ()

    def then(self, time_s: float, points: Floats) -> Self:
        """Return the same with the points (33, 2), px, of the next frame that was measured."""
        past = (posture for posture in self.past if time_s - posture.time_s <= _LANDED_WITHIN_S)
        return type(self)((*past, _Posture.of(time_s, points)))

    def is_standing_up(self) -> bool:
        """Return whether, in the last frame, the athlete has landed, stands with both feet and rises slowly."""
        if len(self.past) < 2:
            return False
        time_s = np.array([posture.time_s for posture in self.past])
        hips_y = np.array([posture.hips_y for posture in self.past])
        feet = np.array([posture.feet for posture in self.past])
        length = max(posture.length for posture in self.past)
        ago_s = time_s[-1] - time_s
        landed = _find_landing(time_s, feet[..., 1].mean(axis=1) / length)
        if landed is None or ago_s[landed] < _FEET_REST_S:
            return False
        lowest = landed + int(np.argmax(hips_y[landed:]))
        return bool(
            ago_s[lowest] >= _AFTER_LOWEST_S
            and _measure_reach(feet[ago_s <= _FEET_REST_S]) < _FEET_REST * length
            and -_FASTEST_RISE < _find_speeds(time_s, hips_y / length)[-1] < _FASTEST_SINK
        )


def _find_speeds(time_s: Floats, places: Floats) -> Floats:
    """Return the mean speed of places (N,) just before each time, per second; of shorter times at the begin."""
    earlier = np.searchsorted(time_s, time_s - _SPEED_OVER_S, side="right") - 1
    earlier = np.minimum(earlier.clip(0), np.arange(len(time_s)) - 1).clip(0)
    passed_s = time_s - time_s[earlier]
    return np.divide(places - places[earlier], passed_s, out=np.zeros(len(places)), where=passed_s > 0)


def _find_landing(time_s: Floats, feet_y: Floats) -> int | None:
    """Return the last frame in which the feet fell fast, given their height (N,), body lengths, y down."""
    falling = np.flatnonzero(_find_speeds(time_s, feet_y) > _LANDING_SPEED)
    return int(falling[-1]) if len(falling) else None


def _measure_reach(feet: Floats) -> float:
    """Return within what distance, px, the two points of a foot (N, 4, 2) stay; of the foot that moves more."""
    points = np.hypot(*np.ptp(feet, axis=0).T)
    return float(max(points[:2].mean(), points[2:].mean()))
