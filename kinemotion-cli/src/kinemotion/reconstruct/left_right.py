"""Left stays left: limbs that the pose model took for each other are put back.

Jumpers' limbs bend least from straight lines when each keeps its own name. Runners' legs follow the rhythm of the
stride: the distance between the legs does not depend on which is which, so it gives the rhythm of the steps. With it,
the difference of the legs must follow odd harmonics of the stride, and each frame's order is the one that does.
"""

from collections.abc import Sequence

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.signals.interpolation import fill_gaps
from kinemotion.signals.periodic import Rhythm, find_leads, find_rhythm

LEG = ("knee", "ankle", "heel", "foot_index")
ARM = ("elbow", "wrist", "pinky", "index", "thumb")
_CLEAR = 0.35
"""Engineering limit: a change of order must save more than this share of the limbs' usual distance from each other."""
_DOUBT = 0.05
"""Engineering limit: share of the limbs' distance that every swapped frame must save; swaps are brief."""
_RUNNING_BAND_HZ = (2.0, 8.0)
"""Engineering limit: steps of running, 120 to 480 a minute; the fastest sprinters take 300. Wider than running, so that
a file that plays too fast is recognised, and not taken for a run at half the pace."""
_SLOWED_BAND_HZ = (0.25, 2.0)
"""Engineering limit: steps of walking, or of running in a file that is slowed up to ten times."""
_FEWEST_SLOWED = 4
"""Engineering limit: steps of such a run that must be in view; fewer are no rhythm."""
_RHYTHMIC = 0.4
"""Engineering limit: least share of the legs' motion that the rhythm of the steps must explain."""
_CLEARLY_RHYTHMIC = 0.75
"""Engineering limit: the same for steps that are too slow for running, so that only a slowed run is called one."""
_STRIDE_BAND_HZ = (0.125, 0.4, 4.0)
"""Engineering limit: strides, 15 to 480 steps a minute, wider than running, so that a file in slow motion or one that
plays too fast is recognised; between them the slowest one looked for in a clip of few strides."""
_ODD = (1, 3)
"""Engineering limit: odd harmonics of the stride that the difference of the legs follows."""
_STEP_HARMONICS, _STRIDE_HARMONICS = 2, 3
"""Engineering limit: harmonics of the steps that the distance of the legs follows, and of the strides of each leg."""
_EVEN_SHARE = 0.4
"""Engineering limit: share of swapped frames from which the model took the legs for each other as often as not, so that
nothing says which of the two is the left one."""
_ROUNDS = 20
"""Engineering limit: rounds after which signs and fit have always agreed."""


def unswap_limbs(sequence: PoseSequence, *, limbs: Sequence[tuple[str, ...]] = (LEG, ARM)) -> PoseSequence:
    """Put back limbs that were taken for each other."""
    for parts in limbs:
        left, right = (np.stack([sequence.point(f"{side}_{part}") for part in parts], axis=1) for side in SIDES)
        sequence = _swap_limb(sequence, rows=_find_swapped(left, right), parts=parts)
    return sequence


def separate_legs(sequence: PoseSequence, *, stride_hz: float) -> PoseSequence:
    """Give each leg of a runner its own name, by the rhythm of the stride."""
    left, right = _measure_legs_from_hips(sequence)
    rows = _find_off_rhythm((left - right).reshape(len(sequence), -1), sequence.time_s, stride_hz=stride_hz)
    swapped = _swap_limb(sequence, rows=rows, parts=LEG)
    return swapped.repaired("sides_uncertain") if rows.mean() > _EVEN_SHARE else swapped


def has_both_legs(sequence: PoseSequence) -> bool:
    """Return whether every point of both legs was seen at some time."""
    return bool(np.isfinite(_measure_legs_from_hips(sequence)).all())


