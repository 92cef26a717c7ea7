"""Repeated jumps: hops, rope skipping, the 10/5 test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.rj.metrics import HopMetrics, RepeatedJumpMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.events import Phase
    from kinemotion.motion.poses import FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton

_SETTLE_S, _BEFORE_S, _LONGEST_S = 1.0, 1.5, 30.0
"""A second on the ground ends a series; longer series come in parts."""


@dataclass(frozen=True, slots=True)
class RepeatedJumpOptions:
    """What a user may set for repeated jumps."""

    minimum_jumps: int = option(3, "Fewest jumps in a row that make a series.", minimum=2, maximum=100)


class RepeatedJumps:
    """The sport behind ``rj-analyze``; see ``movements.base.Movement``."""

    name = "rj"
    title = "Repeated jumps"
    metrics = RepeatedJumpMetrics
    options = RepeatedJumpOptions
    repetition_metrics = HopMetrics
    headline = "jump_count"
    contacts = ContactModel.JUMPING

    def trials(self, frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
        """Each series of jumps."""
        from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps

        cut = JumpCut(settle_s=_SETTLE_S, before_s=_BEFORE_S, longest_s=_LONGEST_S)
        return segment_jumps(frames, skeleton, cut=cut)

    def phases(self, motion: Motion, options: RepeatedJumpOptions) -> tuple[Phase, ...]:
        """Flights and the contacts between them."""
        from kinemotion.movements.rj.phases import find_series

        return find_series(motion, minimum_jumps=options.minimum_jumps)

    def measure(
        self, motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, options: RepeatedJumpOptions
    ) -> Measurement:
        """Every jump and contact, their means, the best five and the fatigue slope."""
        from kinemotion.movements.rj.measure import measure

        del options
        return measure(motion, phases, athlete=athlete)


REPEATED_JUMPS = RepeatedJumps()
