"""A jumper's leg that the pose model took from somebody who walks by, set back beside its twin.

Jumpers keep their feet side by side, or step apart on legs of unchanged length. A foot that is far from its place
beside the other, under a thigh or shank that no longer matches its twin's, is somebody else's.
"""

from collections.abc import Iterator

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.poses import LEFT, RIGHT, PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.left_right import LEG
from kinemotion.reconstruct.scale import measure_chain_px
from kinemotion.signals.interpolation import fill

_APART = 0.12
"""Engineering limit: feet this far from their usual place beside each other (body lengths) stepped or are wrong."""
_PASSING_S = 0.5
"""Engineering limit: a person who passes right behind the athlete is in the usual place for less than this."""
_UNEQUAL = 0.35
"""Engineering limit: change of the ratio of two thighs or shanks (log) that one person's legs show at most."""
_SHARE, _LASTING_S = 0.2, 0.15
"""Engineering limit: a leg is wrong where it is unequal for this share of the time apart, and for so long."""
_FAINT = 0.02
"""Engineering limit: added to every length, body lengths, so that two segments that point to the camera are equal."""
_FOOT = [1 + LEG.index(part) for part in ("ankle", "heel", "foot_index")]


def recover_limb_outliers(sequence: PoseSequence) -> PoseSequence:
    """The sequence with strayed legs at their usual place beside their twins; nothing claims that they were seen."""
    time_s, size_px = sequence.time_s, measure_chain_px(fill(sequence.points, sequence.time_s)[0], sequence.skeleton)
    legs = np.stack([_chain(sequence, side) for side in SIDES])
    whole = np.isfinite(legs).all(axis=(0, 2, 3))
    if not (np.isfinite(size_px) and whole.any()):
        return sequence
    beside = (legs[RIGHT] - legs[LEFT])[:, _FOOT].mean(axis=1)
    usual = _usual(beside)
    away = np.linalg.norm(beside - usual, axis=1) > _APART * size_px
    if not (whole & ~away).any():
        return sequence
    lengths = np.log(np.linalg.norm(np.diff(legs[:, :, :3], axis=2), axis=-1) + _FAINT * size_px)
    lengths -= np.nanmedian(lengths[:, ~away], axis=1, keepdims=True)
    unequal = away & (np.abs(lengths[RIGHT] - lengths[LEFT]).max(axis=1) > _UNEQUAL)
    for rows in _episodes(away, time_s):
        odd = unequal & rows
        if odd.sum() > _SHARE * (away & rows).sum() and np.gradient(time_s)[odd].sum() > _LASTING_S:
            stray = RIGHT if np.abs(lengths[RIGHT, odd]).sum() > np.abs(lengths[LEFT, odd]).sum() else LEFT
            sequence = _set_back(sequence, rows, stray=stray, offset=usual if stray == RIGHT else -usual)
            sequence = _unseen(sequence, rows & (np.abs(lengths[1 - stray]).max(axis=1) > _UNEQUAL))
    return sequence


def stray_share(sequence: PoseSequence) -> float:
    """Share of the frames in which a leg had strayed."""
    feet = [sequence.skeleton.index[f"{side}_{LEG[-1]}"] for side in SIDES]
    least: Floats = sequence.confidence[:, feet].min(axis=1)
    return float(np.mean(least <= 0.0))


def _chain(sequence: PoseSequence, side: str) -> Floats:
    """A leg's points from the hip on (T, 5, 2), px."""
    return np.stack([sequence.point(f"{side}_{part}") for part in ("hip", *LEG)], axis=1)


def _usual(beside: Floats) -> Floats:
    """Usual way from the left foot to the right one (2,), of the ways (T, 2) by the shorter half."""
    distance = np.linalg.norm(beside, axis=1)
    return np.nanmedian(beside[distance <= np.nanmedian(distance)], axis=0)


def _episodes(away: Bools, time_s: Floats) -> Iterator[Bools]:
    """Rows (T,) of each stretch between first and last frame apart, short times together included."""
    frames = np.flatnonzero(away)
    for part in np.split(frames, np.flatnonzero(np.diff(time_s[frames]) > _PASSING_S) + 1):
        if len(part):
            yield (time_s >= time_s[part[0]]) & (time_s <= time_s[part[-1]])


def _set_back(sequence: PoseSequence, rows: Bools, *, stray: int, offset: Floats) -> PoseSequence:
    """The sequence with one leg as its twin is, so far (2,) px off, in some frames (T,), on the same ground."""
    stray_leg, twin_leg = (
        [sequence.skeleton.index[f"{SIDES[side]}_{part}"] for part in LEG] for side in (stray, 1 - stray)
    )
    points, confidence, ground = sequence.points.copy(), sequence.confidence.copy(), sequence.ground.copy()
    frames = np.flatnonzero(rows)[:, None]
    points[frames, stray_leg] = points[frames, twin_leg] + offset
    confidence[frames, stray_leg] = 0.0
    ground[rows, stray] = ground[rows, 1 - stray]
    return sequence.repaired("leg_outliers_recovered", points=points, confidence=confidence, ground=ground)


def _unseen(sequence: PoseSequence, rows: Bools) -> PoseSequence:
    """The sequence without both legs in some frames (T,)."""
    legs = [sequence.skeleton.index[f"{side}_{part}"] for side in SIDES for part in LEG]
    points, confidence, ground = sequence.points.copy(), sequence.confidence.copy(), sequence.ground.copy()
    frames = np.flatnonzero(rows)[:, None]
    points[frames, legs], confidence[frames, legs], ground[rows] = np.nan, 0.0, np.nan
    return sequence.repaired("leg_outliers_recovered", points=points, confidence=confidence, ground=ground)
