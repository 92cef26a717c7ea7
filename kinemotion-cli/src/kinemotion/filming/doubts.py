"""What the way a clip was filmed says against the numbers of a trial."""

from kinemotion.filming.frozen import doubt_frozen_pictures
from kinemotion.filming.stature import doubt_small_body
from kinemotion.filming.time_breaks import doubt_time_breaks
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.report import Doubt


def find_doubts(sequence: PoseSequence, motion: Motion) -> tuple[Doubt, ...]:
    """Return the doubts about a measured trial; its poses are as the model saw them.

    Repeated pictures are named as such, and not again as a jump of the clock.
    """
    return (
        *(doubt_frozen_pictures(sequence, motion.flights) or doubt_time_breaks(motion)),
        *doubt_small_body(motion),
    )
