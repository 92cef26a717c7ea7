"""How tall free fall makes the athlete: a film that plays too fast makes everybody small, a slow one makes all tall."""

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.report import Doubt
from kinemotion.reconstruct.scale import measure_chain_px

_SURE = 2.0
"""Engineering limit: number of standard errors in favour of the stature before it is called small or tall."""
_SMALL_M, _TINY_M = 1.45, 1.3
"""Engineering limit: statures that most athletes above twelve years exceed, and that hardly any jumper stays below."""
_TALL_M, _GIANT_M = 2.0, 2.15
"""Engineering limit: statures that few athletes exceed, and hardly any."""
_LEAST_COST, _MOST_COST = 30.0, 55.0
"""Engineering limit: points taken from the score at the nearer and at the further one: medium and low confidence."""


def estimate_stature_m(motion: Motion) -> float:
    """Return the athlete's body height as the scale of the motion gives it, m."""
    return measure_chain_px(motion.joints, motion.skeleton) / motion.calibration.com.chain_share


def doubt_body_height(motion: Motion) -> tuple[Doubt, ...]:
    """Return the doubt about a trial in which free fall alone gives the scale, and makes the athlete small or tall."""
    if motion.scale.source != "gravity":
        return ()
    stature_m, share = estimate_stature_m(motion), _SURE * motion.scale.relative_uncertainty
    most_m, least_m = stature_m * (1 + share), stature_m * (1 - share)
    if most_m < _SMALL_M:
        message = Message(
            "small_by_free_fall",
            "The speed of the fall fits an athlete of only {stature_m:.2m}. If that is wrong, the video plays faster "
            "than real time. Give the body height with --athlete-height.",
            stature_m=stature_m,
        )
        return (Doubt(message, float(np.interp(most_m, [_TINY_M, _SMALL_M], [_MOST_COST, _LEAST_COST]))),)
    if least_m > _TALL_M:
        message = Message(
            "tall_by_free_fall",
            "The speed of the fall fits an athlete of {stature_m:.2m}. If that is wrong, the video plays slower than "
            "real time. Give the body height with --athlete-height.",
            stature_m=stature_m,
        )
        return (Doubt(message, float(np.interp(least_m, [_TALL_M, _GIANT_M], [_LEAST_COST, _MOST_COST]))),)
    return ()
