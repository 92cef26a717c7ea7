"""Telling the legs of a runner apart by their rhythm: pose models take one for the other where they pass.

The distance between the legs does not care which is which, so it gives the rhythm of the steps; with it, the
difference of the legs must follow odd harmonics of the stride, and each frame's order is the one that does.
"""

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.left_right import LEG, swap_limb
from kinemotion.signals.interpolation import fill
from kinemotion.signals.periodic import Rhythm, rhythm

RUNNING_BAND_HZ = (2.0, 4.7)
"""Steps of running, 120 to 280 a minute."""
SLOWED_BAND_HZ = (0.5, 2.0)
"""Steps of walking, or of running in a slowed file."""
_STRIDE_BAND_HZ = (0.4, 2.4)
"""Strides looked for, 48 to 288 steps a minute: wider than running, so that a slowed file is seen as what it is."""
_ODD = (1, 3)


def legs_seen(sequence: PoseSequence) -> bool:
    """Whether every point of both legs was seen at some time."""
    return bool(np.isfinite(_legs(sequence)).all())


def step_rhythm(sequence: PoseSequence, *, band_hz: tuple[float, float]) -> Rhythm:
    """Frequency of the steps within a band, whichever leg is called left."""
    left, right = _legs(sequence)
    return rhythm(np.abs(left - right)[:, :, 0], sequence.time_s, band_hz=band_hz, count=2)


def stride_rhythm(motion: Motion) -> Rhythm:
    """Frequency of the strides of a body whose legs have been told apart."""
    hips = (motion.joint("left_hip") + motion.joint("right_hip")) / 2
    names = ("left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot_index", "right_foot_index")
    curves = np.concatenate([motion.joint(name) - hips for name in names], axis=1)
    return rhythm(curves, motion.time_s, band_hz=_STRIDE_BAND_HZ)


def separate_legs(sequence: PoseSequence, *, stride_hz: float) -> PoseSequence:
    """The sequence with each leg under its own name."""
    left, right = _legs(sequence)
    rows = _mistaken((left - right).reshape(len(sequence), -1), sequence.time_s, stride_hz=stride_hz)
    return swap_limb(sequence, rows=rows, parts=LEG)


def _legs(sequence: PoseSequence) -> tuple[Floats, Floats]:
    """Left and right leg's points relative to the hips (T, 4, 2), gaps filled."""
    hips = (sequence.point("left_hip") + sequence.point("right_hip")) / 2
    left, right = (
        fill(np.stack([sequence.point(f"{side}_{part}") - hips for part in LEG], axis=1), sequence.time_s)[0]
        for side in SIDES
    )
    return left, right


def _mistaken(apart: Floats, time_s: Floats, *, stride_hz: float) -> Bools:
    """Frames (T,) in which the legs' difference (T, C) fits the stride better with its sign changed.

    Signs and fit are found in turn from several starting phases; the best fit counts, and of its two mirror images the
    one that changes fewer frames.
    """
    phase = 2 * np.pi * stride_hz * time_s
    design = np.column_stack([wave(order * phase) for order in _ODD for wave in (np.cos, np.sin)])
    starts = [np.where(apart[:, 0] * np.cos(phase - shift) < 0, -1.0, 1.0) for shift in np.arange(0, np.pi, np.pi / 8)]
    sign, _ = min((_agreed(apart, design, sign=start) for start in starts), key=lambda found: found[1])
    return sign < 0 if (sign < 0).mean() <= 0.5 else sign > 0


def _agreed(apart: Floats, design: Floats, *, sign: Floats) -> tuple[Floats, float]:
    """Signs (T,) that agree with the fit they lead to, and the sum of squares it leaves."""
    model = np.zeros_like(apart)
    for _ in range(20):
        model = design @ np.linalg.lstsq(design, apart * sign[:, None], rcond=None)[0]
        agreed = np.where((apart * model).sum(axis=1) < 0, -1.0, 1.0)
        if np.array_equal(agreed, sign):
            break
        sign = agreed
    return sign, float(((apart * sign[:, None] - model) ** 2).sum())
