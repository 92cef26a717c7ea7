"""What the engine's process leaves: progress on standard error, a document, artefacts."""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import structlog
from anyio import BrokenWorkerProcess, to_process, to_thread
from pydantic import ValidationError

from kinemotion_backend.adapters.process import Finished
from kinemotion_backend.contract.documents import (
    CONTRACT_MAJOR,
    MAX_DOCUMENT_BYTES,
    AnalysisHeader,
    ErrorDocument,
    MovementInfo,
    Progress,
    is_readable,
    read_header,
)
from kinemotion_backend.contract.exact_json import read_json
from kinemotion_backend.errors import AnalysisError, EngineCrashed, EngineUnusable, as_analysis_error
from kinemotion_backend.inputs.movement_options import name_options
from kinemotion_backend.video_analyzer import Artefact, ArtefactKind

LONG_DOCUMENT_BYTES = 128 * 1024
"""The check of a longer document takes more than some milliseconds, during which Python does nothing else."""

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
    if '"progress"' not in line:  # most lines of a noisy engine, at no cost
        return None
    try:
        return Progress.model_validate_json(line)
    except ValidationError:
        return None


def read_content(path: Path) -> bytes:
    """Return what the engine wrote; nothing when it wrote nothing.

    Raises
    ------
    ValueError
        When it is no regular file or longer than any document of an engine. Opening never waits, also not for a pipe.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    try:  # open() would not close the descriptor of a folder
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("the result is not a regular file")
        if found.st_size > MAX_DOCUMENT_BYTES:
            raise ValueError(f"the result has {found.st_size} bytes, more than {MAX_DOCUMENT_BYTES}")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_DOCUMENT_BYTES)
    finally:
        os.close(descriptor)


async def read_document(finished: Finished, path: Path, *, movement: MovementInfo) -> tuple[bytes, AnalysisHeader]:
    """Return the engine's document as it was written, and its header, once the whole of it is checked.

    Raises
    ------
    AnalysisError
        The engine's own refusal; EngineCrashed when it left neither a result nor an error document.
    EngineUnusable
        When the document has a contract that this service does not read.
    """
    try:
        content = await to_thread.run_sync(read_content, path)
        if finished.status != 0:
            raise _as_error(content, finished, movement=movement)
        header = await _check(content)
    except (ValueError, OSError, BrokenWorkerProcess) as problem:
        if isinstance(problem, AnalysisError):
            raise
        log.error(  # noqa: TRY400  (the trace says less)
            "engine_crashed", status=finished.status, problem=str(problem), last_lines=finished.last_lines
        )
        raise EngineCrashed("The engine ended without a result.") from problem
    if not is_readable(header.schema_version):
        raise EngineUnusable(describe_foreign_contract("The engine", header.schema_version))
    if header.movement != movement.name:
        log.error("engine_measured_another_movement", asked=movement.name, measured=header.movement)
        raise EngineCrashed("The engine measured another movement.")
    return content, header


def describe_foreign_contract(who: str, schema_version: str) -> str:
    """Return the message for an engine whose contract this service does not read."""
    return (
        f"{who} has contract {schema_version[:20]}; this service reads contract {CONTRACT_MAJOR}.x. "
        "Install an engine or a service that matches."
    )


async def _check(content: bytes) -> AnalysisHeader:
    """Check the document; a long one in a process of its own, as the check would hold up every other request."""
    if len(content) > LONG_DOCUMENT_BYTES:
        return await to_process.run_sync(read_header, content, cancellable=True)
    return await to_thread.run_sync(read_header, content)


def _as_error(content: bytes, finished: Finished, *, movement: MovementInfo) -> AnalysisError:
    read_json(content)
    error = ErrorDocument.model_validate_json(content).error
    log.warning("engine_refused", status=finished.status, code=error.code, message=error.message)
    message = name_options(error.message, movement=movement)
    return as_analysis_error(error.model_copy(update={"message": message}), exit_status=finished.status)


def find_artefacts(folder: Path, kinds: Iterable[ArtefactKind]) -> Iterator[Artefact]:
    """Yield the artefacts of these kinds that the engine left in the folder; it may have made none."""
    for kind in sorted(kinds):
        file = ARTEFACT_FILES[kind]
        if _is_regular_file(folder / file.name):
            yield Artefact(kind, folder / file.name, file.media_type)


def _is_regular_file(path: Path) -> bool:
    """Whether there is a file of its own: no link, pipe or device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
