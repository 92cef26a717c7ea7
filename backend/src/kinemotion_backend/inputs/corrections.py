"""Events that a person corrected: a list in JSON, as the engine reads it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

MOST_CORRECTIONS = 200
FAULT = 'Must be a JSON list such as [{"name": "takeoff", "time_s": 1.75}].'


class CorrectedEvent(BaseModel):
    """The instant that a person gives for an event of a trial."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=64, pattern="^[a-z_]+$")
    time_s: float = Field(ge=0, allow_inf_nan=False)
    side: Literal["left", "right"] | None = None
    trial: int = Field(0, ge=0)


_CORRECTIONS = TypeAdapter(Annotated[list[CorrectedEvent], Field(min_length=1, max_length=MOST_CORRECTIONS)])


def find_corrections_fault(text: str) -> str | None:
    """Say what is wrong with a text of corrections; None if nothing is. The engine would open other texts as files."""
    if not text.startswith("["):
        return FAULT
    try:
        _CORRECTIONS.validate_json(text)
    except ValidationError:
        return FAULT
    return None
