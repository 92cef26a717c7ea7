"""The shapes of the documents of the other commands: version, movements, doctor, probe, compare, history."""

from typing import Annotated, Literal, NotRequired, TypedDict

from kinemotion.report.contract.analysis_types import Resolution
from kinemotion.report.contract.common_types import MessageEntry, Version, describe_field

Verdict = Literal["first", "within error", "real", "worthwhile"]
Interval = Annotated[list[float] | None, describe_field("95 % interval, low and high.")]


class VersionDocument(TypedDict):
    """The versions of everything that could change a result."""

    schema_version: Version
    name: str
    version: str
    python: str
    platform: str
    libraries: Annotated[dict[str, str], describe_field("Version by distribution.")]
    models: Annotated[dict[str, str], describe_field("SHA-256 by file of the model.")]


class MetricEntry(TypedDict):
    """A metric as it is declared; numbers in the unit of the key."""

    key: str
    title: str
    unit: str
    meaning: str
    plausible: Annotated[list[float] | None, describe_field("Range that is believed, low and high.")]
    source: str | None


class OptionEntry(TypedDict):
    """An option of a movement as it is declared."""

    name: str
    flag: str
    type: str
    default: float | int | str | bool | None
    choices: list[str] | None
    minimum: float | None
    maximum: float | None
    unit: str | None
    meaning: str


class MovementEntry(TypedDict):
    """A movement that can be measured."""

    name: str
    title: str
    command: str
    headline: Annotated[str, describe_field("Key of the metric that chooses the best trial.")]
    headlines: NotRequired[
        Annotated[list[str], describe_field("Keys of the metrics to show first, in order. Since 1.1.")]
    ]
    metrics: list[MetricEntry]
    repetition_metrics: list[MetricEntry]
    options: list[OptionEntry]


class MovementsDocument(TypedDict):
    """Every installed movement with all that it declares."""

    schema_version: Version
    movements: list[MovementEntry]


class FindingEntry(TypedDict):
    """One part of the installation that was looked at."""

    name: str
    ok: bool
    found: str
    mend: Annotated[str, describe_field("What to do; empty where nothing is wrong.")]


class DoctorDocument(TypedDict):
    """What is right and wrong with an installation."""

    schema_version: Version
    findings: list[FindingEntry]


class ProbedVideo(TypedDict):
    """What the container says before a picture is decoded; the analysis counts the pictures that can be decoded."""

    codec: str
    resolution: Resolution
    rotation_deg: int
    fps: Annotated[float | None, describe_field("By the usual step of the time stamps.")]
    frame_count: Annotated[int, describe_field("Frames that have a time stamp and are shown.")]
    duration_s: Annotated[float | None, describe_field("By the container's claim.")]
    capture_fps: float | None
    capture_fps_source: str | None


class ProbeDocument(TypedDict):
    """What is known of a file before its frames are decoded."""

    schema_version: Version
    video: ProbedVideo


class ComparedResult(TypedDict):
    """A result that is compared."""

    path: str
    clip: str
    athlete: str
    date: str
    movement: str


class ContrastEntry(TypedDict):
    """One metric of the results against that of the references, in the unit of the key."""

    value: float | None
    value_interval: Interval
    reference: float | None
    reference_interval: Interval
    difference: float | None
    difference_interval: Interval
    relative: Annotated[float | None, describe_field("Percent or ratio, by the kind of comparison.")]
    relative_interval: Interval
    is_real: Annotated[bool, describe_field("Whether the interval of the difference leaves out zero.")]


class ComparisonEntry(TypedDict):
    """One group of results against another."""

    kind: Literal["sessions", "sides", "eccentric_utilization"]
    results: list[ComparedResult]
    references: list[ComparedResult]
    metrics: Annotated[dict[str, ContrastEntry], describe_field("By key of the metric; null where one side lacks it.")]
    warnings: NotRequired[Annotated[list[MessageEntry], describe_field("What to know before believing it. Since 1.1.")]]


class ComparisonDocument(TypedDict):
    """What ``compare`` found."""

    schema_version: Version
    comparisons: list[ComparisonEntry]


class SessionEntry(TypedDict):
    """The results of one day, in the unit of the key."""

    date: Annotated[str, describe_field("ISO 8601.")]
    results: Annotated[int, describe_field("How many results the value is the mean of.")]
    value: float | None
    value_interval: Interval
    change: Annotated[float | None, describe_field("Since the first session.")]
    change_interval: Interval
    verdict: Verdict


class TrendEntry(TypedDict):
    """One metric of one athlete over sessions."""

    athlete: str
    movement: str
    metric: str
    smallest_worthwhile_change: float | None
    sessions: list[SessionEntry]


class HistoryDocument(TypedDict):
    """What ``history`` found."""

    schema_version: Version
    trends: list[TrendEntry]
