"""The seam: what a sport must say and do. A few facts, three functions; everything else is derived.

A sport is loaded when its flags are asked for: it declares its facts without numpy, and imports its verbs where it
calls them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.contact_model import ContactModel
    from kinemotion.motion.events import Phase
    from kinemotion.motion.poses import FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton


class Movement(Protocol):
    """A sport: how to find its trials, their phases, and what to measure of them."""

    @property
    def name(self) -> str:
        """Short name: the command ``<name>-analyze``, the JSON ``movement``, the service's ``jump_type``."""
        ...

    @property
    def title(self) -> str:
        """Name for people, for example "Countermovement jump"."""
        ...

    @property
    def metrics(self) -> type:
        """Frozen dataclass of ``metric(...)`` fields: what is measured of a trial."""
        ...

    @property
    def options(self) -> type:
        """Frozen dataclass of ``option(...)`` fields: become flags, API fields and schema."""
        ...

    @property
    def repetition_metrics(self) -> type | None:
        """Dataclass of what is measured of one hop or step; None where a trial has no parts."""
        ...

    @property
    def contacts(self) -> ContactModel:
        """How the feet of this sport meet the ground."""
        ...

    @property
    def headline(self) -> str:
        """Metric whose largest value among the plausible trials makes the best trial."""
        ...

    def trials(self, frames: Iterable[FramePoses], skeleton: Skeleton) -> Iterator[PoseSequence]:
        """Cut a stream of frames (of nobody, one or several people) into trials, each as soon as it is over."""
        ...

    def phases(self, motion: Motion, options: Any) -> tuple[Phase, ...]:  # noqa: ANN401
        """Phases of one trial in time order.

        Raises
        ------
        PhasesNotFound
            Where the motion is not this movement.
        """
        ...

    def measure(
        self,
        motion: Motion,
        phases: tuple[Phase, ...],
        *,
        athlete: Athlete,
        options: Any,  # noqa: ANN401
    ) -> Measurement:
        """Metrics of one trial."""
        ...
