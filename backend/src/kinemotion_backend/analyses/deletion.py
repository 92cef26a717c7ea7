"""Delete an analysis with its files; after a crash in between, upkeep finishes the deletion."""

from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.records.base import AnalysisRecord, Records


def name_folder(analysis_id: str, attempt: int | None = None) -> str:
    """Return the folder in the blob store for what the analysis, or one attempt of it, makes."""
    return f"analyses/{analysis_id}" if attempt is None else f"analyses/{analysis_id}/{attempt}"


async def delete_marked(records: Records, blobs: BlobStore, *, analysis: AnalysisRecord) -> None:
    """Delete the files, then the record of an analysis that is marked for deletion.

    After a crash in between, the next round of upkeep finds it again.
    """
    async for blob in blobs.list(name_folder(analysis.id)):
        await blobs.delete(blob.key)
    async with records.read() as transaction:
        is_used = analysis.video_key is not None and await transaction.analyses.is_video_used(analysis.video_key)
    if analysis.video_key is not None and not is_used:
        await blobs.delete(analysis.video_key)
    async with records.write() as transaction:
        await transaction.events.delete_of(analysis.id)
        await transaction.analyses.delete(analysis.id)
