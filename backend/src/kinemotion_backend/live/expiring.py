"""Live analyses whose stream never came: they end with a reason instead of waiting for ever."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from kinemotion_backend.analyses.outcomes import as_failure
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.jobs.base import RetryLater
from kinemotion_backend.live.errors import StreamNotBegun

LONGEST_WAIT = timedelta(hours=1)
"""How long an analysis waits for its first connection."""
ROUND_S = 60.0
BATCH = 100

log = structlog.stdlib.get_logger(__name__)


async def expire_for_ever(runner: AnalysisRunner) -> None:
    """Make a round now and then."""
    while True:
        await asyncio.sleep(ROUND_S)
        try:
            await expire_streams(runner)
        except ServiceError:
            log.warning("streams_not_expired", exc_info=True)


async def expire_streams(runner: AnalysisRunner, *, now: datetime | None = None) -> None:
    """End live analyses that nobody has streamed. A stream that begins at the same moment wins."""
    at = now or datetime.now(UTC)
    async with runner.records.read() as transaction:
        unused = await transaction.analyses.find_unused_streams(at - LONGEST_WAIT, limit=BATCH)
    for analysis in unused:
        with suppress(RetryLater):
            started = await runner.start(analysis.id)
            if started is not None:
                reason = StreamNotBegun("Nobody connected to the live stream within an hour.")
                await runner.finish(started, as_failure(reason))
                log.info("stream_expired", analysis_id=analysis.id)
