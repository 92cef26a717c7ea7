"""Contacts of a runner, found by the place of the feet: the front foot lands, the rear foot leaves.

A model easily takes crossing legs for each other, but never front for rear. A runner's foot glides in so flat that its
silhouette shows little of its touchdown, nothing where a dark heel comes down on a dark belt, and too early a one where
a shadow joins the sole. The landmark of the heel, which stops sinking then, is a second measurement. It does so however
the foot lands: the toes go on sinking after a heel strike.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact
from kinemotion.motion.poses import LEFT, RIGHT
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.contact_events import find_toeoff, find_touchdown, find_touchdown_by_landmarks, make_contact
from kinemotion.reconstruct.event_timing import ContactPriors, Instant
from kinemotion.reconstruct.stance_detection import (
    BothFeet,
    FootTrajectory,
    find_stance_after_highest,
    find_stance_before_highest,
    find_stances,
)
from kinemotion.signals.peaks import find_peak_middles
from kinemotion.signals.sliding_window import gather_neighbours

_REAR, _FRONT = LEFT, RIGHT
"""Order of the feet once they are sorted by place."""
_STRIDE_M = 0.3
"""Engineering limit: distance of the ankles in the slowest stride; crossing legs come nearer by half of it."""
_SHORTEST_STEP_S = 0.17
"""Engineering limit: two crossings of the legs are further apart than this."""
_GLITCH_S = 0.07
"""Engineering limit: legs that are taken for each other for less than this long are ignored."""
_LEAST_STEP = 0.6
"""Engineering limit: least length of a step, as a share of the usual one."""
_OUT_OF_STEP = 0.2
"""Engineering limit: share of a step by which an instant may come earlier or later after the legs have crossed than the
others do; more is a misread contact."""
_FEWEST_TO_COMPARE = 3
"""Engineering limit: fewer steps have no usual delay."""


def find_running_contacts(feet: BothFeet, *, priors: ContactPriors) -> list[Contact]:
    """Find the contacts of a runner seen from the side.

    Between two crossings of the legs the rear foot leaves and the front foot lands, once each. The foot that landed is
    the rear one after the next crossing. A contact with an end that was not found is left out: only the first may begin
    outside the sequence, and only the last may end outside it.
    """
    placed, left_in_front = _sort_by_place(feet)
    soles, ahead = placed.soles_m, placed.ahead_m
    rear, front = (placed.trajectory(soles[:, k], ahead_m=ahead[:, k]) for k in (_REAR, _FRONT))
    heel = placed.trajectory(placed.landmarks_m("heel")[:, _FRONT], ahead_m=ahead[:, _FRONT])
    windows = list(pairwise([-np.inf, *_find_leg_crossings(feet), np.inf]))

    def find_landing(start_s: float, end_s: float) -> Instant | None:
        return _find_landing(front.between(start_s, end_s), heel=heel.between(start_s, end_s), priors=priors)

    def find_leaving(start_s: float, end_s: float) -> Instant | None:
        return _find_leaving(rear.between(start_s, end_s), priors=priors)

    landings = [None, *_find_in_step(find_landing, windows, look_from=True)]
    leavings = _find_in_step(find_leaving, windows, look_from=False)
    time_s = feet.sequence.time_s
    votes = sum(
        (-1) ** number * left_in_front[(time_s > start_s) & (time_s < end_s)].sum()
        for number, (start_s, end_s) in enumerate(windows)
    )
    sides = SIDES[::-1] if votes > 0 else SIDES
    return [
        make_contact(sides[number % 2], touchdown=touchdown, toeoff=toeoff)
        for number, (touchdown, toeoff) in enumerate(zip(landings, [*leavings, None], strict=True))
        if (touchdown or toeoff) and (touchdown or number == 0) and (toeoff or number == len(leavings))
    ]


def _find_in_step(
    find: Callable[[float, float], Instant | None], windows: Sequence[tuple[float, float]], *, look_from: bool
) -> list[Instant | None]:
    """Find one instant in each window between two crossings of the legs, or None.

    In a run every step is like its neighbours. An instant that comes much earlier or later after the crossing than the
    others is looked for again near the usual delay (``look_from``: in the frames from there on, else in those until
    there). What is still out of step was misread, and is left out.
    """
    found = [find(start_s, end_s) for start_s, end_s in windows]
    starts_s = np.array([start_s for start_s, _ in windows])
    delays_s = np.array([np.nan if instant is None else instant.time_s for instant in found]) - starts_s
    known = np.isfinite(delays_s)
    if known.sum() < _FEWEST_TO_COMPARE:
        return found
    usual_s, reach_s = float(np.median(delays_s[known])), _OUT_OF_STEP * float(np.median(np.diff(starts_s[1:])))
    for number, (start_s, end_s) in enumerate(windows):
        if not np.isfinite(start_s) or abs(delays_s[number] - usual_s) < reach_s:
            continue
        near_s = start_s + usual_s
        again = find(near_s - reach_s, end_s) if look_from else find(start_s, min(near_s + 2 * reach_s, end_s))
        found[number] = again if again and abs(again.time_s - near_s) < reach_s else None
    return found


def _find_landing(foot: FootTrajectory, *, heel: FootTrajectory, priors: ContactPriors) -> Instant | None:
    """Find when a foot that swings to the front comes to rest, by its heel alone where the sole shows no landing."""
    stances = [stance for stance in find_stances(foot) if np.isfinite(stance.start_s)]
    stance = stances[-1] if stances else find_stance_after_highest(foot)
    if stance is None:
        stop = find_stance_after_highest(heel)
        return find_touchdown_by_landmarks(heel, stance=stop, priors=priors) if stop else None
    return find_touchdown(foot, heel, stance=stance, priors=priors)


def _find_leaving(foot: FootTrajectory, *, priors: ContactPriors) -> Instant | None:
    """Find when a foot that rests in the rear leaves; None where that is not seen."""
    stance = find_stance_before_highest(foot)
    return find_toeoff(foot, stance=stance, priors=priors) if stance else None


def _find_leg_crossings(feet: BothFeet) -> list[float]:
    """Find when one leg passes the other, s: the middles of the times for which the ankles are near.

    Every step is about as long as the others: what comes too early is no crossing, and where steps of the usual length
    fit between two crossings, the ones between were hidden.
    """
    crossings_s = _find_times_near(feet, apart_s=_SHORTEST_STEP_S)
    if len(crossings_s) < _FEWEST_TO_COMPARE:
        return crossings_s
    crossings_s = _find_times_near(feet, apart_s=_LEAST_STEP * float(np.median(np.diff(crossings_s))))
    step_s = float(np.median(np.diff(crossings_s)))
    whole = [np.linspace(*pair, max(round((pair[1] - pair[0]) / step_s), 1) + 1)[1:] for pair in pairwise(crossings_s)]
    return [crossings_s[0], *(float(instant) for part in whole for instant in part)]


def _find_times_near(feet: BothFeet, *, apart_s: float) -> list[float]:
    """Find the middles of the times for which the ankles are near, s, at least so far apart."""
    time_s = feet.sequence.time_s
    spacing = float(np.median(np.diff(time_s)))
    glitch = max(round(0.5 * _GLITCH_S / spacing), 1)
    calm = np.median(gather_neighbours(np.nan_to_num(feet.ankle_distance_m, nan=_STRIDE_M), reach=glitch), axis=1)
    steps = max(round(apart_s / spacing), 1)
    middles = find_peak_middles(-calm, distance=steps, prominence=0.5 * _STRIDE_M)
    return [float(instant) for instant in np.interp(middles, np.arange(len(calm)), time_s)]


def _sort_by_place(feet: BothFeet) -> tuple[BothFeet, Floats]:
    """Return the feet, the rear one as left and the front one as right; and 1 or -1 (T,) where left was in front."""
    ankles, sequence = feet.ankles_px * (feet.facing or 1.0), feet.sequence
    left_in_front = ankles[:, LEFT] > ankles[:, RIGHT]
    points, ground = sequence.points.copy(), sequence.ground.copy()
    points[left_in_front] = points[left_in_front][:, list(sequence.skeleton.mirror)]
    ground[left_in_front] = ground[left_in_front][:, ::-1]
    placed = replace(feet, sequence=replace(sequence, points=points, ground=ground))
    return placed, np.where(left_in_front, 1.0, -1.0)
