"""What every movement must declare and do. Everything else is derived from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.contact_model import ContactModel
    from kinemotion.motion.detection import Detection
    from kinemotion.motion.live import RoughState
    from kinemotion.motion.poses import FailedSegment, FramePoses, PoseSequence
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton


class Segmenter(Protocol):
    """Cuts one stream of frames into trials. It uses past frames only, and its memory is limited."""

    def push(self, frame: FramePoses) -> tuple[PoseSequence | FailedSegment, ...]:
        """Take in the next frame, with or without people; return the trials that are over now."""
        ...

    def close(self) -> tuple[PoseSequence | FailedSegment, ...]:
        """Return the trials that have begun when the stream ends."""
        ...

    def list_states(self) -> tuple[RoughState, ...]:
        """Return what everybody in the last frame does. Called after every frame of a live stream, or not at all."""
        ...

    def list_provisional_trials(self) -> tuple[PoseSequence, ...]:
        """Return the unfinished trials that can be measured now; each call returns a trial only once."""
        ...


class Movement(Protocol):
    """A movement: how to find its trials, what happens in them, and what to measure of them."""

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
    def contact_model(self) -> ContactModel:
        """How the feet meet the ground in this movement."""
        ...

    @property
    def headline(self) -> str:
        """Main metric. The trial with its largest value is the best trial; implausible trials do not count."""
        ...

    @property
    def leading_metrics(self) -> tuple[str, ...]:
        """Names of the metrics that a coach reads first, in order; empty: the main metric alone."""
        ...

    def make_segmenter(self, skeleton: Skeleton) -> Segmenter:
        """Make the segmenter that cuts a stream of this skeleton's poses into trials."""
        ...

    def detect(self, motion: Motion, options: Any) -> Detection:  # noqa: ANN401  (of the movement's options class)
        """Find once what happened in a trial: its phases, and whatever else ``measure`` needs.

        Raises
        ------
        PhasesNotFound
            Where the motion is not this movement.
        """
        ...

    def measure(
        self,
        detection: Any,  # noqa: ANN401  (what this movement's ``detect`` returns)
        *,
        athlete: Athlete,
        options: Any,  # noqa: ANN401
    ) -> Measurement:
        """Measure what was detected."""
        ...
