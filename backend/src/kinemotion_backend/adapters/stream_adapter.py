"""The live engine: a pool of warm ``kinemotion stream`` processes."""

import asyncio
import os
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from kinemotion_backend.adapters.cli_adapter import PASSED_ON
from kinemotion_backend.adapters.cli_stream import CliStream
from kinemotion_backend.adapters.command import find_command
from kinemotion_backend.adapters.process import ProcessLimits
from kinemotion_backend.adapters.stream_process import StreamProcess
from kinemotion_backend.adapters.stream_records import write_opening
from kinemotion_backend.contract.documents import MovementInfo
from kinemotion_backend.errors import EngineUnusable, InvalidField, InvalidOptions, Saturated, ServiceError
from kinemotion_backend.inputs.movement_options import Option, convert_options, find_movement
from kinemotion_backend.live.stream_analyzer import EngineStream, StreamAnalyzer, StreamRequest
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.video_analyzer import VideoAnalyzer

FIRST_PAUSE_S, MAX_PAUSE_S = 0.5, 60.0
"""How long the pool waits before it starts an engine again that did not become ready."""
GIVE_UP_S = 4 * FIRST_PAUSE_S
"""A stream without a process ends when the third start has failed."""
ATHLETE_FIELDS = {"mass_kg": "mass_kg", "athlete_height_m": "height_m", "sex": "sex", "speed_m_s": "speed_m_s"}
"""Options of the service that describe the athlete, and their names in the engine's protocol."""
NOT_LIVE = {
    "capture_fps": "A live stream has no slow motion.",
    "rotate_deg": "Turn the camera instead.",
    "person": "A live stream measures everybody in view.",
    "events": "The events of a live stream are corrected when it is over.",
}
"""Options of the service that a live stream does not take, and why."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRules:
    """How large the pool is, and how long its processes live."""

    engines: int = 2
    """Processes at most; 0: no live streams."""
    streams_an_engine: int = 64
    recycle_after: int = 1000
    """Sessions after which a process takes no new ones and ends with its last."""
    recycle_age_s: float = 6 * 3600.0


class KinemotionStreamAdapter(StreamAnalyzer):
    """``kinemotion stream`` on this machine, in as many processes as the rules allow.

    One process more than is needed is started ahead, so that a stream never waits for models to be loaded. A process
    that dies is replaced, and its sessions go on in another one.
    """

    def __init__(
        self,
        cli_path: str,
        *,
        analyzer: VideoAnalyzer,
        limits: ProcessLimits,
        rules: PoolRules,
        metrics: Metrics,
    ) -> None:
        self._cli_path = cli_path
        self._analyzer = analyzer
        self._limits = limits
        self._rules = rules
        self._metrics = metrics
        self._processes: list[StreamProcess] = []
        self._waiting_for_process: list[CliStream] = []
        self._growing: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._is_stopped = False
        self._failure: ServiceError | None = None

    @property
    def engines(self) -> int:
        """How many processes may work at the same time."""
        return self._rules.engines

    async def start(self) -> None:
        """Begin to start the first process."""
        self._grow()

    async def stop(self) -> None:
        """End every process."""
        self._is_stopped = True
        if self._growing is not None:
            self._growing.cancel()
            await asyncio.wait({self._growing})
        self._changed.set()
        for process in self._processes:
            self._end_later(process.end())
        self._processes.clear()
        while self._ending:  # one that dies meanwhile is killed too
            await asyncio.wait(self._ending)

    async def open(self, request: StreamRequest) -> EngineStream:
        """Open a stream in the process with the fewest; wait for the first process where none is ready yet."""
        movement = find_movement(request.movement, among=await self._analyzer.list_movements())
        opening = _write_opening(movement, request)
        process = await self._find_process()
        session = CliStream(opening, move=self._reassign, trials_before=request.trials_before)
        session.enter(process)
        self._grow()
        return session

    def describe(self) -> Mapping[str, int]:
        """Return how many processes there are in each state."""
        ready = sum(self._can_take(process) for process in self._processes)
        ending = sum(self._is_old(process) for process in self._processes) + len(self._ending)
        return {"ready": ready, "full": len(self._processes) + len(self._ending) - ready - ending, "ending": ending}

    def memory_bytes(self) -> int:
        """Return the resident memory of all processes."""
        return sum(process.memory_bytes() for process in self._processes)

    async def _find_process(self) -> StreamProcess:
        while True:
            if self._is_stopped or not self._rules.engines:
                raise EngineUnusable("This service offers no live streams.")
            self._retire()
            free = [process for process in self._processes if self._can_take(process)]
            if free:
                return min(free, key=lambda process: process.sessions)
            self._grow()
            if self._growing is None:
                raise Saturated("All live engines are full.")
            if self._failure is not None:
                raise self._failure
            self._changed.clear()
            await self._changed.wait()

    def _can_take(self, process: StreamProcess) -> bool:
        return not self._is_old(process) and process.sessions < self._rules.streams_an_engine

    def _is_old(self, process: StreamProcess) -> bool:
        age_s = time.monotonic() - process.started_s
        return process.opened >= self._rules.recycle_after or age_s >= self._rules.recycle_age_s

    def _retire(self) -> None:
        """End the processes that are old and have no session any more."""
        for process in [found for found in self._processes if self._is_old(found) and not found.sessions]:
            self._processes.remove(process)
            self._metrics.pool_restarts.labels("recycled").inc()
            self._end_later(process.end())

    def _end_later(self, work: Coroutine[Any, Any, None]) -> None:
        ending = asyncio.create_task(work)
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    def _grow(self) -> None:
        """Start a process ahead, unless an idle one is ready, one is being started, or there are enough."""
        young = [process for process in self._processes if not self._is_old(process)]
        is_idle = any(not process.sessions for process in young)
        if self._is_stopped or self._growing is not None or is_idle or len(young) >= self._rules.engines:
            return
        self._growing = asyncio.create_task(self._add_process())

    async def _add_process(self) -> None:
        """Start a process, again and again with longer pauses until one becomes ready."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                made = await self._spawn()
            except Exception as error:  # noqa: BLE001  (whatever it is, others wait for a process)
                problem = (
                    error if isinstance(error, ServiceError) else EngineUnusable("The live engine does not start.")
                )
                self._failure = problem
                self._changed.set()
                log.warning("live_engine_not_started", problem=repr(error), retry_after_s=pause_s)
                if pause_s >= GIVE_UP_S:
                    self._fail_waiting(problem)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, MAX_PAUSE_S)
            else:
                break
        self._failure, self._growing = None, None
        self._processes.append(made)
        for session in self._waiting_for_process:
            session.enter(made)
        self._waiting_for_process.clear()
        self._changed.set()
        self._grow()

    async def _spawn(self) -> StreamProcess:
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        threads = dict.fromkeys(THREADS, "1")  # as many processes as processors: each works in one thread
        return await StreamProcess.spawn(
            [find_command(self._cli_path), "stream"],
            limits=self._limits,
            environment={**passed_on, **threads},
            on_change=self._notice,
        )

    def _notice(self, process: StreamProcess) -> None:
        """Replace a process that has died; where a session has ended, end an old process that has no other."""
        if not process.is_dead:
            self._retire()
            self._changed.set()
            return
        self._metrics.pool_restarts.labels("died").inc()
        with suppress(ValueError):
            self._processes.remove(process)
        self._end_later(process.kill())
        self._grow()

    def _reassign(self, session: CliStream) -> None:
        """Move a session to the process with the fewest; to the next one that becomes ready where all are full."""
        if self._is_stopped:
            session.fail("shutting_down", "The service is shutting down.")
            return
        free = [process for process in self._processes if self._can_take(process)]
        if free:
            session.enter(min(free, key=lambda process: process.sessions))
        else:
            self._waiting_for_process.append(session)
        self._grow()

    def _fail_waiting(self, problem: ServiceError) -> None:
        for session in self._waiting_for_process:
            session.fail(problem.code, problem.message)
        self._waiting_for_process.clear()


def _write_opening(movement: MovementInfo, request: StreamRequest) -> bytes:
    """Return the payload of the open record: options of the movement and facts about the athlete, apart."""
    for name, message in NOT_LIVE.items():
        if name in request.options:
            raise InvalidOptions(message, fields=[InvalidField(name, message, code="not_live")])
    options: dict[str, Option] = convert_options(movement, request.options)
    athlete: dict[str, Any] = {theirs: options.pop(ours) for ours, theirs in ATHLETE_FIELDS.items() if ours in options}
    return write_opening(movement.name, request.quality, options=options, athlete=athlete)
