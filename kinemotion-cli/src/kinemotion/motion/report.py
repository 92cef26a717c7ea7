"""The result of an analysis: trials, the headline among them, quality and provenance."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import numpy as np

from kinemotion.messages import NO_HINT, Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion, Scale
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.poses import Repair
from kinemotion.motion.skeleton import Side

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Quality:
    """Quality of the numbers of a trial, from physics and visibility."""

    score: int
    """0 to 100."""
    confidence: Confidence
    warnings: tuple[Message, ...] = ()
    """What is wrong and what to do next time, for a coach."""
    indicators: Mapping[str, float | None] = field(default_factory=dict[str, float | None])
    """The figures behind the score, by name with unit."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a trial, or a whole analysis, has no numbers."""

    code: str
    """Kind of the problem; the message has a code of its own."""
    message: Message
    hint: Message = NO_HINT


@dataclass(frozen=True, slots=True)
class Repetition:
    """One hop or one step inside a trial."""

    index: int
    start_s: float
    end_s: float
    metrics: object
    """An instance of the movement's repetition metrics class."""
    side: Side | None = None
    """The foot, where it belongs to one."""


LOW_CONFIDENCE_COST = 60.0
"""Engineering limit: points taken from the score by a doubt that leaves low confidence."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Evidence of a trial that contradicts itself: what it is, and how much it lowers the score."""

    message: Message
    cost: float
    """Points taken from 100."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a movement's ``measure`` returns for one trial."""

    metrics: object
    """An instance of the movement's metrics class."""
    repetitions: tuple[Repetition, ...] = ()
    warnings: tuple[Message, ...] = ()
    """What the sport itself found: a countermovement in a squat jump, a landing on the box."""
    doubts: tuple[Doubt, ...] = ()
    """What lowers the confidence: missed steps, two scales that disagree."""
    problem: Problem | None = None
    """Set where the trial was recognised but must not be believed."""


@dataclass(frozen=True, slots=True)
class FrameNumbers:
    """The frames of a trial: numbers in the file (T,) and times (T,), s."""

    frame: Floats
    time_s: Floats

    def at(self, time_s: float) -> float:
        """Number of the frame at an instant, with fractions between frames."""
        return float(np.interp(time_s, self.time_s, self.frame))


@dataclass(frozen=True, slots=True)
class Trial:
    """One jump, one set of hops or one stretch of running."""

    index: int
    person: int
    start_s: float
    end_s: float
    quality: Quality
    metrics: object | None = None
    """An instance of the movement's metrics class; None where a problem stands instead."""
    phases: tuple[Phase, ...] = ()
    events: tuple[Event, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    problem: Problem | None = None
    frames: FrameNumbers | None = None
    scale: Scale | None = None
    repairs: tuple[Repair, ...] = ()
    """What was changed in the poses before they were measured."""
    motion: Motion | None = None
    """For pictures and exchange files; not part of the JSON document."""

    @property
    def believed(self) -> object | None:
        """The metrics, unless a problem says that they must not be believed."""
        return None if self.problem else self.metrics

    def without_motion(self) -> Self:
        """Return the trial as its document says it, without what only pictures and exchange files need."""
        return replace(self, motion=None)


@dataclass(frozen=True, slots=True)
class EstimatorInfo:
    """Which model found the points."""

    name: str
    model: str
    model_sha256: str | None
    runtime: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that could explain a difference between two results."""

    version: str
    timestamp: str
    quality_preset: str
    processing_time_s: float
    stages_s: Mapping[str, float]
    estimator: EstimatorInfo
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """One video analysed as one movement."""

    movement: str
    trials: tuple[Trial, ...]
    headline: Trial | None
    """The best plausible trial, by the movement's rule; None where no trial carries numbers."""
    quality: Quality
    video: VideoInfo
    provenance: Provenance
    problem: Problem | None = None
    """Why the clip has no trial at all; None where it has one."""

    @property
    def scale(self) -> Scale | None:
        """Scale of the headline trial."""
        return self.headline.scale if self.headline else None
