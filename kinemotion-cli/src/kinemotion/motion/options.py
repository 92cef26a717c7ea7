"""Declaring an option of a sport once: it becomes a command-line flag, an API field and a schema entry."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """What is declared of one option."""

    name: str
    type: type
    default: Any
    meaning: str
    unit: str | None
    choices: tuple[str, ...] | None
    minimum: float | None
    maximum: float | None


def option(  # noqa: PLR0913  (a declaration, by keyword)
    default: Any,  # noqa: ANN401  (the annotation of the field types it)
    meaning: str,
    *,
    unit: str | None = None,
    choices: tuple[str, ...] | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    kind: type | None = None,
) -> Any:  # noqa: ANN401
    """Declare an option: the default of a dataclass field. ``kind`` is needed where the default is None."""
    declared = {
        "meaning": meaning,
        "unit": unit,
        "choices": choices,
        "minimum": minimum,
        "maximum": maximum,
        "type": kind or type(default),
    }
    return field(default=default, metadata={"option": declared})


def list_options(options: type) -> tuple[OptionSpec, ...]:
    """Declarations of an options class, in order."""
    return tuple(
        OptionSpec(name=item.name, default=item.default, **item.metadata["option"]) for item in fields(options)
    )
