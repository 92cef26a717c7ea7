"""Contacts of a runner, told by the place of the feet: the front one lands, the rear one leaves.

Legs that pass are easily taken for each other, but not front for rear. A runner's foot glides in so flat that its
silhouette tells little of its landing, and nothing where a dark heel comes down on a dark belt: there the landmarks of
the foot, which stop sinking then, are a second witness.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact
from kinemotion.motion.poses import LEFT, RIGHT
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.contact_events import contact_between, find_landing, find_leaving
from kinemotion.reconstruct.event_timing import RUNNING, Instant
from kinemotion.reconstruct.foot_trajectories import Feet
from kinemotion.reconstruct.stance_detection import Foot, find_stances, first_rest, last_rest
from kinemotion.signals.sliding_window import around

_REAR, _FRONT = LEFT, RIGHT
"""Order of the feet once they are sorted by place."""
_STRIDE_M, _PASSES = 0.3, 3
"""Ankles that are often this far apart, and pass each other so many times, run."""
_OFTEN = 80
"""Percentile of the ankles' distance: a fifth of the time."""
_FASTEST_STEP_S = 0.22
_GLITCH_S = 0.07
"""Legs taken for each other for less than this long are overlooked."""


def runs(feet: Feet) -> bool:
    """Whether the feet stride and pass each other again and again."""
    return float(np.nanpercentile(feet.apart_m, _OFTEN)) > _STRIDE_M and len(_passings(feet)) >= _PASSES


def find_steps(feet: Feet) -> list[Contact]:
    """Contacts of a runner seen from the side.

    Between two passings of the legs the rear foot leaves and the front foot lands, once each; the foot that landed
    is the rear one after the next passing. A contact with an end that was overlooked is left out: only the first may
    begin, and only the last may end, outside the sequence.
    """
    placed, left_in_front = _by_place(feet)
    soles, ahead = placed.soles_m, placed.ahead_m
    rear, front = (placed.one(soles[:, k], ahead_m=ahead[:, k]) for k in (_REAR, _FRONT))
    heights = placed.landmarks_m("ankle", "heel", "foot_index")
    landmarks = placed.one(heights[:, _FRONT], ahead_m=ahead[:, _FRONT])
    passings = [-np.inf, *_passings(feet), np.inf]
    landings: list[Instant | None] = [None]
    leavings: list[Instant | None] = []
    votes, time_s = 0.0, feet.sequence.time_s
    for number, (start_s, end_s) in enumerate(pairwise(passings)):
        landings.append(_last_landing(front.between(start_s, end_s), landmarks=landmarks.between(start_s, end_s)))
        leavings.append(_first_leaving(rear.between(start_s, end_s)))
        votes += (-1) ** number * left_in_front[(time_s > start_s) & (time_s < end_s)].sum()
    sides = SIDES[::-1] if votes > 0 else SIDES
    return [
        contact_between(sides[number % 2], touchdown=touchdown, toeoff=toeoff)
        for number, (touchdown, toeoff) in enumerate(zip(landings, [*leavings, None], strict=True))
        if (touchdown or toeoff) and (touchdown or number == 0) and (toeoff or number == len(leavings))
    ]


def _last_landing(foot: Foot, *, landmarks: Foot) -> Instant | None:
    """Instant at which a foot that swings to the front comes to rest; None where that is not seen."""
    rests = [rest for rest in find_stances(foot) if np.isfinite(rest.begin_s)]
    rest = rests[-1] if rests else last_rest(foot)
    return find_landing(foot, landmarks, rest=rest, footwork=RUNNING) if rest else None


def _first_leaving(foot: Foot) -> Instant | None:
    """Instant at which a foot that rests in the rear leaves; None where that is not seen."""
    rest = first_rest(foot)
    return find_leaving(foot, rest=rest, footwork=RUNNING) if rest else None


def _passings(feet: Feet) -> list[float]:
    """Instants at which one leg passes the other, s: the middles of the times for which the ankles are near."""
    from scipy.signal import find_peaks  # noqa: PLC0415  (takes a third of a second to load, and jumps need it not)

    time_s = feet.sequence.time_s
    spacing = float(np.median(np.diff(time_s)))
    glitch = max(round(0.5 * _GLITCH_S / spacing), 1)
    calm = np.median(around(np.nan_to_num(feet.apart_m, nan=_STRIDE_M), reach=glitch), axis=1)
    steps = max(round(_FASTEST_STEP_S / spacing), 1)
    [_, dips] = find_peaks(-calm, distance=steps, prominence=0.5 * _STRIDE_M, width=0)
    middles = 0.5 * (dips["left_ips"] + dips["right_ips"])
    return [float(instant) for instant in np.interp(middles, np.arange(len(calm)), time_s)]


def _by_place(feet: Feet) -> tuple[Feet, Floats]:
    """The feet, the rear one as left and the front one as right; and 1 or -1 (T,) where left was in front."""
    ankles, sequence = feet.ankles_px * (feet.facing or 1.0), feet.sequence
    left_in_front = ankles[:, LEFT] > ankles[:, RIGHT]
    points, ground = sequence.points.copy(), sequence.ground.copy()
    points[left_in_front] = points[left_in_front][:, list(sequence.skeleton.mirror)]
    ground[left_in_front] = ground[left_in_front][:, ::-1]
    placed = replace(feet, sequence=replace(sequence, points=points, ground=ground))
    return placed, np.where(left_in_front, 1.0, -1.0)
