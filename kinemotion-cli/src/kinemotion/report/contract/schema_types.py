"""The shape of every document the engine writes: declared once, here; the schemas are derived from it.

An annotation's text is the description in the schema. A minor version adds keys, a major one breaks: readers accept
their major and ignore what they do not know. Times are seconds from the first frame of the file.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from kinemotion.errors import KinemotionError
from kinemotion.messages import Message, Names, Value

SCHEMA_VERSION = "1.1"

SIGNIFICANT_DIGITS = 4
"""Of every number: finer than any interval here, coarser than the noise of floating point between machines."""

Data = Annotated[dict[str, float | int | str | None], "Metrics by key; the unit is in the key, null is not measured."]
Intervals = Annotated[dict[str, list[float]], "95 % interval of each measured metric, by the same key."]
Confidence = Literal["high", "medium", "low"]
Side = Annotated[str | None, "left or right foot, where it belongs to one."]


MessageValues = Annotated[
    dict[str, float | int | str | list[str]],
    "What the message names: numbers in SI units, with the unit in the key; words; keys of metrics.",
]


class MessageEntry(TypedDict):
    """Something said to people, for programs that translate it or act on it."""

    code: Annotated[str, "Stable name of the message."]
    message: Annotated[str, "The message in English."]
    values: MessageValues


class ProblemEntry(TypedDict):
    """Why a trial carries no numbers."""

    code: Annotated[str, "Stable name of the kind of problem."]
    message: Annotated[str, "What happened, for people."]
    hint: Annotated[str, "What to do next, for people; may be empty."]
    reason: NotRequired[Annotated[MessageEntry, "What happened, for programs. Since 1.1."]]
    advice: NotRequired[Annotated[MessageEntry | None, "What to do next, for programs. Since 1.1."]]


class Failure(ProblemEntry):
    """Why there are no numbers."""

    retryable: Annotated[bool, "Whether the same call may succeed later."]


class ErrorDocument(TypedDict):
    """What stands where a result was asked for."""

    schema_version: str
    error: Failure


class ErrorEvent(ErrorDocument):
    """Last line of a stream that failed."""

    event: Literal["error"]


class EventEntry(TypedDict):
    """An instant, found between frames."""

    name: str
    time_s: float
    frame: Annotated[float | None, "Position between the numbered frames of the file."]
    uncertainty_s: Annotated[float, "Standard error."]
    side: Side


class PhaseEntry(TypedDict):
    """A part of a trial, half-open."""

    name: str
    start_s: float
    end_s: float


class RepetitionEntry(TypedDict):
    """One hop or one step inside a trial."""

    index: int
    side: Side
    start_s: float
    end_s: float
    data: Data
    intervals: Intervals


class QualityEntry(TypedDict):
    """How far the numbers can be trusted."""

    score: Annotated[int, "0 to 100."]
    confidence: Confidence
    warnings: Annotated[list[str], "What is wrong and what to do next time, for a coach."]
    messages: NotRequired[Annotated[list[MessageEntry], "The warnings in the same order, for programs. Since 1.1."]]


class ClipQuality(QualityEntry):
    """Quality of the headline trial and of the file."""

    indicators: Annotated[dict[str, float | None], "The figures behind the score, unit in the name."]


class TrialEntry(TypedDict):
    """One jump, one set of hops or one stretch of running."""

    index: int
    person: Annotated[int, "Number of the person among those in the clip."]
    start_s: float
    end_s: float
    data: Data
    intervals: Intervals
    events: list[EventEntry]
    phases: list[PhaseEntry]
    quality: QualityEntry
    problem: ProblemEntry | None
    repetitions: NotRequired[list[RepetitionEntry]]


class Resolution(TypedDict):
    """Size of the upright picture, pixels."""

    width: int
    height: int


class VideoEntry(TypedDict):
    """What the container says and what decoding delivered."""

    source_path: str
    sha256: str | None
    fps: Annotated[float, "Mean rate of delivered frames on the file's own time line."]
    variable_frame_rate: bool
    capture_fps: Annotated[float | None, "Rate the camera filmed at, where the file plays at another."]
    capture_fps_source: Annotated[str | None, "The option, or the metadata tag it was read from."]
    recorded_at: Annotated[str | None, "When the camera says it filmed, ISO 8601, UTC."]
    frame_count: Annotated[int, "Delivered frames."]
    promised_frames: Annotated[int | None, "Frames by the container's claim."]
    duration_s: float
    resolution: Resolution
    rotation_deg: int
    codec: str
    warnings: list[str]
    messages: NotRequired[Annotated[list[MessageEntry], "The warnings in the same order, for programs. Since 1.1."]]


class Processing(TypedDict):
    """When, with what and for how long. Times and the time stamp are all that may differ between two runs."""

    version: str
    timestamp: Annotated[str, "ISO 8601, UTC."]
    quality_preset: str
    processing_time_s: float
    stages_s: dict[str, float]


class EstimatorEntry(TypedDict):
    """Which model found the points."""

    name: str
    model: str
    model_sha256: str | None
    runtime: str


class ScaleEntry(TypedDict):
    """Metres per pixel at the athlete."""

    source: str
    m_per_px: float
    relative_uncertainty: Annotated[float, "Standard error of the scale divided by the scale."]


class Algorithm(TypedDict):
    """All that could explain a difference between two results."""

    estimator: EstimatorEntry
    scale: ScaleEntry | None
    settings: dict[str, Any]


class Metadata(TypedDict):
    """Where the numbers come from."""

    headline_trial: Annotated[int | None, "Index of the trial that ``data`` is taken from."]
    quality: ClipQuality
    video: VideoEntry
    processing: Processing
    algorithm: Algorithm


class AnalysisDocument(TypedDict):
    """One video analysed as one movement."""

    schema_version: str
    movement: str
    data: Data
    intervals: Intervals
    trials: list[TrialEntry]
    metadata: Metadata
    error: NotRequired[Annotated[Failure, "Present where no trial carries numbers."]]


class TrialEvent(TypedDict):
    """Line of a stream: a trial, as soon as it is complete."""

    schema_version: str
    event: Literal["trial"]
    movement: str
    trial: TrialEntry


class ReportEvent(AnalysisDocument):
    """Last line of a stream: the whole document."""

    event: Literal["report"]


class ProbedVideo(TypedDict):
    """What the container claims; headers may lie, the analysis counts."""

    codec: str
    resolution: Resolution
    rotation_deg: int
    fps: Annotated[float | None, "Promised frames over promised seconds."]
    frame_count: int | None
    duration_s: float | None
    capture_fps: float | None
    capture_fps_source: str | None


class ProbeDocument(TypedDict):
    """What is known of a file before its frames are decoded."""

    schema_version: str
    video: ProbedVideo


def failure(error: KinemotionError) -> Failure:
    """Return the ``error`` object of a failure."""
    return {**problem_entry(error.code, message=error.message, hint=error.hint), "retryable": error.retryable}


def problem_entry(code: str, *, message: Message, hint: Message) -> ProblemEntry:
    """Return a problem or an error as text and as coded messages."""
    return {
        "code": code,
        "message": message,
        "hint": hint,
        "reason": message_entry(message),
        "advice": message_entry(hint) if hint else None,
    }


def message_entry(message: Message) -> MessageEntry:
    """Return a message with its code and values."""
    values = {name: _value(value) for name, value in message.values.items()}
    return {"code": message.code, "message": message, "values": values}


def _value(value: Value) -> float | int | str | list[str]:
    if isinstance(value, Names):
        return list(value.titles)
    return significant(value) if isinstance(value, float) else value


def significant(value: float) -> float:
    """Round to the significant digits of the contract; the addition turns -0.0 into 0.0."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0


def error_document(error: KinemotionError) -> ErrorDocument:
    """The document that stands where a result was asked for."""
    return {"schema_version": SCHEMA_VERSION, "error": failure(error)}


def error_event(error: KinemotionError) -> ErrorEvent:
    """The line that ends a stream that failed."""
    return {**error_document(error), "event": "error"}


def pretty(document: Mapping[str, Any]) -> str:
    """The document as indented text with a final line break, in plain ASCII."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def line(document: Mapping[str, Any]) -> str:
    """The document as one line of NDJSON, line break included."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n"
