"""Interim results of live streams, kept in the store: a process that dies loses no finished trial."""

from contextlib import suppress

from kinemotion_backend.analyses.deletion import name_folder
from kinemotion_backend.analyses.errors import StreamInterrupted
from kinemotion_backend.analyses.outcomes import as_failure, store_result
from kinemotion_backend.blobs.base import BlobNotFound, BlobStore, BlobStoreUnavailable
from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.records.base import AnalysisRecord, Outcome

NAME = "interim-result.json"


async def save_interim_result(blobs: BlobStore, analysis: AnalysisRecord, *, content: bytes) -> None:
    """Store the document that the analysis would have if its stream ended now."""
    await blobs.put_bytes(_make_key(analysis, analysis.attempt), content)


async def load_interim_result(blobs: BlobStore, analysis: AnalysisRecord) -> bytes | None:
    """Return the newest interim result; None if no trial was finished."""
    for attempt in range(analysis.attempt, 0, -1):
        with suppress(BlobNotFound):
            return b"".join([chunk async for chunk in blobs.get(_make_key(analysis, attempt))])
    return None


async def delete_interim_results(blobs: BlobStore, analysis: AnalysisRecord) -> None:
    """Delete the interim results; if the store does not answer, the orphan sweep does it."""
    with suppress(BlobStoreUnavailable):
        for attempt in range(1, analysis.attempt + 1):
            await blobs.delete(_make_key(analysis, attempt))


async def recover_outcome(blobs: BlobStore, analysis: AnalysisRecord, *, engine: Engine) -> Outcome:
    """Return the outcome of a live analysis whose process has died and to which nobody came back."""
    content = await load_interim_result(blobs, analysis)
    if content is None:
        return as_failure(StreamInterrupted("The service ended before the live stream did."))
    return await store_result(blobs, analysis, content=content, engine=engine)


def _make_key(analysis: AnalysisRecord, attempt: int) -> str:
    return f"{name_folder(analysis.id, attempt)}/{NAME}"
