"""Whether the feet are in the picture: where they are outside, nothing shows when they leave the ground."""

import numpy as np

from kinemotion.errors import FeetOutside
from kinemotion.messages import Message
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES

_OUTSIDE = 0.25
"""Engineering limit: share of the frames with a foot outside, from which a trial is refused."""
_FEET = tuple(f"{side}_{part}" for side in SIDES for part in ("ankle", "heel", "foot_index"))


def check_feet_inside(sequence: PoseSequence, picture_px: tuple[int, int] | None) -> None:
    """Check that the feet are in the picture of this width and height; nothing is checked where that is unknown.

    Raises
    ------
    FeetOutside
        If they are not, in too many frames.
    """
    if picture_px is None:
        return
    share = measure_share_outside(sequence, picture_px)
    if share > _OUTSIDE:
        raise FeetOutside(
            Message("feet_outside", "The feet are outside the picture in {share:.0%} of the frames.", share=share)
        )


def measure_share_outside(sequence: PoseSequence, picture_px: tuple[int, int]) -> float:
    """Return the share of the frames in which a foot's landmarks, or the lower sole, lie outside the picture."""
    feet = sequence.points[:, [sequence.skeleton.index[name] for name in _FEET]]
    parts = np.concatenate([feet, sequence.ground], axis=1)
    return float(np.mean(((parts < 0) | (parts > np.array(picture_px))).any(axis=(1, 2))))
