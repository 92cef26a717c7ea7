"""The shapes of the lines of a stream: NDJSON, one event a line."""

from typing import Annotated, Literal, NotRequired, TypedDict

from kinemotion.report.contract.analysis_types import AnalysisDocument, TrialEntry
from kinemotion.report.contract.common_types import ErrorDocument, Version, about


class PersonState(TypedDict):
    """What one person does in a frame."""

    person: Annotated[int, about("Number of the person among those in the clip.")]
    phase: Annotated[str, about("What the feet and the body do: a rough name, before any trial is over.")]
    height_m: Annotated[float | None, about("Rise of the body above standing; null without a known scale.")]
    highest_m: Annotated[float | None, about("Largest rise of the last flight; null without one.")]
    contact_time_s: Annotated[float | None, about("Length of the last ground contact; null without one.")]


class StateEvent(TypedDict):
    """Line of a live stream: what happens in a frame. Since 1.1."""

    schema_version: Version
    event: Literal["state"]
    movement: str
    time_s: Annotated[float, about("Time stamp of the frame.")]
    people: Annotated[list[PersonState], about("Empty where nobody is in view.")]


class TrialEvent(TypedDict):
    """Line of a stream: a trial, as soon as it is complete."""

    schema_version: Version
    event: Literal["trial"]
    movement: str
    trial: TrialEntry
    final: NotRequired[Annotated[bool, about("False in a live stream until the movement has settled. Since 1.1.")]]


class ReportEvent(AnalysisDocument):
    """Last line of a stream: the whole document."""

    event: Literal["report"]


class ErrorEvent(ErrorDocument):
    """Last line of a stream that failed."""

    event: Literal["error"]


class ProgressEvent(TypedDict):
    """Line on standard error with ``--progress json``."""

    event: Literal["progress"]
    done: Annotated[int, about("Frames, or clips, that are done.")]
    total: Annotated[int | None, about("How many there are; null where the file does not say.")]
