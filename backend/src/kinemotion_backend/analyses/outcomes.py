"""Store the files of an analysis and build its outcome."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from anyio import to_thread

from kinemotion_backend.analyses.deletion import name_folder
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.contract.documents import AnalysisHeader, Engine, Metadata, read_header
from kinemotion_backend.errors import AnalysisRefused, InvalidOptions, ServiceError
from kinemotion_backend.records.base import AnalysisRecord, Outcome, StoredArtefact
from kinemotion_backend.video_analyzer import AnalysisDocument, Artefact
from kinemotion_backend.waiting.cancellation import hold_file

RESULT = "result.json"


async def fetch_video(blobs: BlobStore, key: str, *, target: Path) -> None:
    """Write the stored video into the file."""
    async with hold_file(target, "xb") as file:
        async for chunk in blobs.get(key):
            await file.write(chunk)


async def store_document(blobs: BlobStore, analysis: AnalysisRecord, *, content: bytes) -> StoredArtefact:
    """Store the engine's document, byte for byte."""
    key = f"{name_folder(analysis.id, analysis.attempt)}/{RESULT}"
    stored = await blobs.put_bytes(key, content)
    return StoredArtefact(
        analysis_id=analysis.id,
        name=RESULT,
        blob_key=key,
        media_type="application/json",
        size_bytes=stored.size,
        sha256=stored.sha256,
    )


async def store_artefact(blobs: BlobStore, analysis: AnalysisRecord, *, artefact: Artefact) -> StoredArtefact:
    """Store a file that the engine made, in pieces, however long it is."""
    key = f"{name_folder(analysis.id, analysis.attempt)}/{artefact.path.name}"
    stored = await blobs.put_file(key, artefact.path)
    return StoredArtefact(
        analysis_id=analysis.id,
        name=artefact.path.name,
        blob_key=key,
        media_type=artefact.media_type,
        size_bytes=stored.size,
        sha256=stored.sha256,
    )


async def store_result(blobs: BlobStore, analysis: AnalysisRecord, *, content: bytes, engine: Engine) -> Outcome:
    """Store the document of a live analysis, and return the outcome of the analysis."""
    try:
        document = AnalysisDocument(content, await to_thread.run_sync(read_header, content), engine)
    except ValueError:
        return as_failure(ServiceError("The engine's result does not keep the contract."))
    return as_success(analysis, document, artefacts=[await store_document(blobs, analysis, content=content)])


def as_success(analysis: AnalysisRecord, document: AnalysisDocument, *, artefacts: list[StoredArtefact]) -> Outcome:
    """Return the outcome of an analysis with a document."""
    measured = document.header
    return Outcome(
        status="completed",
        finished_at=datetime.now(UTC),
        engine_version=document.engine.version,
        document_key=artefacts[0].blob_key,
        recorded_on=analysis.recorded_on or find_recording_day(measured.metadata),
        summary=summarize(measured),
        artefacts=artefacts,
    )


def summarize(measured: AnalysisHeader) -> dict[str, Any]:
    """Return what the record of an analysis keeps of its document."""
    return {
        "data": measured.data,
        "intervals": measured.intervals,
        "quality": measured.metadata.quality.model_dump(mode="json", exclude_unset=True),
    }


def as_failure(error: ServiceError, *, artefacts: Sequence[StoredArtefact] = ()) -> Outcome:
    """Return the outcome of an analysis that failed for good, with the files that show why."""
    failure: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "retryable": error.retryable,
    }
    if isinstance(error, InvalidOptions):
        failure["errors"] = [asdict(fault) for fault in error.fields]
    if isinstance(error, AnalysisRefused | InvalidOptions):
        failure |= {"reason": error.reason, "advice": error.advice}
    return Outcome(status="failed", finished_at=datetime.now(UTC), error=failure, artefacts=artefacts)


def find_recording_day(metadata: Metadata) -> date:
    """Return the day of the test: as given, else as the camera says, else the day of the analysis."""
    stated = _look_up(metadata.model_extra, "algorithm", "settings", "date")
    filmed = _look_up(metadata.model_extra, "video", "recorded_at")
    for text in (stated, filmed, metadata.processing.timestamp):
        with suppress(ValueError):  # a camera may say anything
            return date.fromisoformat(str(text)[:10])
    return datetime.now(UTC).date()


def _look_up(content: object, *names: str) -> object:
    """Return what lies under the names, one in another; None where nothing does."""
    for name in names:
        content = cast("Mapping[str, object]", content).get(name) if isinstance(content, Mapping) else None
    return content
