"""Running: cadence, contact and flight of each foot, posture at contact, from a side view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.running.metrics import RunningMetrics, StepMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.events import Phase
    from kinemotion.motion.poses import FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class RunningOptions:
    """What a user may set for a run."""

    minimum_steps: int = option(4, "Fewest steps worth a mean.", minimum=2, maximum=100)


class Running:
    """A stretch of running, cut into windows of steps; needs no standing start and no end."""

    name = "running"
    title = "Running"
    metrics = RunningMetrics
    options = RunningOptions
    repetition_metrics = StepMetrics
    headline = "step_count"
    contacts = ContactModel.RUNNING

    def trials(self, frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
        """Windows of running of every person in view."""
        from kinemotion.movements.gait.windows import windows

        return windows(frames, skeleton)

    def phases(self, motion: Motion, options: RunningOptions) -> tuple[Phase, ...]:
        """Stance phases of both feet in time order."""
        from kinemotion.movements.running.phases import find_stances

        return find_stances(motion, minimum_steps=options.minimum_steps)

    def measure(
        self, motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete, options: RunningOptions
    ) -> Measurement:
        """Means over the steps of the window, and every step."""
        from kinemotion.movements.running.measure import measure_run

        del options
        return measure_run(motion, phases, athlete=athlete)


RUNNING = Running()
