"""Whether seconds of the file are seconds: a file slowed k times shows bodies that fall with g/k².

Judged apart from the contacts, whose thresholds already believe in the clock: by the centre of mass while both soles
are well above the floor.
"""

import numpy as np

from kinemotion.errors import SlowMotion
from kinemotion.messages import Message
from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.metrics import Estimate
from kinemotion.reconstruct.scale import COM_NOISE_M, fall_scale, scale_by_stature
from kinemotion.reconstruct.stature import NOMINAL_STATURE_M
from kinemotion.signals.intervals import find_intervals

_ALOFT = 0.03
"""Both soles this far above the floor are in the air, body lengths (5 cm)."""
_FLOOR_QUANTILE = 0.9
"""The floor is where the lower sole is at this quantile, down the picture: what is seen below is shadow or flicker."""
_REAL_TIME = (0.55, 1.4)
"""Scale from free fall over scale from a stature of 1.72 m: people from 0.95 to 2.4 m, filmed in real time."""


def refuse_slow_motion(com_y_px: Floats, soles_y_px: Floats, *, time_s: Floats, measure_chain_px: float) -> None:
    """Nothing, where the fastest fall of the centre of mass is one in real time.

    Parameters
    ----------
    com_y_px
        (T,), px, y down.
    soles_y_px
        Lowest point of each foot (T, 2), px; NaN where unseen.
    time_s
        (T,), s.
    measure_chain_px
        Length of the body, see ``stature.chain_px``.

    Raises
    ------
    SlowMotion
        Where free fall would make the athlete a giant or a dwarf.
    """
    expected = scale_by_stature(NOMINAL_STATURE_M, measure_chain_px)
    for part in _aloft(soles_y_px, measure_chain_px):
        fallen = fall_scale(com_y_px[part], time_s[part], noise=COM_NOISE_M.scaled(1.0 / expected.value))
        if fallen is not None and 0 < np.argmin(com_y_px[part]) < part.stop - part.start - 1:
            _judge(fallen, expected=expected)


def _judge(fallen: Estimate, *, expected: Estimate) -> None:
    """Nothing, where a fall with its error may be one in real time."""
    low, high = ((fallen.value + sign * 2 * fallen.error) / expected.value for sign in (-1, 1))
    slowed = (fallen.value / expected.value) ** 0.5
    if low > _REAL_TIME[1]:
        raise SlowMotion(
            Message(
                "slow_motion",
                "The athlete falls about {times:.1f} times too slowly. The video is in slow motion.",
                times=slowed,
            )
        )
    if high < _REAL_TIME[0]:
        raise SlowMotion(
            Message(
                "sped_up",
                "The athlete falls about {times:.1f} times too fast. The video plays faster than real time.",
                times=1 / slowed,
            )
        )


def _aloft(soles_y_px: Floats, measure_chain_px: float) -> list[slice]:
    """Stretches with both soles well above the floor, with floor before and after them."""
    lower = np.fmax(soles_y_px[:, 0], soles_y_px[:, 1])
    seen = lower[np.isfinite(lower)]
    if not len(seen):
        return []
    aloft: Bools = np.quantile(seen, _FLOOR_QUANTILE) - lower > _ALOFT * measure_chain_px
    return [slice(first, last + 1) for first, last in find_intervals(aloft) if first > 0 and last + 1 < len(aloft)]
