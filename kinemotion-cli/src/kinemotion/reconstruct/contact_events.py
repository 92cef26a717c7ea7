"""Both ends of a stance, measured between frames: when a foot meets the ground and when it leaves it."""

import numpy as np

from kinemotion.motion.body import Contact
from kinemotion.motion.events import Event
from kinemotion.motion.skeleton import Side
from kinemotion.reconstruct.event_timing import (
    ContactPriors,
    Instant,
    SoleMotionPrior,
    fit_toeoff,
    fit_touchdown,
    fuse_instants,
)
from kinemotion.reconstruct.stance_detection import FootStance, FootTrajectory

_GROUND_S, _AIR_S = 0.08, 0.07
"""Engineering limit: time on the ground and in the air, next to an instant, that is fitted."""
_FEWEST_EACH_SIDE, _WANTED_EACH_SIDE = 2, 3
"""Engineering limit: frames on either side of an instant, at least and where there are more."""
_ROUNDS = 3
"""Engineering limit: times that an instant is searched for, each time in the frames around the last result."""


def make_contact(side: Side, *, touchdown: Instant | None, toeoff: Instant | None) -> Contact:
    """Return the contact of one foot between two instants."""
    return Contact(
        side,
        touchdown=touchdown and Event("touchdown", touchdown.time_s, touchdown.uncertainty_s, side),
        toeoff=toeoff and Event("toeoff", toeoff.time_s, toeoff.uncertainty_s, side),
    )


def find_touchdown(
    sole: FootTrajectory, landmarks: FootTrajectory, *, stance: FootStance, priors: ContactPriors
) -> Instant | None:
    """Find when a stance begins, by the sole and by landmarks that stop sinking; None where it is not seen."""
    by_sole = _fit(sole, stance, landing=True, prior=priors.touchdown)
    if by_sole is None:
        return None
    corrected = Instant(by_sole.time_s - priors.errors.touchdown_offset_s, by_sole.uncertainty_s)
    by_landmarks = find_touchdown_by_landmarks(landmarks, stance=stance, priors=priors)
    return corrected if by_landmarks is None else fuse_instants(corrected, by_landmarks)


def find_touchdown_by_landmarks(
    landmarks: FootTrajectory, *, stance: FootStance, priors: ContactPriors
) -> Instant | None:
    """Find when a stance begins, by landmarks alone; None where it is not seen."""
    found = _fit(landmarks, stance, landing=True, prior=priors.touchdown_by_landmarks)
    return found and Instant(found.time_s - priors.errors.landmarks_offset_s, found.uncertainty_s)


def find_toeoff(sole: FootTrajectory, *, stance: FootStance, priors: ContactPriors) -> Instant | None:
    """Find when a stance ends, by the sole; None where it is not seen."""
    toeoff = _fit(sole, stance, landing=False, prior=priors.toeoff)
    return toeoff and Instant(toeoff.time_s - priors.errors.toeoff_offset_s, toeoff.uncertainty_s)


def _fit(foot: FootTrajectory, stance: FootStance, *, landing: bool, prior: SoleMotionPrior) -> Instant | None:
    """Fit the instant at which a stance begins or ends; None outside the sequence, or with too few frames beside it."""
    fit = fit_touchdown if landing else fit_toeoff
    found, near_s = None, stance.start_s if landing else stance.end_s
    for _ in range(_ROUNDS):
        window = _choose_frames(foot, near_s, stance=stance, landing=landing)
        if window is None:
            break
        found = fit(foot.time_s[window], foot.height_m[window], near_s=near_s, prior=prior)
        near_s = found.time_s
    return found


def _choose_frames(foot: FootTrajectory, near_s: float, *, stance: FootStance, landing: bool) -> slice | None:
    """Return frames around an instant, none beyond the other end of the stance; None with too few on either side."""
    before, after = (_AIR_S, _GROUND_S) if landing else (_GROUND_S, _AIR_S)
    edges = (near_s, near_s - before, near_s + after, stance.start_s, stance.end_s)
    middle, first, last, start, end = (int(frame) for frame in np.searchsorted(foot.time_s, edges))
    first = max(min(first, middle - _WANTED_EACH_SIDE), 0)
    last = min(max(last, middle + _WANTED_EACH_SIDE), len(foot.time_s))
    first, last = (first, min(last, end)) if landing else (max(first, start), last)
    return slice(first, last) if min(middle - first, last - middle) >= _FEWEST_EACH_SIDE else None
