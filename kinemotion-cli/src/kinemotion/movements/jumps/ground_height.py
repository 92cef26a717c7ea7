"""How high the ground is on which an athlete stands: the floor, or a box."""

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact, Motion
from kinemotion.motion.events import Event
from kinemotion.motion.skeleton import SIDES

CLEARLY_HIGHER_M = 0.08
"""Engineering limit: soles this much higher stand on something. The lowest box is 10 cm; the floor's picture rises with
distance."""
_NEXT_TO_S = 0.03
"""Engineering limit: two feet that leave or land together do so within this time."""


def measure_sole_level(motion: Motion, contact: Contact, *, within_s: tuple[float, float] = (-np.inf, np.inf)) -> float:
    """Return the height of the sole in one contact, or in its part within a time, m; NaN where it is not seen."""
    start_s, end_s = max(contact.start_s, within_s[0]), min(contact.end_s, within_s[1])
    levels = motion.sole[(motion.time_s >= start_s) & (motion.time_s <= end_s), SIDES.index(contact.side), 1]
    seen = levels[np.isfinite(levels)]
    return float(np.median(seen)) if len(seen) else float("nan")


def find_boxes_left(motion: Motion, *, above_m: float, before_s: float) -> list[tuple[float, Event]]:
    """Level, m, and end of each stand on something clearly higher than a ground, that ended before an instant."""
    return [
        (level, contact.toeoff)
        for contact in motion.contacts
        if contact.toeoff is not None
        and contact.end_s < before_s
        and (level := measure_sole_level(motion, contact)) - above_m > CLEARLY_HIGHER_M
    ]


def measure_ground_level(motion: Motion, time_s: float, *, around_s: float = np.inf) -> float:
    """Return the height of the ground under both feet, m; NaN where no foot stands, see ``measure_ground_levels``."""
    levels = measure_ground_levels(motion, time_s, around_s=around_s)
    seen = levels[np.isfinite(levels)]
    return float(np.mean(seen)) if len(seen) else float("nan")


def measure_ground_levels(motion: Motion, time_s: float, *, around_s: float = np.inf) -> Floats:
    """Height of the left and right sole (2,), m, in contacts that begin, end or last at an instant; NaN without one.

    They differ on level ground too: what is nearer to the camera stands lower in the picture. ``around_s`` leaves out
    what lies further from the instant: a long stand drifts in the picture of a held camera.
    """
    levels = np.full(2, np.nan)
    for contact in motion.contacts:
        if contact.start_s - _NEXT_TO_S < time_s < contact.end_s + _NEXT_TO_S:
            level = measure_sole_level(motion, contact, within_s=(time_s - around_s, time_s + around_s))
            if np.isfinite(level):
                levels[SIDES.index(contact.side)] = level
    return levels
