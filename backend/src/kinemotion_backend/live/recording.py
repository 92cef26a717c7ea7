"""The record of a live stream: it starts and ends with the stream, and keeps the result."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kinemotion_backend.analyses.errors import AnalysisNotFound
from kinemotion_backend.analyses.outcomes import as_failure, store_result
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.contract.documents import Engine, EngineError
from kinemotion_backend.errors import AnalysisRefused, ServiceError
from kinemotion_backend.jobs.base import RetryLater
from kinemotion_backend.live.errors import StreamInUse
from kinemotion_backend.live.stream import LiveStream
from kinemotion_backend.records.base import AnalysisRecord

NO_QUALITY: Mapping[str, Any] = {"score": 0, "confidence": "low", "warnings": [], "indicators": dict[str, float]()}


async def start_record(runner: AnalysisRunner, analysis: AnalysisRecord) -> AnalysisRecord:
    """Begin the analysis that a stream is for.

    Raises
    ------
    StreamInUse
        If it has a stream already.
    AnalysisNotFound
        If it has ended, or is no live analysis.
    """
    if analysis.video_key is not None:
        raise AnalysisNotFound("The analysis has a video and no live stream.")
    try:
        started = await runner.start(analysis.id)
    except RetryLater:
        raise StreamInUse("The analysis has a live stream already.") from None
    if started is None:
        raise AnalysisNotFound("The analysis has ended.")
    return started


async def finish_record(
    runner: AnalysisRunner, analysis: AnalysisRecord, *, stream: LiveStream, engine: Engine
) -> None:
    """Write the end of the analysis: the stream's result, or why it has none."""
    error = _find_error(stream)
    if error is not None:
        outcome = as_failure(error)
    else:
        content = write_document(stream, engine)
        outcome = await store_result(runner.blobs, analysis, content=content, engine=engine)
    await runner.finish(analysis, outcome)


def write_document(stream: LiveStream, engine: Engine) -> bytes:
    """Return the document of a stream: the engine's own parts, put together as the contract orders them."""
    closed = stream.result or {}
    result: Mapping[str, Any] = closed.get("result", {})
    headline, data, intervals = result.get("headline_trial"), result.get("data", {}), result.get("intervals", {})
    best = _find_trial(stream, headline)
    if best is not None and headline != best["index"]:  # an engine was restarted: the last one has seen no movement
        headline, data, intervals = best["index"], best["data"], best["intervals"]
    described: Mapping[str, Any] = closed.get("metadata", {})
    quality = described.get("quality", NO_QUALITY)
    if best is not None and described.get("headline_trial") != headline:
        quality = {**best["quality"], "indicators": dict[str, float]()}
    document: dict[str, Any] = {
        "schema_version": engine.schema_version,
        "movement": result.get("movement", stream.request.movement),
        "data": data,
        "intervals": intervals,
        "trials": list(stream.trials),
        "metadata": {
            **described,  # what the engine says of the frames, the model and the settings
            "headline_trial": headline,
            "quality": quality,
            "processing": {
                "version": stream.session.engine_version,
                "timestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "quality_preset": stream.request.quality,
                "processing_time_s": round(stream.length_s, 3),
                "stages_s": {},
            },
            "stream": {
                "codec": stream.codec.name.lower() if stream.codec else None,
                "frames": closed.get("frames", 0),
                "received": stream.counts.received,
                "dropped": stream.counts.dropped,
            },
        },
    }
    return json.dumps(document).encode()


def _find_error(stream: LiveStream) -> ServiceError | None:
    """Return why the stream has no result; None where it has one."""
    if any(trial.get("data") for trial in stream.trials):
        return None
    if stream.failure is not None:
        return _as_refusal(stream.failure)
    if stream.result is None:
        return ServiceError("The live stream ended without a result.")
    problem = stream.result["result"].get("problem")
    return _as_refusal(problem) if problem else None


def _as_refusal(error: Mapping[str, Any]) -> ServiceError:
    """Convert what the engine says is wrong with a stream to one of our errors, in the engine's own words."""
    try:
        return AnalysisRefused(EngineError.model_validate(error))
    except ValueError:
        return ServiceError("The live stream ended with an error that does not keep the contract.")


def _find_trial(stream: LiveStream, headline: object) -> Mapping[str, Any] | None:
    """Return the headline trial; where it was seen by an engine that died, the one of the best quality."""
    measured = [trial for trial in stream.trials if trial.get("data")]
    found = [trial for trial in measured if trial["index"] == headline]
    return found[0] if found else max(measured, key=lambda trial: trial["quality"]["score"], default=None)
