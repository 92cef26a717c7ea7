"""What is corrected in the poses of a trial before it is measured: swapped limbs, legs of somebody else."""

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import PoseSequence
from kinemotion.reconstruct.left_right import ARM, find_running_rhythm, separate_legs, unswap_limbs
from kinemotion.reconstruct.limb_outliers import recover_limb_outliers


def repair(sequence: PoseSequence, *, contacts: ContactModel) -> PoseSequence:
    """Correct the poses of one trial; ``repairs`` of the result names what was changed.

    Legs that take turns pass each other in a rhythm, and are told apart by it. Legs that stand side by side keep their
    order from frame to frame and their distance from each other.
    """
    if contacts is not ContactModel.RUNNING:
        return recover_limb_outliers(unswap_limbs(sequence))
    steps = find_running_rhythm(sequence)
    if steps is not None:
        sequence = separate_legs(sequence, stride_hz=steps.frequency_hz.value / 2)
    return unswap_limbs(sequence, limbs=(ARM,))
