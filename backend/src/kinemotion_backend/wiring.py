"""Settings become working parts. Only ``wiring``, ``platform_wiring`` and ``port_wiring`` choose implementations."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from anyio import to_thread

from kinemotion_backend import __version__
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.command import VideoLimits
from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer
from kinemotion_backend.adapters.mock_stream import MockStreamAnalyzer
from kinemotion_backend.adapters.process import ProcessLimits
from kinemotion_backend.adapters.stream_adapter import KinemotionStreamAdapter, PoolRules
from kinemotion_backend.analyses.gauges import GaugeUpdater
from kinemotion_backend.analyses.instrumented_analyzer import InstrumentedAnalyzer
from kinemotion_backend.api.video_form import VideoFormReceiver, VideoRules
from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.live.service import LiveRules, LiveService
from kinemotion_backend.live.stream_analyzer import StreamAnalyzer
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.platform_wiring import EngineParts, Platform, start_platform
from kinemotion_backend.settings import Settings
from kinemotion_backend.uploads.admission import Admission
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.workspace import Workspace, open_workspace

MEBIBYTE = 1024 * 1024
SHUTDOWN_GRACE_S = 5.0
"""How long cancelled requests may take to stop their engines; leaving earlier would leave orphans."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes work with."""

    analyzer: VideoAnalyzer
    engine: Engine
    """The engine as it was at start."""
    receiver: VideoFormReceiver
    workspace: Workspace
    platform: Platform
    metrics: Metrics
    live: LiveService
    gauges: GaugeUpdater


def make_analyzer(settings: Settings, *, workspace: Workspace | None = None) -> VideoAnalyzer:
    """Return the analyzer that the settings ask for.

    Raises
    ------
    EngineUnusable
        When there is no engine that matches; the message says what to install.
    """
    if settings.use_mock_analyzer:
        return MockVideoAnalyzer()
    limits = _read_limits(settings)
    return KinemotionCLIAdapter(
        settings.kinemotion_cli,
        limits=limits,
        parallel=settings.max_analyses,
        workspace=workspace,
        video_limits=VideoLimits(settings.max_duration_s, settings.max_frames, settings.max_pixels),
    )


def _read_limits(settings: Settings) -> ProcessLimits:
    return ProcessLimits(
        timeout_s=settings.analysis_timeout_s,
        memory_bytes=settings.engine_memory_mb * MEBIBYTE,
        file_bytes=settings.engine_output_mb * MEBIBYTE,
        nice=settings.engine_nice,
    )


def _make_stream_analyzer(settings: Settings, analyzer: VideoAnalyzer, *, metrics: Metrics) -> StreamAnalyzer:
    """Return the live engine: a pool for the command, a simulated one for any other analyzer."""
    if not isinstance(analyzer, KinemotionCLIAdapter):
        return MockStreamAnalyzer()
    # An athlete waits for the answer: the live engine comes before analyses of files, and after the service itself.
    limits = replace(_read_limits(settings), nice=settings.engine_nice // 2)
    rules = PoolRules(engines=settings.stream_engines, streams_an_engine=settings.streams_an_engine)
    return KinemotionStreamAdapter(
        settings.kinemotion_cli, analyzer=analyzer, limits=limits, rules=rules, metrics=metrics
    )


@asynccontextmanager
async def _start_live(
    settings: Settings, streams: StreamAnalyzer, *, platform: Platform, metrics: Metrics
) -> AsyncGenerator[LiveService]:
    """Start the live engine ahead of its first stream; at the end, stop the streams and it."""
    live = LiveService(
        streams,
        videos=platform.runner.analyzer,
        runner=platform.runner,
        metrics=metrics,
        rules=LiveRules(
            max_streams=settings.max_streams,
            idle_s=settings.stream_idle_s,
            resume_s=settings.stream_resume_s,
            max_length_s=settings.stream_longest_s,
        ),
    )
    await live.start()
    try:
        yield live
    finally:
        await live.stop()


@asynccontextmanager
async def start_services(
    settings: Settings, *, analyzer: VideoAnalyzer | None = None, metrics: Metrics | None = None
) -> AsyncGenerator[Services]:
    """Start everything the routes need; at the end, stop it and remove what is left.

    Raises
    ------
    EngineUnusable
        When there is no engine that matches; the message says what to install.
    """
    with open_workspace(settings.work_dir, min_free_bytes=settings.min_free_mb * MEBIBYTE) as workspace:
        metrics = metrics or Metrics()
        own = analyzer or await to_thread.run_sync(lambda: make_analyzer(settings, workspace=workspace))
        chosen = InstrumentedAnalyzer(own, metrics=metrics)
        engine = await chosen.get_engine()
        metrics.build.labels(__version__, engine.version, engine.schema_version).set(1)
        rules = VideoRules(settings.max_upload_mb * MEBIBYTE, chosen.can_read)
        admission = Admission(settings.max_requests, share=settings.max_requests_a_client)
        streams = _make_stream_analyzer(settings, own, metrics=metrics)
        async with (
            start_platform(settings, EngineParts(chosen, workspace, metrics), is_worker=False) as platform,
            _start_live(settings, streams, platform=platform, metrics=metrics) as live,
        ):
            yield Services(
                analyzer=chosen,
                engine=engine,
                receiver=VideoFormReceiver(admission, workspace, rules),
                workspace=workspace,
                platform=platform,
                metrics=metrics,
                live=live,
                gauges=replace(platform.gauges, update_own=live.observe),
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(SHUTDOWN_GRACE_S):
                    await admission.wait_until_empty()
