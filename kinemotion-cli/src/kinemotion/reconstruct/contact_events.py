"""The ends of a rest: when a foot meets the ground and when it leaves it, measured between frames."""

import numpy as np

from kinemotion.motion.body import Contact
from kinemotion.motion.events import Event
from kinemotion.motion.skeleton import Side
from kinemotion.reconstruct.event_timing import ContactModel, Instant, arrival, departure, fused
from kinemotion.reconstruct.stance_detection import Foot, FootStance

_REST_S, _AIR_S = 0.08, 0.07
"""Stretches on the ground and in the air, next to an instant, that are fitted; at least three frames of each."""
_ROUNDS = 3
"""Times an instant is sought, each time in the frames around the last answer."""


def contact_between(side: Side, *, touchdown: Instant | None, toeoff: Instant | None) -> Contact:
    """The contact of one foot between two instants."""
    return Contact(
        side,
        touchdown=touchdown and Event("touchdown", touchdown.time_s, touchdown.uncertainty_s, side),
        toeoff=toeoff and Event("toeoff", toeoff.time_s, toeoff.uncertainty_s, side),
    )


def find_landing(sole: Foot, landmarks: Foot, *, rest: FootStance, footwork: ContactModel) -> Instant | None:
    """Instant at which a rest begins, by the sole and by landmarks that stop sinking; None where it is not seen."""
    met = _measured(sole, rest, landing=True, footwork=footwork)
    stopped = _measured(landmarks, rest, landing=True, footwork=footwork)
    if met is None or stopped is None:
        return met
    error_s = float(np.hypot(stopped.uncertainty_s, footwork.landmarks_error_s))
    return fused(met, Instant(stopped.time_s, error_s))


def find_leaving(sole: Foot, *, rest: FootStance, footwork: ContactModel) -> Instant | None:
    """Instant at which a rest ends, by the sole; None where it is not seen."""
    return _measured(sole, rest, landing=False, footwork=footwork)


def _measured(foot: Foot, rest: FootStance, *, landing: bool, footwork: ContactModel) -> Instant | None:
    """Instant at which a rest begins or ends; None outside the sequence, or with too few frames next to it."""
    find, kind = (arrival, footwork.landing) if landing else (departure, footwork.leaving)
    found, near_s = None, rest.begin_s if landing else rest.end_s
    for _ in range(_ROUNDS):
        window = _window(foot, near_s, rest=rest, landing=landing)
        if window is None:
            break
        found = find(foot.time_s[window], foot.height_m[window], near_s=near_s, kind=kind)
        near_s = found.time_s
    return found


def _window(foot: Foot, near_s: float, *, rest: FootStance, landing: bool) -> slice | None:
    """Frames around an instant, none of them beyond the other end of the rest; None with too few on either side."""
    before, after = (_AIR_S, _REST_S) if landing else (_REST_S, _AIR_S)
    middle, first, last, begin, end = (
        int(frame)
        for frame in np.searchsorted(foot.time_s, (near_s, near_s - before, near_s + after, rest.begin_s, rest.end_s))
    )
    first, last = max(min(first, middle - 3), 0), min(max(last, middle + 3), len(foot.time_s))
    first, last = (first, min(last, end)) if landing else (max(first, begin), last)
    return slice(first, last) if min(middle - first, last - middle) >= 2 else None
