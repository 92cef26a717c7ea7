"""The drop jump: step off a box, touch the ground, rebound at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.dropjump.metrics import DropJumpMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.events import Phase
    from kinemotion.motion.poses import FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton

_SETTLE_S = 0.6
"""Longer than any contact that is a rebound's: a stumble stays in its trial."""


@dataclass(frozen=True, slots=True)
class DropJumpOptions:
    """What a user may say of a drop jump."""

    drop_height: float | None = option(
        None,
        "Height of the box, to compare with the fall that is measured.",
        unit="m",
        minimum=0.05,
        maximum=1.5,
        kind=float,
    )


class DropJump:
    """The sport behind ``dropjump-analyze``; see ``movements.base.Movement``."""

    name = "dropjump"
    title = "Drop jump"
    metrics = DropJumpMetrics
    options = DropJumpOptions
    repetition_metrics = None
    headline = "reactive_strength_index"
    contacts = ContactModel.JUMPING

    def trials(self, frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
        """Each drop jump with the stand on the box before it."""
        from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

        return segment_jumps(frames, skeleton, cut=JumpCut(settle_s=_SETTLE_S))

    def phases(self, motion: Motion, options: DropJumpOptions) -> tuple[Phase, ...]:
        """Box, fall, braking, propulsion, flight, landing."""
        from kinemotion.movements.dropjump.phases import find_phases

        del options
        return find_phases(motion)

    def measure(
        self, motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, options: DropJumpOptions
    ) -> Measurement:
        """Contact, flight, reactive strength, drop height and knee of one drop jump."""
        from kinemotion.movements.dropjump.measure import measure

        return measure(motion, phases, athlete=athlete, drop_height_m=options.drop_height)


DROP_JUMP = DropJump()