def find_running_rhythm(sequence: PoseSequence, *, at_full_speed: bool = False) -> Rhythm | None:
    """Find the frequency of the steps of a run, whichever leg is called left; None where there is no such rhythm.

    ``at_full_speed``: whether steps as slow as in a slowed file are no rhythm.
    """
    left, right = _measure_legs_from_hips(sequence)
    apart = np.abs(left - right)[:, :, 0]
    slowed_hz = (max(_SLOWED_BAND_HZ[0], _FEWEST_SLOWED / _measure_length_s(sequence.time_s)), _SLOWED_BAND_HZ[1])
    bands = [(_limit_band(_RUNNING_BAND_HZ, sequence.time_s, harmonics=_STEP_HARMONICS), _RHYTHMIC)]
    if not at_full_speed:
        bands.append((slowed_hz, _CLEARLY_RHYTHMIC))
    for band_hz, share in bands:
        if band_hz[0] >= band_hz[1]:
            continue
        steps = find_rhythm(apart, sequence.time_s, band_hz=band_hz, count=_STEP_HARMONICS)
        if steps.explained > share:
            return steps
    return None


def find_stride_rhythm(motion: Motion) -> Rhythm:
    """Find the frequency of the strides of a body whose swapped legs are corrected."""
    slowest_hz, usual_hz, fastest_hz = _STRIDE_BAND_HZ
    least_hz = max(slowest_hz, min(0.5 * _FEWEST_SLOWED / _measure_length_s(motion.time_s), usual_hz))
    band_hz = _limit_band((least_hz, fastest_hz), motion.time_s, harmonics=_STRIDE_HARMONICS)
    return find_rhythm(_measure_leg_paths(motion), motion.time_s, band_hz=band_hz, count=_STRIDE_HARMONICS)


def find_stride_leads(motion: Motion, *, stride_hz: float) -> Floats:
    """Find how far the legs of each frame are ahead of the rhythm of the strides (T,), s."""
    return find_leads(_measure_leg_paths(motion), motion.time_s, frequency_hz=stride_hz, count=_STRIDE_HARMONICS)


def _measure_leg_paths(motion: Motion) -> Floats:
    """Return the path of both legs seen from the hips (T, 12), m."""
    hips = (motion.joint("left_hip") + motion.joint("right_hip")) / 2
    names = ("left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot_index", "right_foot_index")
    return np.concatenate([motion.joint(name) - hips for name in names], axis=1)


def _measure_length_s(time_s: Floats) -> float:
    return float(time_s[-1] - time_s[0])


def _limit_band(band_hz: tuple[float, float], time_s: Floats, *, harmonics: int) -> tuple[float, float]:
    """Return the band without the frequencies of which so few frames a second would show another one's harmonics."""
    frames_hz = 1.0 / float(np.median(np.diff(time_s)))
    return band_hz[0], min(band_hz[1], 0.5 * frames_hz / harmonics)


def _swap_limb(sequence: PoseSequence, *, rows: Bools, parts: tuple[str, ...]) -> PoseSequence:
    """Exchange left and right in some frames (T,): the points of one limb, and the ground under a leg."""
    if not rows.any():
        return sequence
    skeleton, frames = sequence.skeleton, np.flatnonzero(rows)[:, None]
    own = [skeleton.index[f"{side}_{part}"] for side in SIDES for part in parts]
    twin = [skeleton.mirror[column] for column in own]
    points, confidence, ground = sequence.points.copy(), sequence.confidence.copy(), sequence.ground.copy()
    points[frames, own], confidence[frames, own] = points[frames, twin], confidence[frames, twin]
    if parts is LEG:
        ground[rows] = ground[rows][:, ::-1]
    return sequence.repaired("limbs_unswapped", points=points, confidence=confidence, ground=ground)


