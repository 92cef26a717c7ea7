"""What the routes take and give, with examples."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kinemotion_backend.analyzer.base import QualityPreset, VideoAnalysisResult
from kinemotion_backend.contract import Analysis, Engine, Intervals, Metadata, Metrics, MovementInfo, Number, Trial
from kinemotion_backend.examples import example


class Versions(BaseModel):
    """Which parts answer."""

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
    """Fields beside the video. Further fields are the movement's own options, as GET /api/v1/sports lists them."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]  # pyright: ignore[reportIncompatibleVariableOverride]  (pydantic's way to type them)

    jump_type: str = Field(
        min_length=1, max_length=64, description="Movement, by name or common spelling.", examples=["cmj", "drop_jump"]
    )
    quality: QualityPreset = Field("balanced", description="Size of the pose model.")
    mass_kg: float | None = Field(None, ge=20, le=300, description="Body mass: gives power and force.")
    athlete_height_m: float | None = Field(None, ge=1, le=2.5, description="Stature, barefoot.")
    sex: Literal["female", "male"] | None = Field(None, description="Table of segment masses.")
    speed_m_s: float | None = Field(
        None, ge=0.5, le=15, description="Belt or ground speed of a run: gives step length."
    )
    capture_fps: float | None = Field(None, ge=1, le=2000, description="Rate a slow-motion clip was filmed at.")

    def options(self) -> dict[str, str | float]:
        """Everything given that is an option of the engine."""
        return self.model_dump(exclude={"jump_type", "quality"}, exclude_none=True)


class AnalyzeResponse(BaseModel):
    """The metrics of one video, and all that could explain them."""

    model_config = ConfigDict(extra="allow")

    status: Literal["success"] = "success"
    schema_version: str
    jump_type: str
    movement: str
    quality: str
    metrics: Metrics = Field(description="Headline: the metrics of the best plausible trial; null is not measured.")
    intervals: Intervals = Field(description="95 % interval of each metric that has one.")
    trials: tuple[Trial, ...]
    warnings: tuple[str, ...]
    processing_time_s: Number
    engine: Engine
    metadata: Metadata


def answer(result: VideoAnalysisResult) -> dict[str, Any]:
    """The result as the client gets it."""
    return {"status": "success", "jump_type": result.movement, **result.to_dict()}


def _example(movement: str) -> dict[str, Any]:
    """The answer for the contract's example of the movement."""
    analysis = Analysis.model_validate_json(example(movement))
    engine = Engine.model_validate_json(example("version"))
    return {"summary": movement, "value": answer(VideoAnalysisResult(analysis, engine))}


ANALYZED: dict[str, Any] = {
    "description": "The metrics.",
    "content": {"application/json": {"examples": {"cmj": _example("cmj")}}},
}
"""OpenAPI of a successful analysis."""


def multipart_body(form: type[BaseModel]) -> dict[str, Any]:
    """OpenAPI of a form with a video and the fields of the model."""
    schema = form.model_json_schema()
    schema["properties"] = {"video": {"type": "string", "format": "binary"}, **schema["properties"]}
    schema["required"] = ["video", *schema["required"]]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
