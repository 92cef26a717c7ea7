"""The engine as a command: one process for each video, spoken to in arguments and JSON documents."""

import asyncio
import os
import shutil
import sys
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import structlog
from anyio import to_thread
from pydantic import ValidationError

from kinemotion_backend.analyzer.base import OnProgress, QualityPreset, VideoAnalysisResult
from kinemotion_backend.analyzer.process import LAST_LINES, Finished, ProcessLimits, Surroundings, run
from kinemotion_backend.contract import (
    CONTRACT_MAJOR,
    Analysis,
    Document,
    Engine,
    ErrorDocument,
    MovementInfo,
    Movements,
    Progress,
    readable,
)
from kinemotion_backend.errors import AnalysisFailed, AnalysisTimeout, EngineCrashed, EngineUnusable
from kinemotion_backend.naming import Options, find_movement, flags
from kinemotion_backend.workspace import passing_folder

INQUIRY_TIMEOUT_S = 30.0
NOTED_LINES = 200
"""Lines of an engine's standard error that are logged; what floods it must not flood the log."""
FACTS_AGE_S = 60.0
"""How long the engine's answers about itself are believed by who asks for them; an analysis does not wait for that."""
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Environment the engine sees; everything else, secrets above all, stays here."""

Answer = TypeVar("Answer", bound=Document)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Facts:
    engine: Engine
    movements: tuple[MovementInfo, ...]
    read_at_s: float


class KinemotionCLIAdapter:
    """The ``kinemotion`` command on this machine.

    Parameters
    ----------
    cli_path
        Name or path of the command.
    limits
        Bounds of each analysis.
    parallel
        Engine processes at once; further calls wait.
    work_dir
        Where each analysis has its short-lived folder; the system's place for such where None.
    """

    def __init__(
        self,
        cli_path: str = "kinemotion",
        *,
        limits: ProcessLimits | None = None,
        parallel: int = 2,
        work_dir: Path | None = None,
    ) -> None:
        self._cli_path = cli_path
        self._limits = limits or ProcessLimits()
        self._work_dir = work_dir
        self._places = asyncio.Semaphore(parallel)
        self._facts: _Facts | None = None
        self._inquiry: asyncio.Task[_Facts] | None = None

    async def engine(self) -> Engine:
        """Which engine the command is; refused where its contract is foreign."""
        return (await self._fresh_facts()).engine

    async def movements(self) -> tuple[MovementInfo, ...]:
        """Movements the command offers."""
        return (await self._fresh_facts()).movements

    async def analyze(
        self,
        video_path: Path,
        movement: str,
        *,
        quality: QualityPreset = "balanced",
        options: Options | None = None,
        on_progress: OnProgress | None = None,
    ) -> VideoAnalysisResult:
        """Metrics of the video, from one run of the command."""
        if not await to_thread.run_sync(video_path.is_file):
            raise FileNotFoundError(video_path)
        facts = self._facts or await self._fresh_facts()
        wanted = find_movement(movement, among=facts.movements)
        arguments = [wanted.command, "--quality", quality, *flags(wanted, options or {})]
        if on_progress:
            arguments += ["--progress", "json"]
        async with self._places, passing_folder("run", parent=self._work_dir) as folder:
            document = folder / "result.json"
            arguments += ["--json", str(document), "--", video_path.name]
            # The engine runs beside the video and knows it by its bare name, so no path of ours can reach a client.
            surroundings = Surroundings(video_path.parent, _environment(folder))
            finished = await self._run(arguments, surroundings=surroundings, on_progress=on_progress)
            written = await to_thread.run_sync(_read, document)
        analysis = await to_thread.run_sync(_analysis, finished, written)  # a long document must not hold others up
        if analysis.metadata.processing.version != facts.engine.version:  # updated since it was asked
            self._facts = None
            facts = await self._fresh_facts()
        return VideoAnalysisResult(analysis, facts.engine)

    async def _run(
        self, arguments: list[str], *, surroundings: Surroundings, on_progress: OnProgress | None
    ) -> Finished:
        noted = 0

        def hear(line: str) -> None:
            nonlocal noted
            progress = _progress(line) if on_progress else None
            if progress and on_progress:
                on_progress(progress)
            elif noted < NOTED_LINES:
                noted += 1
                log.debug("engine_stderr", line=line)

        try:
            command = [self._command(), *arguments]
            return await run(command, limits=self._limits, surroundings=surroundings, on_line=hear)
        except TimeoutError:
            raise AnalysisTimeout(f"The analysis took longer than {self._limits.timeout_s:g} s.") from None

    async def _fresh_facts(self) -> _Facts:
        """The engine's answers about itself, asked for again when they are old; all who wait share one inquiry."""
        facts = self._facts
        if facts is not None and time.monotonic() - facts.read_at_s <= FACTS_AGE_S:
            return facts
        if self._inquiry is None:
            self._inquiry = asyncio.create_task(self._read_facts())
            self._inquiry.add_done_callback(self._note)
        return await asyncio.shield(self._inquiry)

    def _note(self, inquiry: asyncio.Task[_Facts]) -> None:
        self._inquiry = None
        self._facts = None if inquiry.cancelled() or inquiry.exception() else inquiry.result()

    async def _read_facts(self) -> _Facts:
        engine = await self._ask(Engine, "version", "--json")
        if not readable(engine.schema_version):
            raise EngineUnusable(
                f"The engine {engine.name} {engine.version} speaks contract {engine.schema_version}; "
                f"this service reads contract {CONTRACT_MAJOR}.x. Install an engine or a service that fits."
            )
        movements = await self._ask(Movements, "movements", "--json")
        return _Facts(engine, movements.movements, time.monotonic())

    async def _ask(self, kind: type[Answer], *question: str) -> Answer:
        """The engine's answer to a question about itself."""
        command = [self._command(), *question]
        limits = replace(self._limits, timeout_s=INQUIRY_TIMEOUT_S, nice=0)  # somebody waits, maybe behind analyses
        surroundings = Surroundings(environment=_environment(self._work_dir))
        heard = deque[str](maxlen=LAST_LINES)
        try:
            finished = await run(command, limits=limits, surroundings=surroundings, on_line=heard.append)
            return kind.model_validate_json(finished.stdout)
        except (TimeoutError, OSError, ValidationError) as problem:
            log.warning("engine_does_not_answer", question=question, problem=repr(problem), last_lines=tuple(heard))
            raise EngineUnusable(
                f"The command does not answer `kinemotion {' '.join(question)}` as contract {CONTRACT_MAJOR} asks: "
                "install the engine again."
            ) from problem

    def _command(self) -> str:
        """Full path of the command, looked for on the PATH and beside this program."""
        found = shutil.which(self._cli_path) or shutil.which(self._cli_path, path=str(Path(sys.executable).parent))
        if found is None:
            raise EngineUnusable("The kinemotion command is not installed: install the engine beside the service.")
        return found


def _environment(folder: Path | None) -> dict[str, str]:
    """What the engine sees of our environment; its own temporary files go to the folder."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed_on if folder is None else {**passed_on, "TMPDIR": str(folder)}


def _progress(line: str) -> Progress | None:
    try:
        return Progress.model_validate_json(line)
    except ValidationError:
        return None


def _read(document: Path) -> bytes:
    """What the engine wrote; nothing where it wrote nothing."""
    try:
        return document.read_bytes()
    except FileNotFoundError:
        return b""


def _analysis(finished: Finished, written: bytes) -> Analysis:
    """The analysis in the engine's document, or its refusal raised."""
    try:
        if finished.status == 0:
            return Analysis.model_validate_json(written)
        error = ErrorDocument.model_validate_json(written).error
    except ValidationError as problem:
        log.error(  # noqa: TRY400  (the trace says less)
            "engine_crashed", status=finished.status, problem=str(problem), last_lines=finished.last_lines
        )
        raise EngineCrashed("The engine ended without a result.") from problem
    log.warning("engine_refused", status=finished.status, code=error.code, message=error.message)
    raise AnalysisFailed(error, exit_status=finished.status)
