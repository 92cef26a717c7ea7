"""The instant a countermovement begins, found from where the body is once it clearly sinks.

Force leaves body weight gradually, so the centre of mass leaves its stand with the third power of time: 80 ms pass
until it is a centimetre lower. A threshold would always be late; the start is extrapolated instead::

    height = stand - c3 (t - t0)³ - c4 (t - t0)⁴        for t > t0
"""

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event
from kinemotion.movements.jumping import Stance
from kinemotion.signals.crossings import crossings

_DIP_SHARE = 0.45
"""Part of the dip's depth that is fitted: about to the peak velocity."""
_STAND_S = 0.6
"""Stretch before that is fitted along with it."""
_LONGEST_S, _STEP_S = 0.6, 0.002
"""How far back from there the start is looked for, and how finely."""
_ERROR_S = 0.024
"""Standard error on rendered jumps: the arms move first, and the landmarks' error changes with them."""


def find_onset(motion: Motion, stance: Stance, *, lowest_s: float, lowest_m: float) -> Event | None:
    """The start of the countermovement; None where the body does not sink from its stand."""
    time_s, height = motion.time_s, motion.com[:, 1]
    level = stance.height_m - _DIP_SHARE * (stance.height_m - lowest_m)
    dip = (time_s >= stance.end_s) & (time_s <= lowest_s)
    sunk = crossings(height[dip], time_s[dip], level=level, direction="falling")
    if not len(sunk):
        return None
    fitted = (time_s > sunk[-1] - _LONGEST_S - _STAND_S) & (time_s <= sunk[-1])
    starts = np.arange(max(sunk[-1] - _LONGEST_S, float(time_s[0])), sunk[-1] - 3 * _STEP_S, _STEP_S)
    misfits = [_misfit(time_s[fitted] - start, height[fitted]) for start in starts]
    return Event("onset", float(starts[int(np.argmin(misfits))]), _ERROR_S)


def _misfit(since_s: Floats, height_m: Floats) -> float:
    """Sum of squared distances from the best curve that starts at 0."""
    sinking = np.maximum(since_s, 0.0)
    design = np.column_stack([np.ones_like(sinking), sinking**3, sinking**4])
    coefficients = np.linalg.lstsq(design, height_m, rcond=None)[0]
    return float(((height_m - design @ coefficients) ** 2).sum())
