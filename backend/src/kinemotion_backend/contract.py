"""Readers of the engine's JSON contract: a strict envelope around open metrics.

Unknown fields are carried through unread, so that a newer minor version loses nothing on its way to the client.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

CONTRACT_MAJOR = 1
"""The contract this service reads; a minor version adds, a major version breaks."""

Number = float | int
Value = Number | str | bool | None


class Document(BaseModel):
    """Part of the contract: known fields are checked strictly, unknown ones are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)


class Metrics(Document):
    """Measured values, flat, with the unit in the key; null where the video does not carry the number.

    The metrics most clients ask for are named; every other metric of the movement stands beside them.
    """

    __pydantic_extra__: dict[str, Value]  # pyright: ignore[reportIncompatibleVariableOverride]  (pydantic's way to type them)

    jump_height_m: Number | None = None
    flight_time_ms: Number | None = None
    countermovement_depth_m: Number | None = None
    eccentric_duration_ms: Number | None = None
    concentric_duration_ms: Number | None = None
    peak_eccentric_velocity_m_s: Number | None = None
    peak_concentric_velocity_m_s: Number | None = None
    ground_contact_time_ms: Number | None = None
    reactive_strength_index: Number | None = None


Intervals = dict[str, tuple[Number, Number] | None]
"""95 % interval of each metric that has one."""


class Quality(Document):
    """How far the numbers can be trusted."""

    score: int
    confidence: str
    warnings: tuple[str, ...] = ()


class Event(Document):
    """An instant, in seconds from the first frame."""

    name: str
    time_s: Number


class Phase(Document):
    """A stretch of time, half-open, in seconds from the first frame."""

    name: str
    start_s: Number
    end_s: Number


class TrialProblem(Document):
    """Why a trial carries no numbers, or none to be believed."""

    code: str
    message: str


class Repetition(Document):
    """One hop or step inside a trial."""

    index: int
    start_s: Number
    end_s: Number
    data: Metrics
    intervals: Intervals = Field(default_factory=dict)


class Trial(Document):
    """One jump, one set of hops or one stretch of running."""

    index: int
    start_s: Number
    end_s: Number
    data: Metrics | None
    intervals: Intervals = Field(default_factory=dict)
    events: tuple[Event, ...] = ()
    phases: tuple[Phase, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    quality: Quality
    problem: TrialProblem | None = None


class Processing(Document):
    """Which engine made the result, when, and how long it took."""

    version: str
    timestamp: str
    quality_preset: str
    processing_time_s: Number


class Metadata(Document):
    """All that could explain a difference between two results."""

    quality: Quality
    processing: Processing


class Analysis(Document):
    """One video analysed as one movement."""

    schema_version: str
    movement: str
    data: Metrics
    intervals: Intervals = Field(default_factory=dict)
    trials: tuple[Trial, ...] = ()
    metadata: Metadata


class EngineError(Document):
    """The engine's own words for a failure."""

    code: str
    message: str
    hint: str = ""
    retryable: bool = False


class ErrorDocument(Document):
    """What the engine writes instead of a result."""

    schema_version: str
    error: EngineError


class Engine(Document):
    """Which engine answers: its version, its contract and its models by SHA-256."""

    name: str
    version: str
    schema_version: str
    models: dict[str, str] = Field(default_factory=dict)
    libraries: dict[str, str] = Field(default_factory=dict)


class MetricInfo(Document):
    """What the engine declares of one metric."""

    key: str
    unit: str
    meaning: str


class OptionInfo(Document):
    """What the engine declares of one option."""

    name: str
    flag: str
    meaning: str = ""
    type: str = "str"
    default: Value = None
    choices: tuple[str, ...] | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    unit: str | None = None


class MovementInfo(Document):
    """A movement the engine offers."""

    name: str
    title: str
    command: str
    metrics: tuple[MetricInfo, ...] = ()
    options: tuple[OptionInfo, ...] = ()


class Movements(Document):
    """All movements the engine offers."""

    schema_version: str
    movements: tuple[MovementInfo, ...]


class Progress(Document):
    """How far an analysis is, one line of the engine's standard error."""

    event: Annotated[str, Field(pattern="^progress$")]
    done: int
    total: int | None = None


def readable(schema_version: str) -> bool:
    """Whether this service reads documents of that version."""
    return schema_version.partition(".")[0] == str(CONTRACT_MAJOR)