def _find_swapped(left: Floats, right: Floats) -> Bools:
    """Return the frames (T,) in which the model took left for right.

    Dynamic programming over "as given" and "swapped" finds the path on which the limbs bend least from straight lines,
    so that legs that cross at speed are not taken for legs that turn back. Every change of order must save a clear
    share of the limbs' usual distance, and every swapped frame costs a little: the model is mostly right.
    """
    count = len(left)
    if count < 3:
        return np.zeros(count, dtype=bool)
    places = np.stack([np.concatenate([left, right], axis=1), np.concatenate([right, left], axis=1)])
    apart = np.nan_to_num(np.linalg.norm(left - right, axis=2).mean(axis=1))
    change = _CLEAR * 2 * float(np.median(apart)) * (1 - np.eye(2)) + 1e-9
    # cost[a, b]: of the best path whose last two frames are in states a and b.
    cost = np.zeros((2, 2))
    came_from = np.zeros((count, 2, 2), dtype=int)
    bends = _measure_bends(places)
    for frame in range(2, count):
        total = cost[:, :, None] + bends[frame - 2] + change[None] + np.array([0.0, _DOUBT * 2 * apart[frame]])
        came_from[frame] = total.argmin(axis=0)
        cost = total.min(axis=0)
    state = np.zeros(count, dtype=int)
    state[-2], state[-1] = np.unravel_index(int(cost.argmin()), cost.shape)
    for frame in range(count - 1, 1, -1):
        state[frame - 2] = came_from[frame, state[frame - 1], state[frame]]
    return state == 1


def _measure_bends(places: Floats) -> Floats:
    """How far each frame lies off the straight line through the two before it (T - 2, 2, 2, 2), mean of the points.

    ``places`` (2, T, P, 2): the limbs' points in both orders; the result is indexed by the three frames' states.
    """
    frames = np.moveaxis(places, 1, 0)
    first, second, third = frames[:-2], frames[1:-1], frames[2:]
    off = third[:, None, None] - 2 * second[:, None, :, None] + first[:, :, None, None]
    return np.nan_to_num(2 * np.linalg.norm(off, axis=-1).mean(axis=-1))


def _measure_legs_from_hips(sequence: PoseSequence) -> tuple[Floats, Floats]:
    """Left and right leg's points relative to the hips (T, 4, 2), gaps filled."""
    hips = (sequence.point("left_hip") + sequence.point("right_hip")) / 2
    left, right = (
        fill_gaps(np.stack([sequence.point(f"{side}_{part}") - hips for part in LEG], axis=1), sequence.time_s)[0]
        for side in SIDES
    )
    return left, right


def _find_off_rhythm(apart: Floats, time_s: Floats, *, stride_hz: float) -> Bools:
    """Return the frames (T,) in which the legs' difference (T, C) fits the stride better with its sign changed.

    Signs and fit are found in turn from several starting phases. The best fit counts, and of its two mirror images the
    one that changes fewer frames.
    """
    phase = 2 * np.pi * stride_hz * time_s
    design = np.column_stack([wave(order * phase) for order in _ODD for wave in (np.cos, np.sin)])
    starts = [np.where(apart[:, 0] * np.cos(phase - shift) < 0, -1.0, 1.0) for shift in np.arange(0, np.pi, np.pi / 8)]
    sign, _ = min((_fit_signs(apart, design, sign=start) for start in starts), key=lambda found: found[1])
    return sign < 0 if (sign < 0).mean() <= 0.5 else sign > 0


def _fit_signs(apart: Floats, design: Floats, *, sign: Floats) -> tuple[Floats, float]:
    """Return signs (T,) that agree with the fit they lead to, and the sum of squares it leaves."""
    model = np.zeros_like(apart)
    for _ in range(_ROUNDS):
        model = design @ np.linalg.lstsq(design, apart * sign[:, None], rcond=None)[0]
        agreed = np.where((apart * model).sum(axis=1) < 0, -1.0, 1.0)
        if np.array_equal(agreed, sign):
            break
        sign = agreed
    return sign, float(((apart * sign[:, None] - model) ** 2).sum())
