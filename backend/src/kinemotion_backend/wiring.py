"""Settings become the things that do the work: the only file that names a concrete one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from kinemotion_backend.admission import Admission
from kinemotion_backend.analyzer.base import VideoAnalyzer
from kinemotion_backend.analyzer.cli import KinemotionCLIAdapter
from kinemotion_backend.analyzer.mock import MockVideoAnalyzer
from kinemotion_backend.analyzer.process import ProcessLimits
from kinemotion_backend.api.services import Services
from kinemotion_backend.settings import Settings
from kinemotion_backend.uploads import UploadLimits
from kinemotion_backend.workspace import workspace

MEBIBYTE = 1024 * 1024
CLEARING_S = 5.0
"""How long cancelled requests may take to end their engines; who goes before that leaves orphans."""


def make_analyzer(settings: Settings, *, work_dir: Path | None = None) -> VideoAnalyzer:
    """The analyzer the settings ask for."""
    if settings.use_mock_analyzer:
        return MockVideoAnalyzer()
    limits = ProcessLimits(
        timeout_s=settings.analysis_timeout_s,
        memory_bytes=settings.engine_memory_mb * MEBIBYTE,
        file_bytes=settings.engine_output_mb * MEBIBYTE,
        nice=settings.engine_nice,
    )
    return KinemotionCLIAdapter(
        settings.kinemotion_cli, limits=limits, parallel=settings.max_analyses, work_dir=work_dir
    )


@asynccontextmanager
async def services(settings: Settings, *, analyzer: VideoAnalyzer | None = None) -> AsyncGenerator[Services]:
    """Everything the routes need, started and, at the end, cleared away.

    Raises
    ------
    EngineUnusable
        Where there is no engine that fits; says what to install.
    """
    with workspace(settings.work_dir) as work_dir:
        chosen = analyzer or make_analyzer(settings, work_dir=work_dir)
        admission = Admission(settings.max_requests, share=settings.max_requests_a_client)
        yield Services(
            analyzer=chosen,
            engine=await chosen.engine(),
            admission=admission,
            upload_limits=UploadLimits(
                video_bytes=settings.max_upload_mb * MEBIBYTE,
                idle_s=settings.upload_idle_s,
                total_s=settings.upload_timeout_s,
            ),
            work_dir=work_dir,
        )
        with suppress(TimeoutError):
            await asyncio.wait_for(admission.emptied(), CLEARING_S)
