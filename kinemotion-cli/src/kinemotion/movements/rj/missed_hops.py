"""Hops of a series that may have been missed: contacts that are longer than the others by whole hops.

Most times from take-off to take-off of a series are alike. A time of two or three usual ones has two possible reasons:
hops were missed in it, or the athlete rested for just so long. So no hop is added. The contact is not measured, the
interval of the rate holds both, and confidence falls.
"""

from collections.abc import Sequence

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.events import measure_elapsed
from kinemotion.motion.metrics import Z_95, Estimate, combine_errors, divide
from kinemotion.motion.report import Doubt
from kinemotion.movements.jumps.jump_height import FusedFlight

_FEWEST_TIMES = 5
"""Engineering limit: fewer times from take-off to take-off show no rhythm."""
_EVEN = 0.1
"""Engineering limit: median deviation of these times from their median, as a share of it; up to it they are alike."""
_NEAR_WHOLE = 0.15
"""Engineering limit: distance from a whole number of usual times, as a share of a usual time, within which hops fit."""
MISSED = Doubt(
    Message(
        "hops_missed",
        "Some contacts are one jump longer than the others. A jump in them may have been missed. They are not "
        "measured, and the rate of the jumps allows for both.",
    ),
    cost=12.0,
)
"""Engineering limit: this cost leaves a series at 30 frames a second medium confidence."""


def count_missed_hops(flights: Sequence[FusedFlight]) -> tuple[int, ...]:
    """Return how many hops may have been missed before each flight; 0 where none was."""
    times_s = np.diff([flight.takeoff.time_s for flight in flights])
    if len(times_s) < _FEWEST_TIMES:
        return (0,) * len(flights)
    usual_s = float(np.median(times_s))
    shares = times_s / usual_s
    if float(np.median(np.abs(shares - 1.0))) > _EVEN:
        return (0,) * len(flights)
    whole = np.round(shares)
    missed = np.where(np.abs(shares - whole) < _NEAR_WHOLE, whole - 1.0, 0.0)
    return (0, *(int(number) for number in np.maximum(missed, 0.0)))


def measure_rate(flights: Sequence[FusedFlight], *, missed: int) -> Estimate:
    """Return the jumps per minute, from the first take-off to the last, where so many more may have been missed."""
    elapsed = measure_elapsed(flights[0].takeoff, flights[-1].takeoff)
    rate = divide(Estimate(60.0 * (len(flights) - 1 + missed / 2), 0.0), elapsed)
    either = 60.0 * (missed / 2) / elapsed.value / Z_95
    return Estimate(rate.value, combine_errors(rate.error, either))
