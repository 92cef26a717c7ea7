"""Readers of the engine's JSON contract: a strict envelope around open metrics.

A document is checked here and then passed on byte for byte, so a newer minor version reaches the client whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, FailFast, Field, Strict, WithJsonSchema

from kinemotion_backend.contract.exact_json import read_json

CONTRACT_MAJOR = 1
"""The contract this service reads; a minor version adds, a major version breaks."""

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
"""An engine writes 10 to 30 kB for a jump and some hundred kB for minutes of running."""

MAX_COUNT = 2**31 - 1
"""Engineering limit: what a count may be, in every database too."""

MAX_ENTRIES = 1000
"""Engineering limit: metrics of a trial; a movement has some dozens. Pydantic notes each entry that is wrong."""

Number = float | int
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z.+!_-]{1,64}$")]
"""A version as Python's packages have them: it is shown, stored, and a label of metrics."""
Value = Number | str | bool | None


Item = TypeVar("Item")
Items = Annotated[tuple[Item, ...], FailFast()]
"""A list that is refused at its first fault: a document of 4 MiB has room for millions of them."""


class Document(BaseModel):
    """Part of the contract: known fields are checked strictly, unknown ones are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardMetrics:
    """The metrics most clients ask for; None is not measured, 0 is a value."""

    jump_height_m: Number | None = None
    flight_time_ms: Number | None = None
    countermovement_depth_m: Number | None = None
    eccentric_duration_ms: Number | None = None
    concentric_duration_ms: Number | None = None
    peak_eccentric_velocity_m_s: Number | None = None
    peak_concentric_velocity_m_s: Number | None = None
    ground_contact_time_ms: Number | None = None
    reactive_strength_index: Number | None = None


STANDARD_METRICS = tuple(field.name for field in fields(StandardMetrics))


def _refuse_many(entries: object) -> object:
    """Refuse an object of more entries than an engine writes, before any of them is checked."""
    if _count(entries) > MAX_ENTRIES:
        raise ValueError(f"more than {MAX_ENTRIES} entries")
    return entries


def _count(entries: object) -> int:
    return len(cast("Mapping[str, object]", entries)) if isinstance(entries, dict) else 0


Few = BeforeValidator(_refuse_many)


def _check_numbers(metrics: dict[str, Value]) -> dict[str, Value]:
    """Refuse a standard metric that is neither a number nor null."""
    for name in STANDARD_METRICS:
        value = metrics.get(name)
        if isinstance(value, str | bool):
            raise ValueError(f"{name} is not a number")  # noqa: TRY004  (what pydantic takes as a finding)
    return metrics


_METRICS_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Measured values with the unit in the key; null is not measured. "
    "Every other metric of the movement stands beside the named ones.",
    "properties": {name: {"anyOf": [{"type": "number"}, {"type": "null"}]} for name in STANDARD_METRICS},
    "additionalProperties": {"anyOf": [{"type": kind} for kind in ("number", "string", "boolean", "null")]},
}

Metrics = Annotated[dict[str, Value], Few, AfterValidator(_check_numbers), WithJsonSchema(dict(_METRICS_SCHEMA))]
"""Measured values of a trial, by name."""

Pair = Annotated[tuple[Number, Number], Strict(strict=False)]
"""Two numbers. Not strict, as a list of JSON is no tuple once Python has looked at what is around it."""
Intervals = Annotated[dict[str, Pair | None], Few]
"""95 % interval of each metric that has one."""


class Quality(Document):
    """How far the numbers can be trusted."""

    score: int
    confidence: str
    warnings: Items[str] = ()


class Event(Document):
    """A named instant, in seconds from the first frame."""

    name: str
    time_s: Number


class Phase(Document):
    """A named interval, half-open, in seconds from the first frame."""

    name: str
    start_s: Number
    end_s: Number


class TrialProblem(Document):
    """Why a trial has no numbers, or none that can be trusted."""

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
    """One jump, one set of hops, or one interval of running."""

    index: int
    start_s: Number
    end_s: Number
    data: Metrics | None
    intervals: Intervals = Field(default_factory=dict)
    events: Items[Event] = ()
    phases: Items[Phase] = ()
    repetitions: Items[Repetition] = ()
    quality: Quality
    problem: TrialProblem | None = None


class Processing(Document):
    """Which engine made the result, when, and how long it took."""

    version: Version
    timestamp: str
    quality_preset: str
    processing_time_s: Number
    stages_s: Annotated[dict[str, Number], Few] = Field(default_factory=dict)


class Metadata(Document):
    """Everything that can explain a difference between two results."""

    quality: Quality
    processing: Processing


class AnalysisHeader(Document):
    """What the engine's document says of the whole video: the headline metrics and how they were made."""

    schema_version: str
    movement: str
    data: Metrics
    intervals: Intervals = Field(default_factory=dict)
    metadata: Metadata


class Analysis(AnalysisHeader):
    """The engine's document for one video: the checked part of it."""

    trials: Items[Trial] = ()


class EngineError(Document):
    """The engine's description of a failure."""

    code: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$")]
    message: str
    hint: str = ""
    reason: dict[str, Any] | None = None
    """The message with its code and the values it names, for programs that translate it."""
    advice: dict[str, Any] | None = None
    """The same of the hint."""
    retryable: bool = False


class ErrorDocument(Document):
    """What the engine writes instead of a result."""

    schema_version: str
    error: EngineError


class Engine(Document):
    """Which engine answers: its version, its contract and its models by SHA-256."""

    name: str
    version: Version
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
    headline: str = ""
    """Key of the main metric."""
    metrics: tuple[MetricInfo, ...] = ()
    options: tuple[OptionInfo, ...] = ()


class Movements(Document):
    """All movements the engine offers."""

    schema_version: str
    movements: tuple[MovementInfo, ...]


class Progress(Document):
    """How far an analysis is, one line of the engine's standard error."""

    event: Annotated[str, Field(pattern="^progress$")]
    done: int = Field(ge=0, le=MAX_COUNT)
    total: int | None = Field(None, ge=0, le=MAX_COUNT)


def is_readable(schema_version: str) -> bool:
    """Whether this service reads documents of that version."""
    return re.fullmatch(rf"{CONTRACT_MAJOR}\.\d{{1,6}}", schema_version, re.ASCII) is not None


def read_header(content: bytes) -> AnalysisHeader:
    """Check the whole document and return its header.

    Raises
    ------
    ValueError
        When it does not keep the contract, or has a number that is not finite, in whichever field.
    """
    analysis = Analysis.model_validate_json(content)
    read_json(content)  # the fields that are not ours too
    return AnalysisHeader.model_construct(**{name: getattr(analysis, name) for name in AnalysisHeader.model_fields})
