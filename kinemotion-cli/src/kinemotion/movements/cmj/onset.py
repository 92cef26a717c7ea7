"""The instant a countermovement begins, found from where the body is once it clearly sinks.

Force leaves body weight gradually: 80 ms pass until the centre of mass is a centimetre lower. A threshold would always
be late, and later for a slow start; so the start is extrapolated from the dip itself. The times at which a share of
the depth is reached are well measured, and dips resemble each other::

    onset = t(15 %) - 1.63 (t(50 %) - t(15 %))

The factor is that of smooth dips (rendered jumps, polynomials of least jerk). People may begin more gradually: in the
one real jump whose force was at hand it is 2.1, and the onset by force (body weight less five standard deviations of
the quiet stand) lies 50 ms before the one so found.
"""

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event
from kinemotion.movements.jumping import Stance
from kinemotion.signals.crossings import crossings

_SHALLOW, _DEEP, _FACTOR = 0.15, 0.5, 1.63
_BEFORE_S = 0.2
"""The athlete may already have sunk a little when last seen still."""
_ERROR_S = 0.022
"""Standard error on rendered jumps."""


def find_onset(motion: Motion, stance: Stance, *, lowest_s: float, lowest_m: float) -> Event | None:
    """The start of the countermovement; None where the body does not sink from its stand."""
    depth = stance.height_m - lowest_m
    dip = (motion.time_s >= stance.end_s - _BEFORE_S) & (motion.time_s <= lowest_s)
    reached = [
        _last(
            crossings(
                motion.com[dip, 1], motion.time_s[dip], level=stance.height_m - share * depth, direction="falling"
            )
        )
        for share in (_SHALLOW, _DEEP)
    ]
    shallow_s, deep_s = reached
    if depth <= 0 or shallow_s is None or deep_s is None:
        return None
    return Event("onset", shallow_s - _FACTOR * (deep_s - shallow_s), _ERROR_S)


def _last(instants: Floats) -> float | None:
    return float(instants[-1]) if len(instants) else None
