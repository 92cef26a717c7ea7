"""The port to the live engine: streams of frames go in, states and trials come out while the athlete moves."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from kinemotion_backend.inputs.movement_options import Options
from kinemotion_backend.video_analyzer import DEFAULT_MOVEMENT, check_quality


class Codec(IntEnum):
    """What a frame of a live stream holds."""

    JPEG = 2
    H264 = 3
    RGB = 4
    LANDMARKS = 5


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """What a live stream is to measure.

    Raises
    ------
    InvalidOptions
        When the quality is not a known one.
    """

    movement: str = DEFAULT_MOVEMENT
    quality: str = "balanced"
    options: Options = field(default_factory=dict[str, str | float | bool])
    trials_before: int = 0
    """Trials that an earlier process has measured: numbers go on from there."""

    def __post_init__(self) -> None:
        check_quality(self.quality)


@dataclass(frozen=True, slots=True)
class StreamFrame:
    """One frame of a live stream."""

    codec: Codec
    time_us: int
    """Capture time stamp, on the client's own clock."""
    payload: bytes


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """What an engine says about a live stream, in the contract's words."""

    kind: Literal["state", "trial", "dropped", "error", "closed"]
    data: Mapping[str, Any]
    time_us: int | None = None
    """Time stamp of the newest frame behind it."""
    cost_s: float | None = None
    """Processor time that the frame has cost the engine, for a state."""


class EngineStream(ABC):
    """One live stream at the engine. The protocol of the engine calls it a session."""

    engine_version: str

    @abstractmethod
    def push(self, frame: StreamFrame) -> int:
        """Hand a frame over without waiting; return how many were dropped for it: older ones, or this one."""

    def listen(self, take: Callable[[StreamEvent], None] | None) -> None:  # noqa: B027  (a session may leave it out)
        """Hand states to ``take`` as soon as they are there, where the session can. All others come as `events`.

        With None, nothing is handed over any more.
        """

    @abstractmethod
    def events(self) -> AsyncIterator[StreamEvent]:
        """Yield what the engine says; the last event is ``closed``, or an ``error`` that cannot be retried."""

    @abstractmethod
    async def close(self) -> None:
        """Ask for the result: ``closed`` follows."""

    @abstractmethod
    async def abandon(self) -> None:
        """Drop the stream without a result; the events end."""


class StreamAnalyzer(ABC):
    """An engine that measures live streams."""

    @property
    @abstractmethod
    def engines(self) -> int:
        """How many frames can be worked on at the same time; 0 where live streams are not offered."""

    @abstractmethod
    async def start(self) -> None:
        """Start the first engine ahead of the first stream, without waiting for it."""

    @abstractmethod
    async def stop(self) -> None:
        """End every stream and every engine."""

    @abstractmethod
    async def open(self, request: StreamRequest) -> EngineStream:
        """Open a live stream.

        Raises
        ------
        AnalysisError
            When the movement or an option is not known.
        EngineUnusable, Saturated
            When no engine runs, or none has a place.
        """

    @abstractmethod
    def describe(self) -> Mapping[str, int]:
        """Return how many engines there are in each state."""

    @abstractmethod
    def memory_bytes(self) -> int:
        """Return the resident memory of all engines."""
