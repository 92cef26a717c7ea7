"""What the rise and fall of the body says of a run: that it is one, and whether it plays in real time.

A runner is lowest in mid-stance, where one leg passes the other, and highest where the legs are apart; who walks is
highest in mid-stance (Cavagna et al. 1977, 10.1152/ajpregu.1977.233.5.R243). With contact and flight times goes one
height of the bounce, by gravity. On a clock that is k times too fast it is k² times too small, while what is seen of
the bounce stays as it is.
"""

from math import hypot, log, sqrt

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import LOW_CONFIDENCE_COST, Doubt
from kinemotion.signals.periodic import build_harmonics

_IN_PHASE = 0.5
"""Engineering limit: cosine of the phase between the bounce and the distance of the legs; 0.91 to 0.99 in runs."""

_SURE, _LEAST = 2.5, 0.2
"""Engineering limit: natural logarithm of the ratio of the two heights, in standard errors and at least, that is sure.
Sound runs differ by up to 0.12, and with the stature given by up to 0.08; 1.25 times too fast is 0.45."""


def is_bounce_of_run(motion: Motion, *, stride_hz: float) -> bool:
    """Return whether the body is highest where the legs are apart."""
    apart = np.abs(motion.joint("left_ankle") - motion.joint("right_ankle"))[:, 0]
    curves = np.column_stack([apart, motion.com[:, 1]])
    design = build_harmonics(motion.time_s, 2.0 * stride_hz, count=1)
    legs, body = np.linalg.lstsq(design, curves, rcond=None)[0][2:].T
    return bool(legs @ body > _IN_PHASE * np.linalg.norm(legs) * np.linalg.norm(body))


def doubt_real_time(*, timed: Estimate | None, seen: Estimate) -> tuple[Doubt, ...]:
    """Return the doubt about a run whose bounce does not fit its times.

    Parameters
    ----------
    timed
        Rise and fall of the centre of mass in a step by contact and step time, m; None without a flight.
    seen
        The same as the picture shows it, m. Its error holds that of an unknown stature.
    """
    if timed is None or seen.value <= 0:
        return ()
    differs = log(timed.value / seen.value)
    error = hypot(timed.error / timed.value, seen.error / seen.value)
    if abs(differs) < max(_SURE * error, _LEAST):
        return ()
    times = sqrt(seen.value / timed.value)
    if times > 1:
        message = Message(
            "run_sped_up",
            "The body rises and falls by {seen_m:.1cm} in each step. For that the steps are too short: the video seems "
            "to play {times:.1f} times too fast. Use the original file from the camera, or check --athlete-height.",
            seen_m=seen.value,
            times=times,
        )
    else:
        message = Message(
            "run_slowed",
            "The body rises and falls by only {seen_m:.1cm} in each step. For that the steps are too long: the video "
            "seems to play {times:.1f} times too slowly. Use the original file from the camera, or check "
            "--athlete-height.",
            seen_m=seen.value,
            times=1 / times,
        )
    return (Doubt(message, LOW_CONFIDENCE_COST),)
