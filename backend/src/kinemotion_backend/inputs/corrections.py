"""Events that a person corrected: a list in JSON, as the engine reads it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

MAX_CORRECTIONS = 200


class CorrectedEvent(BaseModel):
    """The instant that a person gives for an event of a trial."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=64, pattern="^[a-z_]+$")
    time_s: float = Field(ge=0, allow_inf_nan=False)
    side: Literal["left", "right"] | None = None
    trial: int = Field(0, ge=0)


_CORRECTIONS = TypeAdapter(Annotated[list[CorrectedEvent], Field(min_length=1, max_length=MAX_CORRECTIONS)])


def are_corrections(text: str) -> bool:
    """Whether the text is a list of corrections. The engine would open other texts as files."""
    if not text.startswith("["):
        return False
    try:
        _CORRECTIONS.validate_json(text)
    except ValidationError:
        return False
    return True
