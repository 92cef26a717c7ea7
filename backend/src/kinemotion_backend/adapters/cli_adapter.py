"""The engine as a command: one process for each video, spoken to in arguments and JSON documents."""

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

import structlog
from anyio import to_thread
from pydantic import ValidationError

from kinemotion_backend.adapters.command import Fingerprint, VideoLimits, find_command, read_fingerprint
from kinemotion_backend.adapters.engine_output import (
    ARTEFACT_FILES,
    LatestProgress,
    as_progress,
    describe_foreign_contract,
    find_artefacts,
    read_document,
)
from kinemotion_backend.adapters.process import LAST_LINES, Finished, ProcessContext, ProcessLimits, find_isolation, run
from kinemotion_backend.contract.documents import CONTRACT_MAJOR, Document, Engine, MovementInfo, Movements, is_readable
from kinemotion_backend.errors import AnalysisRefused, AnalysisTimeout, EngineUnusable, Saturated
from kinemotion_backend.inputs.movement_options import find_movement, write_flags
from kinemotion_backend.video_analyzer import (
    AnalysisDocument,
    AnalysisEvent,
    AnalysisRequest,
    VideoAnalyzer,
    run_blocking,
)
from kinemotion_backend.workspace import Workspace, temporary_folder

INQUIRY_TIMEOUT_S = 30.0
LOGGED_LINES = 200
"""Lines of an engine's standard error that are logged, so that a flood of them does not flood the log."""
FACTS_AGE_S = 60.0
"""How long the engine's answers about itself are used while its command stays the same file."""
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Environment variables that the engine sees; everything else, secrets above all, stays here."""

Answer = TypeVar("Answer", bound=Document)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Facts:
    engine: Engine
    movements: tuple[MovementInfo, ...]
    read_at_s: float
    fingerprint: Fingerprint


@dataclass(slots=True)
class _LoopState:
    """What belongs to one event loop: scripts call from a loop of their own for each video."""

    places: asyncio.Semaphore
    inquiry: asyncio.Task[_Facts] | None = field(default=None)


class KinemotionCLIAdapter(VideoAnalyzer):
    """The ``kinemotion`` command on this machine.

    Parameters
    ----------
    cli_path
        Name or path of the command.
    limits
        Bounds of each analysis.
    parallel
        Engine processes at once; further calls wait.
    workspace
        Where each analysis has its temporary folder; the system's place for temporary files when None.
    video_limits
        Which videos the engine refuses before it decodes them.

    Raises
    ------
    EngineUnusable
        When the command is missing or has another contract; the message says what to install.
    """

    def __init__(
        self,
        cli_path: str = "kinemotion",
        *,
        limits: ProcessLimits | None = None,
        parallel: int = 2,
        workspace: Workspace | None = None,
        video_limits: VideoLimits | None = None,
    ) -> None:
        self._cli_path = cli_path
        self._limits = limits or ProcessLimits()
        self._parallel = parallel
        self._video_limits = video_limits or VideoLimits()
        self._workspace = workspace
        self._loops = WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopState]()
        find_isolation()  # tried once, where nobody waits
        self._facts: _Facts | None = run_blocking(self._read_facts())

    async def get_engine(self) -> Engine:
        """Return which engine the command is."""
        return (await self._get_fresh_facts()).engine

    async def list_movements(self) -> tuple[MovementInfo, ...]:
        """Return the movements that the command offers."""
        return (await self._get_known_facts()).movements

    async def run(self, request: AnalysisRequest) -> AsyncGenerator[AnalysisEvent]:
        """Run the command once; yield what it says as it says it."""
        if not await to_thread.run_sync(request.video_path.is_file):
            raise FileNotFoundError(request.video_path)
        facts = await self._get_known_facts()
        movement = find_movement(request.movement, among=facts.movements)
        arguments = [movement.command, "--quality", request.quality, "--lang", request.language]
        arguments += write_flags(movement, request.options)
        arguments += self._video_limits.write_flags(schema_version=facts.engine.schema_version)
        async with self._get_loop_state().places, self._temporary_folder() as folder:
            document = folder / "result.json"
            arguments += ["--progress", "json", "--json", str(document)]
            for kind in sorted(request.artefacts):
                arguments += [ARTEFACT_FILES[kind].flag, str(folder / ARTEFACT_FILES[kind].name)]
            # The engine runs beside the video and knows it by its bare name, so no path of ours can reach a client.
            arguments += ["--", request.video_path.name]
            context = ProcessContext(request.video_path.parent, _make_environment(folder), folder)
            progress = LatestProgress()
            running = asyncio.create_task(self._run(arguments, context=context, progress=progress))
            running.add_done_callback(lambda _: progress.close())
            try:
                async for step in progress:
                    yield step
                finished = await running
            finally:
                running.cancel()
                await asyncio.wait({running})
            try:
                content, header = await read_document(finished, document, movement=movement)
            except AnalysisRefused:
                for artefact in find_artefacts(folder, request.artefacts):
                    yield artefact
                raise
            engine = await self._find_engine(header.metadata.processing.version)
            yield AnalysisDocument(content, header, engine)
            for artefact in find_artefacts(folder, request.artefacts):
                yield artefact

    async def _run(self, arguments: list[str], *, context: ProcessContext, progress: LatestProgress) -> Finished:
        logged = 0

        def read_line(line: str) -> None:
            nonlocal logged
            if step := as_progress(line):
                progress.put(step)
            elif logged < LOGGED_LINES:
                logged += 1
                log.debug("engine_stderr", line=line)

        try:
            command = [self._command(), *arguments]
            return await run(command, limits=self._limits, context=context, on_line=read_line)
        except TimeoutError:
            raise AnalysisTimeout(f"The analysis took longer than {self._limits.timeout_s:g} s.") from None
        except OSError as problem:
            log.error("engine_not_started", problem=problem.strerror)  # noqa: TRY400  (the trace says less)
            raise Saturated("The machine has no room for another analysis.") from problem

    async def _find_engine(self, version: str) -> Engine:
        """Return the engine of that version: it may have been updated since it was last asked."""
        if self._facts is None or self._facts.engine.version != version:
            self._facts = None
            return (await self._get_fresh_facts()).engine
        return self._facts.engine

    def _temporary_folder(self) -> AbstractAsyncContextManager[Path]:
        return self._workspace.temporary_folder("run") if self._workspace else temporary_folder("run", parent=None)

    def _get_loop_state(self) -> _LoopState:
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            self._loops[loop] = _LoopState(asyncio.Semaphore(self._parallel))
        return self._loops[loop]

    async def _get_known_facts(self) -> _Facts:
        """Return the engine's answers about itself without waiting, however old, while its command is the same file."""
        facts = self._facts
        if facts is not None and facts.fingerprint == read_fingerprint(self._command()):
            return facts
        return await self._get_fresh_facts()

    async def _get_fresh_facts(self) -> _Facts:
        """Return the engine's answers about itself, asked for again when old; all callers share one inquiry."""
        facts = self._facts
        if (
            facts is not None
            and time.monotonic() - facts.read_at_s <= FACTS_AGE_S
            and facts.fingerprint == read_fingerprint(self._command())
        ):
            return facts
        state = self._get_loop_state()
        if state.inquiry is None:
            state.inquiry = asyncio.create_task(self._read_facts())
            state.inquiry.add_done_callback(self._keep_facts)
        return await asyncio.shield(state.inquiry)

    def _keep_facts(self, inquiry: asyncio.Task[_Facts]) -> None:
        self._get_loop_state().inquiry = None
        self._facts = None if inquiry.cancelled() or inquiry.exception() else inquiry.result()

    async def _read_facts(self) -> _Facts:
        fingerprint = read_fingerprint(self._command())
        engine = await self._ask(Engine, "version", "--json")
        if not is_readable(engine.schema_version):
            raise EngineUnusable(
                describe_foreign_contract(f"The engine {engine.name} {engine.version}", engine.schema_version)
            )
        movements = await self._ask(Movements, "movements", "--json")
        return _Facts(engine, movements.movements, time.monotonic(), fingerprint)

    async def _ask(self, kind: type[Answer], *question: str) -> Answer:
        """Return the engine's answer to a question about itself."""
        command = [self._command(), *question]
        limits = replace(self._limits, timeout_s=INQUIRY_TIMEOUT_S, nice=0)  # a client waits for this answer
        context = ProcessContext(environment=_make_environment(self._workspace.path if self._workspace else None))
        lines = deque[str](maxlen=LAST_LINES)
        try:
            finished = await run(command, limits=limits, context=context, on_line=lines.append)
            return kind.model_validate_json(finished.stdout)
        except (TimeoutError, OSError, ValidationError) as problem:
            log.warning("engine_does_not_answer", question=question, problem=repr(problem), last_lines=tuple(lines))
            raise EngineUnusable(
                f"The command does not answer `kinemotion {' '.join(question)}` as contract {CONTRACT_MAJOR} requires. "
                "Install the engine again."
            ) from problem

    def _command(self) -> str:
        return find_command(self._cli_path)


def _make_environment(folder: Path | None) -> dict[str, str]:
    """Return what the engine sees of our environment; its temporary files go to the folder."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed_on if folder is None else {**passed_on, "TMPDIR": str(folder)}
