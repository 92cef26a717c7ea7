"""A worker: a process that runs analyses for the services that share its database."""

import asyncio
import signal

import structlog
from anyio import to_thread

from kinemotion_backend.platform_wiring import start_platform
from kinemotion_backend.settings import Settings
from kinemotion_backend.wiring import MEBIBYTE, make_analyzer
from kinemotion_backend.workspace import open_workspace

log = structlog.stdlib.get_logger(__name__)


async def run_worker(settings: Settings) -> None:
    """Run jobs until the process is asked to end; then stop the engines and give their analyses back.

    Raises
    ------
    EngineUnusable
        When there is no engine that matches; the message says what to install.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with open_workspace(settings.work_dir, min_free_bytes=settings.min_free_mb * MEBIBYTE) as workspace:
        analyzer = await to_thread.run_sync(lambda: make_analyzer(settings, workspace=workspace))
        async with start_platform(settings, analyzer=analyzer, workspace=workspace, is_worker=True):
            log.info("worker_started", parallel=settings.max_analyses)
            await stopping.wait()
    log.info("worker_stopped")
