"""What the engine's process leaves: progress on standard error, a document, artefacts."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import structlog
from pydantic import ValidationError

from kinemotion_backend.adapters.process import Finished
from kinemotion_backend.contract import Analysis, ErrorDocument, Progress
from kinemotion_backend.errors import EngineCrashed, as_analysis_error
from kinemotion_backend.video_analyzer import ArtefactKind

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ArtefactFile:
    """How the engine is asked for an artefact, and under which name it writes it."""

    flag: str
    name: str
    media_type: str


ARTEFACT_FILES: Mapping[ArtefactKind, ArtefactFile] = MappingProxyType(
    {
        "report": ArtefactFile("--report", "report.html", "text/html; charset=utf-8"),
        "overlay": ArtefactFile("--overlay", "overlay.mp4", "video/mp4"),
        "trajectories": ArtefactFile("--trajectories", "trajectories.csv", "text/csv; charset=utf-8"),
    }
)


class LatestProgress:
    """The newest progress that was not read yet: a slow reader misses steps and never delays the engine."""

    def __init__(self) -> None:
        self._newest: Progress | None = None
        self._closed = False
        self._changed = asyncio.Event()

    def put(self, step: Progress) -> None:
        """Replace what waits by this step."""
        self._newest = step
        self._changed.set()

    def close(self) -> None:
        """End the iteration once the last step is read."""
        self._closed = True
        self._changed.set()

    async def __aiter__(self) -> AsyncGenerator[Progress]:
        """Yield each step that is newest when it is asked for."""
        while self._newest or not self._closed:
            await self._changed.wait()
            self._changed.clear()
            step, self._newest = self._newest, None
            if step:
                yield step


def as_progress(line: str) -> Progress | None:
    """Read one line of the engine's standard error; None when it is not progress."""
    try:
        return Progress.model_validate_json(line)
    except ValidationError:
        return None


def read_analysis(finished: Finished, document: Path) -> tuple[bytes, Analysis]:
    """Return the engine's document as it was written, and the checked part of it.

    Raises
    ------
    AnalysisError
        The engine's own refusal; EngineCrashed when it left neither a result nor an error document.
    """
    content = _read(document)
    try:
        if finished.status == 0:
            return content, Analysis.model_validate_json(content)
        error = ErrorDocument.model_validate_json(content).error
    except ValidationError as problem:
        log.error(  # noqa: TRY400  (the trace says less)
            "engine_crashed", status=finished.status, problem=str(problem), last_lines=finished.last_lines
        )
        raise EngineCrashed("The engine ended without a result.") from problem
    log.warning("engine_refused", status=finished.status, code=error.code, message=error.message)
    raise as_analysis_error(error, exit_status=finished.status)


def _read(document: Path) -> bytes:
    """Return what the engine wrote; nothing when it wrote nothing."""
    try:
        return document.read_bytes()
    except FileNotFoundError:
        return b""
