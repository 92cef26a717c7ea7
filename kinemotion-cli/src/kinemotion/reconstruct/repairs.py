"""What is corrected in the poses of a trial before it is measured: swapped limbs, and a leg of another person.

Jumpers keep their feet side by side, or step apart on legs of unchanged length. A foot that is far from its place
beside the other foot, under a thigh or shank that no longer matches the other leg's, belongs to a person who walks by.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import LEFT, RIGHT, PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.left_right import ARM, LEG, find_running_rhythm, separate_legs, unswap_limbs
from kinemotion.reconstruct.scale import measure_chain_px
from kinemotion.signals.interpolation import fill_gaps

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
_LEAPS = 0.15
"""Engineering limit: a leg this far (body lengths) from both legs of the frames before and after is not there: no leg
of a jumper goes a quarter of a metre away and back within two frames."""
_FOOT = [1 + LEG.index(part) for part in ("ankle", "heel", "foot_index")]


def repair(sequence: PoseSequence, *, contact_model: ContactModel) -> PoseSequence:
    """Correct the poses of one trial; ``repairs`` of the result names what was changed.

    Legs that take turns pass each other in a rhythm, which shows which is which. Legs side by side keep their
    order from frame to frame and their distance from each other.
    """
    if contact_model is not ContactModel.RUNNING:
        return recover_limb_outliers(unswap_limbs(remove_leaping_legs(sequence)))
    steps = find_running_rhythm(sequence)
    if steps is not None:
        sequence = separate_legs(sequence, stride_hz=steps.frequency_hz.value / 2)
    return unswap_limbs(sequence, limbs=(ARM,))


def take_soles_from_landmarks(sequence: PoseSequence) -> PoseSequence:
    """Let the lower of heel and toes stand for the silhouette's lowest point, for poses that have none."""
    parts = [[sequence.skeleton.index[f"{side}_{part}"] for side in SIDES] for part in ("heel", "foot_index")]
    heel, toes = (sequence.points[:, sides] for sides in parts)
    lower = np.where(toes[..., 1:] >= heel[..., 1:], toes, heel)
    return sequence.repaired("soles_from_landmarks", ground=lower)


def remove_leaping_legs(sequence: PoseSequence) -> PoseSequence:
    """Take out a leg in a frame in which the model puts it somewhere else than in the frames before and after."""
    size_px = _measure_size_px(sequence)
    legs = [_get_leg_points(sequence, side)[:, 1:] for side in SIDES]
    for side in (LEFT, RIGHT):
        rows = _find_leaps(legs[side], legs[1 - side], least_px=_LEAPS * size_px)
        if rows.any():
            sequence = _remove_legs(sequence, rows, sides=(side,))
    return sequence


def _measure_size_px(sequence: PoseSequence) -> float:
    """Return the length of the chain of segments, px."""
    return measure_chain_px(fill_gaps(sequence.points, sequence.time_s)[0], sequence.skeleton)


def _find_leaps(leg: Floats, other_leg: Floats, *, least_px: float) -> Bools:
    """Return the frames (T,) in which most points of a leg (T, P, 2) are away from where either leg was and will be."""
    leaps = np.zeros(len(leg), dtype=bool)
    around = [(one[:-2], one[2:]) for one in (leg, other_leg)]
    places = [*around[0], np.mean(around[0], axis=0), *around[1]]
    steps = np.min([np.linalg.norm(leg[1:-1] - place, axis=2) for place in places], axis=0)
    leaps[1:-1] = np.median(np.nan_to_num(steps), axis=1) > least_px
    return leaps


