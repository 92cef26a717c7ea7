"""Settings become the platform: records, store, queue, events, and the domains over them.

By default everything is in this process and in one folder. With a PostgreSQL URL, any number of processes share it.
"""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import structlog

from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.analyses.gauges import GaugeUpdater
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.analyses.sharing import ShareLinks
from kinemotion_backend.analyses.submitter import ANALYSIS_JOB, Submitter
from kinemotion_backend.analyses.upkeep import Upkeep
from kinemotion_backend.api.v1.access import AccessControl
from kinemotion_backend.athletes.archive import ArchiveService
from kinemotion_backend.athletes.service import AthleteService
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.events.base import EventBus
from kinemotion_backend.events.memory import MemoryEventBus
from kinemotion_backend.events.redis_bus import RedisEventBus
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.jobs.data_folder import hold_data_folder, make_data_folder
from kinemotion_backend.keys.callers import LOCAL_CALLER, KeylessAccess
from kinemotion_backend.keys.keyring import InvalidKeyRequest, KeyRequest, Keyring
from kinemotion_backend.keys.pepper import read_or_make_pepper
from kinemotion_backend.limits.base import Limiter
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.outbound.addresses import read_allow_list
from kinemotion_backend.outbound.base import Sender
from kinemotion_backend.outbound.guarded import GuardedSender
from kinemotion_backend.port_wiring import is_embedded, make_queue, open_blobs, open_database, open_limiter
from kinemotion_backend.records.base import Records
from kinemotion_backend.records.sql.migrate import upgrade
from kinemotion_backend.records.sql.records import SqlRecords
from kinemotion_backend.retention.sweeping import DAY_S, Policy, Sweeper
from kinemotion_backend.settings import Settings
from kinemotion_backend.uploads.service import UploadRules, Uploads
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.webhooks.dispatcher import Dispatcher
from kinemotion_backend.webhooks.registry import Webhooks
from kinemotion_backend.workspace import Workspace

MEBIBYTE = 1024 * 1024
PEPPER_FILE = "key-pepper"
RESTART_PAUSE_S = 1.0

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What measures videos, where it works, and what is counted of it."""

    analyzer: VideoAnalyzer
    workspace: Workspace
    metrics: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The ports and the domains over them."""

    records: Records
    blobs: BlobStore
    events: EventBus
    queue: JobQueue
    sender: Sender
    access: AccessControl
    """Lets callers in, and counts what they do."""
    analyses: AnalysisService
    share_links: ShareLinks
    athletes: AthleteService
    archives: ArchiveService
    uploads: Uploads
    webhooks: Webhooks
    dispatcher: Dispatcher
    runner: AnalysisRunner
    upkeep: Upkeep
    gauges: GaugeUpdater

    async def work(self) -> None:
        """Run jobs, webhook deliveries and upkeep until cancelled."""
        jobs = partial(self.queue.work, {ANALYSIS_JOB: self.runner.run})
        async with asyncio.TaskGroup() as tasks:
            for work in (jobs, self.dispatcher.run, self.upkeep.run_for_ever):
                tasks.create_task(_repeat_after_errors(work))


@asynccontextmanager
async def start_platform(settings: Settings, engine: EngineParts, *, is_worker: bool) -> AsyncGenerator[Platform]:
    """Start the platform, and its worker where this process is one; stop it at the end.

    Raises
    ------
    CannotStart
        Where something has to be put right first: a folder, a database, or another process that uses them.
    """
    if is_embedded(settings):
        with hold_data_folder(settings.data_dir):
            async with _open(settings, engine) as platform:
                await platform.upkeep.expire_all_leases()
                async with _working(platform):
                    yield platform
        return
    async with _open(settings, engine) as platform:
        if not is_worker:
            yield platform
            return
        async with _working(platform):
            yield platform


async def migrate(settings: Settings) -> None:
    """Bring the database to the tables of this version; CannotStart where that cannot be done."""
    database = open_database(settings)
    try:
        await upgrade(database)
    finally:
        await database.close()


async def create_key(settings: Settings, request: KeyRequest) -> str:
    """Make an API key and return its text; the service may run meanwhile.

    Raises
    ------
    InvalidKeyRequest
        If there is no tier of that name.
    """
    if request.tier not in settings.tiers:
        raise InvalidKeyRequest(f"The tiers are {', '.join(settings.tiers)}.")
    database = open_database(settings)
    try:
        await upgrade(database)
        _, text = await _make_keyring(settings, SqlRecords(database)).create(LOCAL_CALLER, request)
    finally:
        await database.close()
    return text


