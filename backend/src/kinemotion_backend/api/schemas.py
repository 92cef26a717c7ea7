"""What the routes take and give, with examples."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kinemotion_backend.contract.documents import (
    Analysis,
    Engine,
    Intervals,
    Metrics,
    MovementInfo,
    Number,
    OptionInfo,
    read_header,
)
from kinemotion_backend.examples import load_example
from kinemotion_backend.inputs.movement_options import ATHLETE_OPTIONS
from kinemotion_backend.video_analyzer import DEFAULT_MOVEMENT, AnalysisDocument, QualityPreset


class Versions(BaseModel):
    """The versions of the parts."""

    service: str
    contract: str = Field(description="Contract versions this service reads.", examples=["1.x"])
    engine: str
    engine_contract: str


class Health(BaseModel):
    """The service is alive."""

    status: Literal["healthy"] = "healthy"
    service: Literal["kinemotion-backend"] = "kinemotion-backend"
    versions: Versions


class Readiness(BaseModel):
    """The service can analyse videos."""

    status: Literal["ready"] = "ready"
    engine: Engine


class Sports(BaseModel):
    """What the engine offers."""

    sports: tuple[MovementInfo, ...]
    engine: Engine


class AnalyzeForm(BaseModel):
    """Fields beside the video. Every further field is an option of the movement, as GET /api/v1/sports lists them."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]  # pyright: ignore[reportIncompatibleVariableOverride]  (pydantic's way to type them)

    jump_type: str = Field(
        DEFAULT_MOVEMENT,
        min_length=1,
        max_length=64,
        description="Movement, by name or common spelling.",
        examples=["cmj", "drop_jump"],
    )
    quality: QualityPreset = Field("balanced", description="Larger pose models are slower and more precise.")

    def options(self) -> dict[str, str]:
        """Every further field: an option of the engine."""
        return dict(self.__pydantic_extra__)


class AnalyzeResponse(BaseModel):
    """The metrics of one video, and the engine's whole document."""

    status: Literal["success"] = "success"
    jump_type: str = Field(description="Movement that was measured, by the engine's name.")
    quality: str
    metrics: Metrics = Field(description="Metrics of the best plausible trial; null is not measured.")
    intervals: Intervals = Field(description="95 % interval of each metric that has one.")
    warnings: tuple[str, ...] = Field(description="What to know before trusting the numbers.")
    processing_time_s: Number
    engine: Engine = Field(description="Which engine measured, with the hashes of its models.")
    document: Analysis = Field(description="The engine's document, byte for byte: all trials, events and metadata.")


def write_answer(measured: AnalysisDocument) -> bytes:
    """Return the body of a successful analysis: our facts, and the engine's document as it was written."""
    header = measured.header
    facts = {
        "status": "success",
        "jump_type": header.movement,
        "quality": header.metadata.processing.quality_preset,
        "metrics": header.data,
        "intervals": header.intervals,
        "warnings": header.metadata.quality.warnings,
        "processing_time_s": header.metadata.processing.processing_time_s,
        "engine": measured.engine.model_dump(mode="json", exclude_unset=True),
    }
    return b'%s, "document": %s}' % (json.dumps(facts)[:-1].encode(), measured.content)


def _load_example(movement: str) -> dict[str, Any]:
    """Return the answer for the contract's example of the movement."""
    content = load_example(movement).encode()
    engine = Engine.model_validate_json(load_example("version"))
    measured = AnalysisDocument(content, read_header(content), engine)
    return {"summary": movement, "value": json.loads(write_answer(measured))}


ANALYZED: dict[str, Any] = {
    "description": "The metrics.",
    "content": {"application/json": {"examples": {"cmj": _load_example("cmj")}}},
}
"""OpenAPI of a successful analysis."""


def describe_form(form: type[BaseModel]) -> dict[str, Any]:
    """Return the OpenAPI of a form with a video, the fields of the model, and the options of every movement."""
    schema = form.model_json_schema()
    options = {option.name: _describe_option(option) for option in ATHLETE_OPTIONS}
    schema["properties"] = {"video": {"type": "string", "format": "binary"}, **schema["properties"], **options}
    schema["required"] = ["video", *schema.get("required", [])]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def _describe_option(option: OptionInfo) -> dict[str, Any]:
    """Return the JSON schema of one option."""
    kind = {"float": "number", "int": "integer", "bool": "boolean"}.get(option.type, "string")
    bounds = {"enum": option.choices, "minimum": option.minimum, "maximum": option.maximum}
    known = {name: value for name, value in bounds.items() if value is not None}
    return {"type": kind, **known, "title": option.name, "description": option.meaning}
