"""The shape of the document of one analysis: declared once, here; the schema is made from it.

A minor version adds keys, a major version breaks: readers accept their major version and ignore keys that they do not
know. Times are seconds from the first frame of the file.
"""

from typing import Annotated, Any, NotRequired, TypedDict

from kinemotion.report.contract.common_types import (
    Confidence,
    Failure,
    MessageEntry,
    ProblemEntry,
    Side,
    Version,
    describe_field,
)

Data = Annotated[
    dict[str, float | int | str | None], describe_field("Metrics by key; the unit is in the key, null is not measured.")
]
Intervals = Annotated[dict[str, list[float]], describe_field("95 % interval of each measured metric, by the same key.")]


class EventEntry(TypedDict):
    """An instant, found between frames."""

    name: str
    time_s: float
    frame: Annotated[float | None, describe_field("Position between the numbered frames of the file.")]
    uncertainty_s: Annotated[float, describe_field("Standard error.")]
    side: Side
    automatic_s: NotRequired[
        Annotated[
            float, describe_field("Time that was found automatically, where a person corrected the event. Since 1.1.")
        ]
    ]


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

    score: Annotated[int, describe_field("0 to 100.")]
    confidence: Confidence
    warnings: Annotated[list[str], describe_field("What is wrong and what to do next time, for a coach.")]
    messages: NotRequired[
        Annotated[list[MessageEntry], describe_field("The warnings in the same order, for programs. Since 1.1.")]
    ]


class ClipQuality(QualityEntry):
    """Quality of the headline trial and of the file."""

    indicators: Annotated[dict[str, float | None], describe_field("The figures behind the score, unit in the name.")]


class TrialEntry(TypedDict):
    """One jump, one set of hops or one stretch of running."""

    index: int
    person: Annotated[int, describe_field("Number of the person among those in the clip.")]
    start_s: float
    end_s: float
    data: Data
    intervals: Intervals
    events: list[EventEntry]
    phases: list[PhaseEntry]
    quality: QualityEntry
    problem: ProblemEntry | None
    repairs: NotRequired[
        Annotated[list[str], describe_field("What was changed in the poses before measuring. Since 1.1.")]
    ]
    repetitions: NotRequired[list[RepetitionEntry]]


class Resolution(TypedDict):
    """Size of the upright picture, pixels."""

    width: int
    height: int


class VideoEntry(TypedDict):
    """What the container says and what decoding delivered."""

    source_path: str
    sha256: str | None
    fps: Annotated[float, describe_field("Mean rate of delivered frames on the file's own time line.")]
    variable_frame_rate: bool
    capture_fps: Annotated[float | None, describe_field("Rate the camera filmed at, where the file plays at another.")]
    capture_fps_source: Annotated[str | None, describe_field("The option, or the metadata tag it was read from.")]
    recorded_at: Annotated[str | None, describe_field("When the camera says it filmed, ISO 8601, UTC.")]
    frame_count: Annotated[int, describe_field("Delivered frames.")]
    promised_frames: Annotated[int | None, describe_field("Frames by the container's claim.")]
    duration_s: float
    resolution: Resolution
    rotation_deg: int
    codec: str
    warnings: list[str]
    messages: NotRequired[
        Annotated[list[MessageEntry], describe_field("The warnings in the same order, for programs. Since 1.1.")]
    ]


class Processing(TypedDict):
    """When, with what and for how long. Times and the time stamp are all that may differ between two runs."""

    version: str
    timestamp: Annotated[str, describe_field("ISO 8601, UTC.")]
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
    relative_uncertainty: Annotated[float, describe_field("Standard error of the scale divided by the scale.")]


class Algorithm(TypedDict):
    """All that could explain a difference between two results."""

    estimator: EstimatorEntry
    scale: ScaleEntry | None
    settings: dict[str, Any]


class Metadata(TypedDict):
    """Where the numbers come from."""

    headline_trial: Annotated[int | None, describe_field("Index of the trial that ``data`` is taken from.")]
    quality: ClipQuality
    video: VideoEntry
    processing: Processing
    algorithm: Algorithm


class AnalysisDocument(TypedDict):
    """One video analysed as one movement."""

    schema_version: Version
    movement: str
    data: Data
    intervals: Intervals
    trials: list[TrialEntry]
    metadata: Metadata
    error: NotRequired[Annotated[Failure, describe_field("Present where no trial carries numbers.")]]
