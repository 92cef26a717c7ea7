"""A worker: a process that runs analyses for the services that share its database."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from anyio import to_thread

from kinemotion_backend import __version__
from kinemotion_backend.analyses.gauges import GaugeUpdater
from kinemotion_backend.analyses.instrumented_analyzer import InstrumentedAnalyzer
from kinemotion_backend.api.metrics import make_worker_app
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.platform_wiring import EngineParts, start_platform
from kinemotion_backend.settings import Settings
from kinemotion_backend.wiring import MEBIBYTE, make_analyzer
from kinemotion_backend.workspace import open_workspace

_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = structlog.stdlib.get_logger(__name__)


async def run_worker(settings: Settings) -> None:
    """Run jobs until the process is asked to end; then stop the engines and give their analyses back.

    Raises
    ------
    EngineUnusable
        When there is no engine that matches; the message says what to install.
    """
    stopping = asyncio.Event()
    with (
        _catching_stops(stopping.set),
        open_workspace(settings.work_dir, min_free_bytes=settings.min_free_mb * MEBIBYTE) as workspace,
    ):
        analyzer = await to_thread.run_sync(lambda: make_analyzer(settings, workspace=workspace))
        metrics = Metrics()
        engine = await analyzer.get_engine()
        metrics.build.labels(__version__, engine.version, engine.schema_version).set(1)
        parts = EngineParts(InstrumentedAnalyzer(analyzer, metrics=metrics), workspace, metrics)
        async with (
            start_platform(settings, parts, is_worker=True) as platform,
            _serving_metrics(settings, platform.gauges),
        ):
            log.info("worker_started", parallel=settings.max_analyses)
            await stopping.wait()
    log.info("worker_stopped")


@contextmanager
def _catching_stops(stop: Callable[[], None]) -> Generator[None]:
    """Call the function when the process is asked to end, also by a closed terminal unless that is ignored.

    Afterwards a further request is ignored: it would print a trace while Python itself ends.
    """
    loop = asyncio.get_running_loop()
    caught = [number for number in _STOPS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in caught:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)


class _MetricsServer(uvicorn.Server):
    """uvicorn's server beside a worker, which listens for signals itself."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals to the worker."""
        yield


@asynccontextmanager
async def _serving_metrics(settings: Settings, gauges: GaugeUpdater) -> AsyncGenerator[None]:
    """Show the metrics on a port of their own, where one is configured, for as long as the block runs."""
    if settings.metrics_port is None:
        yield
        return
    config = uvicorn.Config(
        make_worker_app(gauges, networks=tuple(settings.metrics_networks)),
        host=settings.bind_host,
        port=settings.metrics_port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = _MetricsServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