@asynccontextmanager
async def _open(settings: Settings, engine: EngineParts) -> AsyncGenerator[Platform]:
    """Open the ports and put the domains over them. Whatever fails, each port that was opened is closed."""
    async with AsyncExitStack() as opened:
        database = open_database(settings)
        records, blobs = SqlRecords(database), open_blobs(settings)
        opened.push_async_callback(records.close)
        await upgrade(database)
        events = RedisEventBus(settings.redis_url) if settings.redis_url else MemoryEventBus()
        opened.push_async_callback(events.close)
        sender, limiter = GuardedSender(read_allow_list(settings.webhook_allow)), open_limiter(settings, engine.metrics)
        opened.push_async_callback(sender.close)
        opened.push_async_callback(limiter.close)
        queue = make_queue(settings, records)
        opened.push_async_callback(queue.close)  # also what an opening that fails has begun
        await queue.open()
        ports = _Ports(records, blobs, events, queue=queue, sender=sender, limiter=limiter)
        yield _assemble(settings, ports, engine=engine)


@asynccontextmanager
async def _working(platform: Platform) -> AsyncGenerator[None]:
    """Run the worker beside the block."""
    working = asyncio.create_task(platform.work())
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _repeat_after_errors(work: Callable[[], Awaitable[None]]) -> None:
    """Do work that ends only when it is cancelled; begin it again after an unexpected error."""
    task = asyncio.current_task()
    while True:
        try:
            await work()
        except Exception:
            log.exception("worker_failed", restart_after_s=RESTART_PAUSE_S)
            if task is not None and task.cancelling():  # it failed while it was cancelled
                return
        await asyncio.sleep(RESTART_PAUSE_S)


@dataclass(frozen=True, slots=True)
class _Ports:
    records: Records
    blobs: BlobStore
    events: EventBus
    queue: JobQueue
    sender: Sender
    limiter: Limiter


def _make_keyring(settings: Settings, records: Records) -> Keyring:
    make_data_folder(settings.data_dir)
    given = settings.key_pepper.get_secret_value().encode()
    pepper = given or read_or_make_pepper(settings.data_dir / PEPPER_FILE)
    return Keyring(records, pepper=pepper, environment="live" if settings.environment == "production" else "test")


def _make_access(settings: Settings, ports: _Ports) -> AccessControl:
    return AccessControl(
        keyless=KeylessAccess(
            networks=tuple(settings.open_networks),
            hosts=frozenset(host.lower() for host in settings.trusted_hosts),
            origins=frozenset(settings.cors_origins),
        ),
        keyring=_make_keyring(settings, ports.records),
        limiter=ports.limiter,
        tiers=settings.tiers,
        records=ports.records,
    )


def _assemble(settings: Settings, ports: _Ports, *, engine: EngineParts) -> Platform:
    records, blobs, queue = ports.records, ports.blobs, ports.queue
    webhooks, dispatcher = Webhooks(records, ports.sender), Dispatcher(records, ports.sender, metrics=engine.metrics)
    publisher = EventPublisher(ports.events, wake=dispatcher.wake)
    submitter = Submitter(
        records=records, queue=queue, blobs=blobs, analyzer=engine.analyzer, publisher=publisher, webhooks=webhooks
    )
    analyses = AnalysisService(records=records, queue=queue, blobs=blobs, publisher=publisher, submitter=submitter)
    rules = UploadRules(settings.max_upload_mb * MEBIBYTE, kept_s=settings.upload_kept_h * 3600)
    uploads = Uploads(records, blobs, rules=rules)
    policy = Policy(videos_s=settings.videos_kept_days * DAY_S, results_s=settings.results_kept_days * DAY_S)
    sweeper = Sweeper(records, blobs, uploads=uploads, analyses=analyses, policy=policy)
    runner = _make_runner(settings, ports, engine=engine, publisher=publisher)
    return Platform(
        records=records,
        blobs=blobs,
        events=ports.events,
        queue=queue,
        sender=ports.sender,
        access=_make_access(settings, ports),
        analyses=analyses,
        share_links=ShareLinks(records=records),
        athletes=AthleteService(records=records, analyses=analyses),
        archives=ArchiveService(records=records, blobs=blobs),
        uploads=uploads,
        webhooks=webhooks,
        dispatcher=dispatcher,
        runner=runner,
        upkeep=Upkeep(runner=runner, queue=queue, sweep_uploads=sweeper.run_when_due),
        gauges=_make_gauges(settings, ports, engine=engine),
    )


def _make_runner(
    settings: Settings, ports: _Ports, *, engine: EngineParts, publisher: EventPublisher
) -> AnalysisRunner:
    return AnalysisRunner(
        records=ports.records,
        blobs=ports.blobs,
        analyzer=engine.analyzer,
        publisher=publisher,
        workspace=engine.workspace,
        worker=f"{socket.gethostname()}:{os.getpid()}",
        lease_s=settings.lease_s,
        metrics=engine.metrics,
    )


def _make_gauges(settings: Settings, ports: _Ports, *, engine: EngineParts) -> GaugeUpdater:
    return GaugeUpdater(
        metrics=engine.metrics,
        queue=ports.queue,
        records=ports.records,
        analyzer=engine.analyzer,
        folders={"data": settings.data_dir, "work": settings.work_dir},
    )
