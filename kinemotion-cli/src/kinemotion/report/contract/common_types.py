"""Shapes that several documents of the contract share."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta


def describe_field(description: str) -> Meta:
    """Describe a field in its schema."""
    return Meta(description=description)


Version = Annotated[str, Meta(pattern=r"^1\.\d+$", description="Version of the contract, major.minor.")]
Confidence = Literal["high", "medium", "low"]
Side = Annotated[str | None, describe_field("left or right foot, where it belongs to one.")]
MessageValues = Annotated[
    dict[str, float | int | str | list[str]],
    describe_field("What the message names: numbers in SI units, with the unit in the key; words; keys of metrics."),
]


class MessageEntry(TypedDict):
    """A message to people, for programs that translate it or act on it."""

    code: Annotated[str, describe_field("Stable name of the message.")]
    message: Annotated[str, describe_field("The message in English.")]
    values: MessageValues


class ProblemEntry(TypedDict):
    """Why a trial has no numbers."""

    code: Annotated[str, describe_field("Stable name of the kind of problem.")]
    message: Annotated[str, describe_field("What happened, for people.")]
    hint: Annotated[str, describe_field("What to do next, for people; may be empty.")]
    reason: NotRequired[Annotated[MessageEntry, describe_field("What happened, for programs. Since 1.1.")]]
    advice: NotRequired[Annotated[MessageEntry | None, describe_field("What to do next, for programs. Since 1.1.")]]


class Failure(ProblemEntry):
    """Why there are no numbers."""

    retryable: Annotated[bool, describe_field("Whether the same call may succeed later.")]


class ErrorDocument(TypedDict):
    """What is written instead of a result."""

    schema_version: Version
    error: Failure
