"""The shapes of the lines of a stream: NDJSON, one event a line."""

from typing import Annotated, Literal, NotRequired, TypedDict

from kinemotion.report.contract.analysis_types import Algorithm, AnalysisDocument, ClipQuality, TrialEntry, VideoEntry
from kinemotion.report.contract.common_types import ErrorDocument, ProblemEntry, Version, describe_field

SessionNumber = Annotated[int, describe_field("Number of the session, chosen by the client. Since 1.1.")]
CaptureTime = Annotated[
    int, describe_field("Capture time stamp of the newest frame that is behind this line, us. Since 1.1.")
]


class ReadyEvent(TypedDict):
    """First line of a live stream: the process takes records. Since 1.1."""

    schema_version: Version
    event: Literal["ready"]
    session: None
    version: Annotated[str, describe_field("Version of the engine.")]
    movements: Annotated[list[str], describe_field("Names of the movements that a session may measure.")]


class PersonState(TypedDict):
    """What one person does in a frame."""

    person: Annotated[int, describe_field("Number of the person among those in the clip.")]
    phase: Annotated[str, describe_field("What the feet and the body do: a rough name, before any trial is over.")]
    height_m: Annotated[float | None, describe_field("Rise of the body above standing; null without a known scale.")]
    highest_m: Annotated[float | None, describe_field("Largest rise of the last flight; null without one.")]
    contact_time_s: Annotated[float | None, describe_field("Length of the last ground contact; null without one.")]


class StateEvent(TypedDict):
    """Line of a live stream: what happens in a frame. Since 1.1."""

    schema_version: Version
    event: Literal["state"]
    session: SessionNumber
    movement: str
    time_us: CaptureTime
    time_s: Annotated[float, describe_field("Time since the first frame of the session.")]
    phase: Annotated[str | None, describe_field("Phase of the athlete; null where nobody is in view.")]
    height_so_far_m: Annotated[
        float | None, describe_field("Largest rise of the athlete in this trial; null if not known.")
    ]
    people: Annotated[list[PersonState], describe_field("Empty where nobody is in view.")]
    cpu_time_s: NotRequired[
        Annotated[
            float,
            describe_field("Processor time since the last such line, of each frame that was looked at since then."),
        ]
    ]


class TrialEvent(TypedDict):
    """Line of a stream: a trial, as soon as it is complete."""

    schema_version: Version
    event: Literal["trial"]
    movement: str
    trial: TrialEntry
    final: NotRequired[
        Annotated[bool, describe_field("False in a live stream until the movement has settled. Since 1.1.")]
    ]
    session: NotRequired[SessionNumber]
    time_us: NotRequired[CaptureTime]


class DroppedEvent(TypedDict):
    """Line of a live stream: frames that were not looked at, as newer ones were there or they came late. Since 1.1."""

    schema_version: Version
    event: Literal["dropped"]
    session: SessionNumber
    frames: Annotated[int, describe_field("How many since the last such line of this session.")]


class SessionResult(TypedDict):
    """What a session has measured: its best trial."""

    movement: str
    trials: Annotated[int, describe_field("How many trials were found.")]
    headline_trial: Annotated[int | None, describe_field("Index of the best trial; null where none carries numbers.")]
    data: Annotated[dict[str, float | int | str | None], describe_field("Metrics of the best trial by key.")]
    intervals: Annotated[dict[str, list[float]], describe_field("95 % intervals of the metrics, low and high.")]
    problem: Annotated[ProblemEntry | None, describe_field("Why there are no numbers; null where there are.")]


class SessionMetadata(TypedDict):
    """Where the numbers of a session come from, as the document of a file says it. Since 1.1."""

    headline_trial: Annotated[int | None, describe_field("Index of the trial that ``data`` is taken from.")]
    quality: ClipQuality
    video: Annotated[VideoEntry, describe_field("The frames that were looked at.")]
    algorithm: Algorithm


class ClosedEvent(TypedDict):
    """Last line of a session. Since 1.1."""

    schema_version: Version
    event: Literal["closed"]
    session: SessionNumber
    frames: Annotated[int, describe_field("Frames that were looked at.")]
    dropped: Annotated[int, describe_field("Frames that were not.")]
    result: SessionResult
    metadata: NotRequired[SessionMetadata]


class ReportEvent(AnalysisDocument):
    """Last line of a stream: the whole document."""

    event: Literal["report"]


class ErrorEvent(ErrorDocument):
    """Last line of a stream that failed. In a live stream: why a session ends, or the process where it is null."""

    event: Literal["error"]
    session: NotRequired[
        Annotated[int | None, describe_field("Number of the session; null for the process. Since 1.1.")]
    ]


class ProgressEvent(TypedDict):
    """Line on standard error with ``--progress json``."""

    event: Literal["progress"]
    done: Annotated[int, describe_field("Frames, or clips, that are done.")]
    total: Annotated[int | None, describe_field("How many there are; null where the file does not say.")]