def recover_limb_outliers(sequence: PoseSequence) -> PoseSequence:
    """Put a leg that the model took from another person back beside the athlete's other leg, with confidence 0."""
    time_s, size_px = sequence.time_s, _measure_size_px(sequence)
    legs = np.stack([_get_leg_points(sequence, side) for side in SIDES])
    whole = np.isfinite(legs).all(axis=(0, 2, 3))
    if not (np.isfinite(size_px) and whole.any()):
        return sequence
    beside = (legs[RIGHT] - legs[LEFT])[:, _FOOT].mean(axis=1)
    usual = _measure_usual_way(beside)
    away = np.linalg.norm(beside - usual, axis=1) > _APART * size_px
    if not (whole & ~away).any():
        return sequence
    lengths = np.log(np.linalg.norm(np.diff(legs[:, :, :3], axis=2), axis=-1) + _FAINT * size_px)
    lengths -= np.nanmedian(lengths[:, ~away], axis=1, keepdims=True)
    unequal = away & (np.abs(lengths[RIGHT] - lengths[LEFT]).max(axis=1) > _UNEQUAL)
    for rows in _find_episodes(away, time_s):
        odd = unequal & rows
        if odd.sum() > _SHARE * (away & rows).sum() and np.gradient(time_s)[odd].sum() > _LASTING_S:
            wrong = RIGHT if np.abs(lengths[RIGHT, odd]).sum() > np.abs(lengths[LEFT, odd]).sum() else LEFT
            sequence = _set_back(sequence, rows, side=wrong, offset=usual if wrong == RIGHT else -usual)
            sequence = _remove_legs(
                sequence, rows & (np.abs(lengths[1 - wrong]).max(axis=1) > _UNEQUAL), sides=(LEFT, RIGHT)
            )
    return sequence


def measure_recovered_share(sequence: PoseSequence) -> float:
    """Return the share of the frames in which a leg was put back."""
    feet = [sequence.skeleton.index[f"{side}_{LEG[-1]}"] for side in SIDES]
    least: Floats = sequence.confidence[:, feet].min(axis=1)
    return float(np.mean(least <= 0.0))


def _get_leg_points(sequence: PoseSequence, side: str) -> Floats:
    """A leg's points from the hip on (T, 5, 2), px."""
    return np.stack([sequence.point(f"{side}_{part}") for part in ("hip", *LEG)], axis=1)


def _measure_usual_way(beside: Floats) -> Floats:
    """Return the usual way from the left foot to the right one (2,), px, by the shorter half of the ways (T, 2)."""
    distance = np.linalg.norm(beside, axis=1)
    return np.nanmedian(beside[distance <= np.nanmedian(distance)], axis=0)


def _find_episodes(away: Bools, time_s: Floats) -> Iterator[Bools]:
    """Yield the rows (T,) of each interval in which the feet are apart, short times together included."""
    frames = np.flatnonzero(away)
    for part in np.split(frames, np.flatnonzero(np.diff(time_s[frames]) > _PASSING_S) + 1):
        if len(part):
            yield (time_s >= time_s[part[0]]) & (time_s <= time_s[part[-1]])


def _set_back(sequence: PoseSequence, rows: Bools, *, side: int, offset: Floats) -> PoseSequence:
    """Copy one leg from the other leg, shifted by (2,) px, in some frames (T,), on the same ground."""
    leg, other_leg = ([sequence.skeleton.index[f"{SIDES[one]}_{part}"] for part in LEG] for one in (side, 1 - side))
    points, confidence, ground = sequence.points.copy(), sequence.confidence.copy(), sequence.ground.copy()
    frames = np.flatnonzero(rows)[:, None]
    points[frames, leg] = points[frames, other_leg] + offset
    confidence[frames, leg] = 0.0
    ground[rows, side] = ground[rows, 1 - side]
    return sequence.repaired("leg_outliers_recovered", points=points, confidence=confidence, ground=ground)


def _remove_legs(sequence: PoseSequence, rows: Bools, *, sides: Sequence[int]) -> PoseSequence:
    """Take out one leg or both in some frames (T,)."""
    legs = [sequence.skeleton.index[f"{SIDES[side]}_{part}"] for side in sides for part in LEG]
    points, confidence, ground = sequence.points.copy(), sequence.confidence.copy(), sequence.ground.copy()
    frames = np.flatnonzero(rows)[:, None]
    points[frames, legs], confidence[frames, legs], ground[frames, list(sides)] = np.nan, 0.0, np.nan
    return sequence.repaired("leg_outliers_recovered", points=points, confidence=confidence, ground=ground)
