"""Beginning, resuming and ending live streams: the rules, without HTTP."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from kinemotion_backend.analyses.lease import AnalysisLease, LeaseLost
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.errors import EngineUnusable, Saturated, ServiceError
from kinemotion_backend.inputs.movement_options import find_movement
from kinemotion_backend.live.broadcasting import Broadcast
from kinemotion_backend.live.capacity import EngineCapacity, Load
from kinemotion_backend.live.closing import CloseCode
from kinemotion_backend.live.errors import StreamNotFound
from kinemotion_backend.live.recording import finish_record, start_record
from kinemotion_backend.live.result_keeper import ResultKeeper, count_trials, load_trials
from kinemotion_backend.live.stream import CloseConnection, LiveStream, StreamContext, get_now_s
from kinemotion_backend.live.stream_analyzer import Codec, StreamAnalyzer, StreamRequest
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.records.base import AnalysisRecord
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.webhooks.ids import make_id

WATCH_S = 0.5
"""How often the limits on idle time and length are checked."""
RESULT_S = 15.0
"""How long the engine may take for the result."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """How long streams wait and last, and how many there may be."""

    max_streams: int = 200
    idle_s: float = 30.0
    """How long a connected client may send no frame."""
    resume_s: float = 30.0
    """How long a stream waits for its client to come back."""
    max_length_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAdmission:
    """Who may begin a stream, for which analysis, and the slot that it takes."""

    owner: str
    slot: AbstractAsyncContextManager[None]
    """Held for as long as the stream lasts."""
    analysis: AnalysisRecord | None = None


@dataclass(slots=True)
class _Entry:
    """A stream that is under way."""

    id: str
    owner: str
    stream: LiveStream
    analysis_id: str | None
    task: asyncio.Task[None] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class StreamHandle:
    """What a client gets: the stream, its id and the token that resumes it."""

    id: str
    resume_token: str
    stream: LiveStream
    is_resumed: bool = False


class LiveService:
    """All live streams of this process."""

    def __init__(
        self,
        analyzer: StreamAnalyzer,
        *,
        videos: VideoAnalyzer,
        runner: AnalysisRunner,
        metrics: Metrics,
        rules: LiveRules,
    ) -> None:
        self.rules = rules
        self._analyzer = analyzer
        self._videos = videos
        self._runner = runner
        self._metrics = metrics
        self._clock: Callable[[], float] = get_now_s
        self._capacity = EngineCapacity(analyzer.engines)
        self._entries: dict[str, _Entry] = {}
        self._is_stopped = False

    async def start(self) -> None:
        """Start the first engine."""
        await self._analyzer.start()

    async def stop(self) -> None:
        """End every stream, then the engines."""
        self._is_stopped = True
        entries = tuple(self._entries.values())
        for entry in entries:
            entry.stream.send(CloseConnection(CloseCode.RESTART))
        await asyncio.gather(*(entry.stream.request_result(CloseCode.RESTART) for entry in entries))
        tasks = [entry.task for entry in entries if entry.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=2.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._analyzer.stop()

    def observe(self) -> None:
        """Set the gauges of the pool."""
        self._metrics.pool.clear()
        for state, count in self._analyzer.describe().items():
            self._metrics.pool.labels(state).set(count)
        self._metrics.pool_memory.set(self._analyzer.memory_bytes())

    def check_room(self) -> None:
        """Check that another stream may begin.

        Raises
        ------
        EngineUnusable
            If live streams are not offered.
        Saturated, NoCapacity
            If there are too many, or each would get fewer than ten frames a second.
        """
        if self._is_stopped or not self._analyzer.engines:
            raise EngineUnusable("This service offers no live streams.")
        try:
            if len(self._entries) >= self.rules.max_streams:
                raise Saturated("Too many live streams are under way.")
            self._capacity.check((Codec.LANDMARKS, ""), beside=self._list_loads())
        except ServiceError as error:
            self._metrics.streams_refused.labels(error.code).inc()
            raise

    async def open(self, request: StreamRequest, admission: StreamAdmission) -> StreamHandle:
        """Begin a stream.

        Raises
        ------
        AnalysisError
            If the movement or an option is not known.
        LimitReached, StreamInUse, AnalysisNotFound
            If the account has all its streams, or the analysis cannot be streamed.
        """
        self.check_room()
        try:
            movement = find_movement(request.movement, among=await self._videos.list_movements())
            request = replace(request, movement=movement.name)  # it is a label of metrics
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(admission.slot)
                earlier = await load_trials(self._runner, admission.analysis)
                session = await self._analyzer.open(replace(request, trials_before=count_trials(earlier)))
                stack.push_async_callback(session.abandon)
                analysis = admission.analysis and await start_record(self._runner, admission.analysis)
                held = stack.pop_all()
        except ServiceError as error:
            self._metrics.streams_refused.labels(error.code).inc()
            raise
        token = secrets.token_urlsafe(32)
        list_others = partial(self._list_loads, without=token)
        context = StreamContext(self._metrics, self._capacity, list_others, self._clock)
        stream = LiveStream(session, request, context=context)
        stream.trials.extend(earlier)
        entry = _Entry(make_id("str"), admission.owner, stream, analysis and analysis.id)
        self._entries[token] = entry
        entry.task = asyncio.create_task(self._run(token, held=held, analysis=analysis))
        log.info("stream_began", stream=entry.id, analysis=entry.analysis_id, movement=request.movement)
        return StreamHandle(entry.id, token, stream, is_resumed=bool(earlier))

    def resume(self, owner: str, token: str) -> StreamHandle:
        """Return the stream of a client whose connection was lost.

        Raises
        ------
        StreamNotFound
            If it has ended, or is another account's.
        """
        entry = self._entries.get(token)
        if entry is None or entry.owner != owner or entry.stream.reason is not None:
            raise StreamNotFound("There is no such stream, or it has ended.")
        self._metrics.streams_resumed.inc()
        return StreamHandle(entry.id, token, entry.stream, is_resumed=True)

    def _list_loads(self, *, without: str = "") -> list[Load]:
        """Return what the streams send, but the one with this token."""
        return [entry.stream.load for token, entry in self._entries.items() if token != without]

    async def _run(self, token: str, *, held: AsyncExitStack, analysis: AnalysisRecord | None) -> None:
        """Run a stream until it ends, whatever happens to its connections."""
        entry = self._entries[token]
        stream = entry.stream
        self._metrics.streams_active.inc()
        try:
            async with held:
                async with Broadcast(self._runner.publisher.bus, analysis) as broadcast:
                    stream.publish = broadcast.show
                    await self._run_with_lease(stream, analysis)
                # Only now: viewers get no message after the end of the analysis.
                if analysis is not None and stream.reason is not CloseCode.NOT_FOUND:
                    engine = await self._videos.get_engine()
                    await finish_record(self._runner, analysis, stream=stream, engine=engine)
        except Exception:
            log.exception("stream_failed", stream=entry.id)
            stream.reason = CloseCode.FAILED
        finally:
            del self._entries[token]
            reason = stream.reason or CloseCode.DONE
            stream.send(CloseConnection(reason))
            stream.outbox.close()
            self._metrics.streams_active.dec()
            self._metrics.streams.labels(stream.request.movement, reason.name.lower()).inc()
            log.info("stream_ended", stream=entry.id, reason=reason.name.lower(), frames=stream.counts.received)

    async def _run_with_lease(self, stream: LiveStream, analysis: AnalysisRecord | None) -> None:
        """Run the stream until it ends, and keep the lease of its analysis meanwhile."""
        if analysis is None:
            await self._run_to_end(stream)
            return
        runner = self._runner
        lease = AnalysisLease(runner.records, runner.publisher, analysis=analysis, length_s=runner.lease_s)
        keeper = ResultKeeper(runner, analysis, stream=stream, analyzer=self._videos)
        try:
            async with lease.keep(), keeper:
                await self._run_to_end(stream)
        except LeaseLost:  # it was deleted
            stream.reason = CloseCode.NOT_FOUND

    async def _run_to_end(self, stream: LiveStream) -> None:
        """Forward engine events until the last one. End the stream if it is idle, disconnected too long or too long."""
        relaying = asyncio.create_task(stream.relay_events())
        watching = asyncio.create_task(self._wait_for_end(stream))
        try:
            await asyncio.wait({relaying, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not relaying.done():
                await asyncio.wait({relaying}, timeout=RESULT_S)
        finally:
            for task in (relaying, watching):
                task.cancel()
            await asyncio.wait({relaying, watching})
        for task in (relaying, watching):
            if not task.cancelled() and (problem := task.exception()) is not None:
                log.error("stream_ended_unexpectedly", exc_info=problem)
                stream.reason = CloseCode.FAILED
        if stream.failure is not None and stream.reason is None:
            stream.reason = CloseCode.FAILED
        stream.send_result()

    async def _wait_for_end(self, stream: LiveStream) -> None:
        """Return when the stream has been asked for its result."""
        while stream.reason is None:
            due_s = self._clock() + WATCH_S
            await asyncio.sleep(WATCH_S)
            now_s = self._clock()
            self._capacity.observe_delay(max(0.0, now_s - due_s), at_s=now_s)
            reason = self._find_end(stream)
            if reason is not None:
                with suppress(ServiceError):
                    await stream.request_result(reason)

    def _find_end(self, stream: LiveStream) -> CloseCode | None:
        at_s = self._clock()
        if at_s - stream.began_s > self.rules.max_length_s:
            return CloseCode.TOO_LONG
        if stream.detached_s is not None:
            return CloseCode.NOT_RESUMED if at_s - stream.detached_s > self.rules.resume_s else None
        return CloseCode.IDLE if at_s - stream.active_s > self.rules.idle_s else None
