"""What the way a clip was filmed says against the numbers of a trial."""

from kinemotion.filming.frozen import doubt_frozen_pictures
from kinemotion.filming.missing_pictures import doubt_missing_pictures
from kinemotion.filming.run_rhythm import doubt_run_rhythm
from kinemotion.filming.stature import doubt_body_height
from kinemotion.filming.time_breaks import doubt_time_breaks
from kinemotion.motion.body import Motion
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.report import Doubt


def find_doubts(sequence: PoseSequence, motion: Motion, *, contact_model: ContactModel) -> tuple[Doubt, ...]:
    """Return the doubts about a measured trial; its poses are as the model saw them.

    Missing and repeated pictures are named as such, and not again as a jump of the clock.
    """
    runs = contact_model is ContactModel.RUNNING
    return (
        *(
            doubt_missing_pictures(sequence, motion.flights)
            or doubt_frozen_pictures(sequence, motion.flights, never_still=runs)
            or doubt_time_breaks(motion)
            or (doubt_run_rhythm(sequence, motion) if runs else ())
        ),
        *doubt_body_height(motion),
    )
