"""Folders for work in progress that nothing survives in: neither a request's end nor the end of a server."""

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import structlog
from anyio import CancelScope, to_thread

PREFIX = "server-"
LOCK = ".lock"

log = structlog.stdlib.get_logger(__name__)


@contextmanager
def workspace(root: Path) -> Generator[Path]:
    """A folder for this server alone, removed at the end; what killed servers left behind is removed first.

    A server holds a lock on its folder for as long as it lives, so a folder without a held lock belongs to the dead.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if root.is_symlink() or root.stat().st_uid != os.getuid():
        raise PermissionError(f"{root} belongs to somebody else")
    with _locked(root / LOCK):  # nobody sweeps a folder between its making and its locking
        _sweep(root)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        lock = _lock(folder / LOCK)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@asynccontextmanager
async def temporary_folder(kind: str, *, parent: Path | None) -> AsyncGenerator[Path]:
    """A folder in the parent (None: the system's place for such), removed with everything in it, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=parent))
    try:
        yield folder
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))


def _sweep(root: Path) -> None:
    """End what still works for dead servers, and remove their folders."""
    for folder in root.glob(f"{PREFIX}*"):
        with suppress(BlockingIOError, FileNotFoundError):  # it lives, or has just ended
            lock = _lock(folder / LOCK)
            for process in _working_in(folder):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            log.info("swept", folder=folder.name)


def _working_in(folder: Path) -> Iterator[int]:
    """Processes whose place for temporary files is inside the folder; known on Linux only."""
    mark = f"TMPDIR={folder}/".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has ended, or is somebody else's
            if any(variable.startswith(mark) for variable in environment.read_bytes().split(b"\0")):
                yield int(environment.parent.name)


def _lock(path: Path) -> int:
    """Descriptor that holds the lock until it is closed; BlockingIOError where another holds it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold the lock, waiting for it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
