"""Poses made consistent: the background stands still, and left stays left."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.signals.affine import apply_affine, identity_affine

LEG = ("knee", "ankle", "heel", "foot_index")
ARM = ("elbow", "wrist", "pinky", "index", "thumb")
_CLEAR = 0.35
"""A change of order is believed where it saves more than this share of the limbs' usual distance from each other."""
_DOUBT = 0.05
"""Share of the limbs' distance that every swapped frame must save: swaps are brief, crossings are not swaps."""


def remove_camera_motion(sequence: PoseSequence) -> PoseSequence:
    """Return the sequence as a camera that stands would have seen it."""
    return replace(
        sequence,
        points=apply_affine(sequence.camera, sequence.points),
        ground=apply_affine(sequence.camera, sequence.ground),
        camera=np.broadcast_to(identity_affine(), sequence.camera.shape),
    )


def unswap_limbs(sequence: PoseSequence, *, limbs: Sequence[tuple[str, ...]] = (LEG, ARM)) -> PoseSequence:
    """The sequence with limbs that were taken for each other put back."""
    for parts in limbs:
        left, right = (np.stack([sequence.point(f"{side}_{part}") for part in parts], axis=1) for side in SIDES)
        sequence = swap_limb(sequence, rows=_tangled(left, right), parts=parts)
    return sequence


def swap_limb(sequence: PoseSequence, *, rows: Bools, parts: tuple[str, ...]) -> PoseSequence:
    """The sequence with left and right exchanged in some frames (T,): the points of one limb, and its ground."""
    skeleton, frames = sequence.skeleton, np.flatnonzero(rows)[:, None]
    own = [skeleton.index[f"{side}_{part}"] for side in SIDES for part in parts]
    twin = [skeleton.mirror[column] for column in own]
    points, confidence, ground = sequence.points.copy(), sequence.confidence.copy(), sequence.ground.copy()
    points[frames, own], confidence[frames, own] = points[frames, twin], confidence[frames, twin]
    if parts is LEG:
        ground[rows] = ground[rows][:, ::-1]
    return replace(sequence, points=points, confidence=confidence, ground=ground)


def _tangled(left: Floats, right: Floats) -> Bools:
    """Frames (T,) in which the model took left for right.

    Dynamic programming over "as given" and "swapped": the path on which the limbs bend least from straight lines, so
    that legs that pass each other at speed are not taken for legs that turn back. Every change of order must save a
    clear share of the limbs' usual distance, and every swapped frame costs a little: the model is mostly right.
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
    for frame in range(2, count):
        bends = _bends(places[:, frame - 2 : frame + 1])
        total = cost[:, :, None] + bends + change[None] + np.array([0.0, _DOUBT * 2 * apart[frame]])
        came_from[frame] = total.argmin(axis=0)
        cost = total.min(axis=0)
    state = np.zeros(count, dtype=int)
    state[-2], state[-1] = np.unravel_index(int(cost.argmin()), cost.shape)
    for frame in range(count - 1, 1, -1):
        state[frame - 2] = came_from[frame, state[frame - 1], state[frame]]
    return state == 1


def _bends(places: Floats) -> Floats:
    """How far the third frame lies off the straight line through the first two (2, 2, 2), mean of the points.

    ``places`` (2, 3, P, 2): the limbs' points in both orders; the result is indexed by the three frames' states.
    """
    first, second, third = (places[:, frame] for frame in range(3))
    off = third[None, None] - 2 * second[None, :, None] + first[:, None, None]
    return np.nan_to_num(2 * np.linalg.norm(off, axis=-1).mean(axis=-1))
