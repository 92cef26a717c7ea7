"""The countermovement jump: stand, dip, leap, land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinemotion.motion.contact_model import ContactModel
from kinemotion.movements.cmj.metrics import CmjMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.events import Phase
    from kinemotion.motion.poses import FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton

_SETTLE_S = 0.5
"""A single jump is over half a second after its landing; the next countermovement may begin."""
_LEAST_RISE = 0.025
"""A jump of 3 cm lifts the feet this far, body lengths; the flicker of a standing foot stays below."""


@dataclass(frozen=True, slots=True)
class CmjOptions:
    """Nothing to choose."""


class CountermovementJump:
    """The sport behind ``cmj-analyze``; see ``movements.base.Movement``."""

    name = "cmj"
    title = "Countermovement jump"
    metrics = CmjMetrics
    options = CmjOptions
    repetition_metrics = None
    headline = "jump_height"
    contacts = ContactModel.JUMPING

    def trials(self, frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
        """Each jump with the stand and the dip before it."""
        from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

        return segment_jumps(frames, skeleton, cut=JumpCut(settle_s=_SETTLE_S, least_rise=_LEAST_RISE))

    def phases(self, motion: Motion, options: CmjOptions) -> tuple[Phase, ...]:
        """Unweighting, braking, propulsion, flight, landing; the first two only where they were filmed."""
        from kinemotion.movements.cmj.phases import find_phases

        del options
        return find_phases(motion)

    def measure(
        self, motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, options: CmjOptions
    ) -> Measurement:
        """Height, depth, durations, velocities and angles of one jump."""
        from kinemotion.motion.report import Measurement
        from kinemotion.movements.cmj.measure import measure

        del options
        return Measurement(measure(motion, phases, athlete=athlete))


CMJ = CountermovementJump()
