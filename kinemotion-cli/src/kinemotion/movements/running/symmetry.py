"""Difference between the left and the right steps of a run, and whether it is known which side is which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, measure_elapsed
from kinemotion.motion.metrics import Estimate, average_weighted, combine_errors
from kinemotion.motion.report import Doubt
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.movements.running.posture import find_side
from kinemotion.reconstruct.angles import find_facing

SideTime = tuple[Side, Estimate]
"""A time of one side, s."""
FollowedStance = tuple[Phase, Phase]
"""A stance, and the other foot's stance after it."""

_FEWEST_OF_A_SIDE = 2
"""Engineering limit: fewer steps of a side have no scatter."""
_TOLD_APART = 0.8
"""Engineering limit: share of the stances whose foot must be in front where it lands and behind where it leaves; legs
that are taken for each other show half."""
_CONTACTS_DIFFER = 0.03
"""Engineering limit: standard deviation of the difference between a runner's two contact times, as a share of them.
Girard et al. 2019, 10.3389/fspor.2019.00036, give a symmetry angle of 0.6 % for nine uninjured runners, which is a
difference of 1.9 %; this is half as much again, for runners who are less even."""
_SIDES_UNCERTAIN = Message(
    "sides_uncertain", "It is not certain which leg is left and which is right. Their difference is not measured."
)
_TOO_WIDE = 15.0
"""Engineering limit: an interval of an asymmetry that reaches further from its value, percent, says nothing. Uninjured
runners differ by a few percent."""
_UNCLEAR = Doubt(
    Message(
        "asymmetry_unclear",
        "The contacts of the left and the right leg are not clear enough to compare them. Film at 60 frames per second "
        "from the side, with both feet in even light.",
    ),
    cost=12.0,
)
"""Engineering limit: this cost leaves a film at 30 frames a second medium confidence, because the contacts behind it
serve other results too."""


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """How much the two legs of a run differ, percent of their mean; None where it cannot be measured."""

    contact_time: Estimate | None = None
    step_time: Estimate | None = None
    warnings: tuple[Message, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def compare_legs(
    motion: Motion, stances: Sequence[Phase], *, followed: Sequence[FollowedStance], shared: float
) -> Asymmetry:
    """Compare left and right where it is certain which leg is which and their contacts are clear."""
    if not are_sides_known(motion, stances):
        return Asymmetry(warnings=(_SIDES_UNCERTAIN,))
    return keep_clear(
        contact_time=estimate_contact_asymmetry(stances, shared=shared),
        step_time=estimate_step_asymmetry(followed, shared=shared),
    )


def keep_clear(*, contact_time: Estimate | None, step_time: Estimate | None) -> Asymmetry:
    """Leave out an asymmetry whose interval is too wide to be useful, and doubt the run for it."""
    unclear = any(one and _is_too_wide(one) for one in (contact_time, step_time))
    return Asymmetry(
        contact_time=None if contact_time and _is_too_wide(contact_time) else contact_time,
        step_time=None if step_time and _is_too_wide(step_time) else step_time,
        doubts=(_UNCLEAR,) if unclear else (),
    )


def _is_too_wide(asymmetry: Estimate) -> bool:
    low, high = asymmetry.interval
    return (high - low) / 2 > _TOO_WIDE


def are_sides_known(motion: Motion, stances: Sequence[Phase]) -> bool:
    """Return whether it is certain which leg of a run is the left one: each foot lands in front and leaves behind."""
    if "sides_uncertain" in motion.repairs:
        return False
    ahead = find_facing(motion) * (motion.joint("left_ankle") - motion.joint("right_ankle"))[:, 0]
    agrees = [
        sign * (1.0 if find_side(stance) == "left" else -1.0) * float(np.interp(time_s, motion.time_s, ahead)) > 0
        for stance in stances
        for time_s, sign in ((stance.start_s, 1.0), (stance.end_s, -1.0))
    ]
    return float(np.mean(agrees)) > _TOLD_APART


def estimate_contact_asymmetry(stances: Sequence[Phase], *, shared: float) -> Estimate | None:
    """Left minus right contact time over their mean, percent; None without two of each side.

    The two legs are seen from different sides: the error that all contacts of a leg share differs between the legs.
    """
    return _compare([(find_side(stance), stance.duration) for stance in stances], shared=np.sqrt(2.0) * shared)


def estimate_step_asymmetry(followed: Sequence[FollowedStance], *, shared: float) -> Estimate | None:
    """Left minus right step time over their mean, percent; None without two of each side.

    From touchdown to touchdown, as it is defined, and from toe-off to toe-off: the feet stand for about the same
    time, so the steps between toe-offs, which are seen better, say nearly the same. An instant of one leg that is late
    makes one leg's steps longer and the other's shorter, so it counts twice.
    """
    by_start: list[SideTime] = [
        (find_side(stance), measure_elapsed(stance.start, after.start)) for stance, after in followed
    ]
    by_end: list[SideTime] = [(find_side(stance), measure_elapsed(stance.end, after.end)) for stance, after in followed]
    landing, leaving = (_compare(steps, shared=2.0 * shared) for steps in (by_start, by_end))
    if landing is None or leaving is None:
        return None
    contact_s = float(np.median([stance.duration_s for stance, _ in followed]))
    step_s = float(np.median([time.value for _, time in by_start]))
    differ = 100.0 * 2.0 * _CONTACTS_DIFFER * contact_s / step_s
    return average_weighted((landing, Estimate(leaving.value, combine_errors(leaving.error, differ))))


def _compare(times: Sequence[SideTime], *, shared: float) -> Estimate | None:
    """Left minus right over their mean, percent; ``shared``: part of a time's error by which the sides may differ."""
    left, right = (_list_values(times, side) for side in SIDES)
    if min(left.size, right.size) < _FEWEST_OF_A_SIDE:
        return None
    middle = float(left.mean() + right.mean()) / 2
    scatter = float(np.hypot(left.std(ddof=1) / np.sqrt(left.size), right.std(ddof=1) / np.sqrt(right.size)))
    error = combine_errors(scatter, shared * float(np.median([time.error for _, time in times])))
    return Estimate(float(100 * (left.mean() - right.mean()) / middle), 100 * error / middle)


def _list_values(times: Sequence[SideTime], side: Side) -> Floats:
    """Return the times (N,) of one side, s."""
    return np.array([time.value for own, time in times if own == side])
