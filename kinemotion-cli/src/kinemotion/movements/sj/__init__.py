"""The squat jump: hold a squat, leap without dipping, land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.sj.metrics import SquatJumpMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.events import Phase
    from kinemotion.motion.poses import FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton

_SETTLE_S = 0.5
"""A single jump is over half a second after its landing."""


@dataclass(frozen=True, slots=True)
class SquatJumpOptions:
    """What a user may set for a squat jump."""

    dip_tolerance: float = option(
        0.03, "Dip before the push-off from which a countermovement is flagged.", unit="m", minimum=0.01, maximum=0.1
    )


class SquatJump:
    """The sport behind ``sj-analyze``; see ``movements.base.Movement``."""

    name = "sj"
    title = "Squat jump"
    metrics = SquatJumpMetrics
    options = SquatJumpOptions
    repetition_metrics = None
    headline = "jump_height"
    contacts = ContactModel.JUMPING

    def trials(self, frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
        """Each jump with what came before it."""
        from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

        return segment_jumps(frames, skeleton, cut=JumpCut(settle_s=_SETTLE_S))

    def phases(self, motion: Motion, options: SquatJumpOptions) -> tuple[Phase, ...]:
        """Hold, propulsion, flight, landing."""
        from kinemotion.movements.sj.phases import find_phases

        del options
        return find_phases(motion)

    def measure(
        self, motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, options: SquatJumpOptions
    ) -> Measurement:
        """Height, hold, dip, velocities, angles and loads of one jump."""
        from kinemotion.movements.sj.measure import measure

        return measure(motion, phases, athlete=athlete, tolerance_m=options.dip_tolerance)


SQUAT_JUMP = SquatJump()
