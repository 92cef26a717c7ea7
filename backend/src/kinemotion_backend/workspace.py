"""Temporary folders. Nothing stays in them after a request, or after the server has ended."""

import asyncio
import fcntl
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import structlog
from anyio import to_thread

from kinemotion_backend.errors import CannotStart, Saturated
from kinemotion_backend.waiting.cancellation import wait_to_end

PREFIX = "kinemotion-backend-"
MARKER = ".kinemotion-backend"
MARKER_TEXT = b"Folder of a running kinemotion-backend. The service removes it.\n"
LOCK_WAIT_S, LOCK_PAUSE_S = 30.0, 0.05
"""Another server holds the lock while it removes what killed ones have left."""
KILL_ROUNDS, KILL_PAUSE_S = 200, 0.01
"""A killed process is gone within milliseconds, unless a disk or a driver holds it."""

log = structlog.stdlib.get_logger(__name__)


class UnusableWorkFolder(CannotStart):
    """The folder of the setting WORK_DIR cannot be used."""

    def __init__(self, folder: Path, fault: str) -> None:
        super().__init__(f"WORK_DIR={folder} {fault}.")


class Workspace:
    """The folder of one server inside the folder of all servers.

    The server holds a lock on the marker in its folder for as long as it runs. A folder that has a marker and no lock
    was left by a server that was killed. What has no marker is not ours and is never touched.
    """

    def __init__(self, root: Path, *, min_free_bytes: int = 0) -> None:
        self._root = root
        self._min_free_bytes = min_free_bytes
        self._lock: int | None = None
        with _locked(root):  # no other server removes a folder between its making and its locking
            _remove_abandoned(root)
            try:
                self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
                self._mark()
            except OSError as problem:
                raise UnusableWorkFolder(root, f"cannot be used: {problem.strerror}") from None

    @asynccontextmanager
    async def temporary_folder(self, kind: str) -> AsyncGenerator[Path]:
        """Yield a folder that is removed afterwards with everything in it; the server's folder is made again if gone.

        Raises
        ------
        Saturated
            When no folder can be made: the disk is full or the place is gone.
        """
        await to_thread.run_sync(self._restore)
        async with temporary_folder(kind, parent=self.path) as folder:
            yield folder

    def check(self) -> None:
        """Check that there is room for another video.

        Raises
        ------
        Saturated
            When the folder cannot be written to or too little space is free.
        """
        self._restore()
        try:
            with tempfile.TemporaryFile(dir=self.path) as file:
                file.write(b"\0")
            free = os.statvfs(self.path)
        except OSError as problem:
            raise _make_no_room_error(problem) from problem
        if free.f_bavail * free.f_frsize < self._min_free_bytes:
            raise Saturated("There is too little free space for another video.")

    def close(self) -> None:
        """Remove the server's folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)

    def _restore(self) -> None:
        """Make the server's folder again where something has removed it, or the marker in it."""
        if (self.path / MARKER).is_file():
            return
        try:
            with _locked(self._root):
                self.path.mkdir(mode=0o700, exist_ok=True)
                if not _is_own_folder(self.path):
                    raise FileExistsError("a folder of another user is in the way")
                self._mark()
        except (OSError, UnusableWorkFolder) as problem:
            raise _make_no_room_error(problem) from problem
        log.warning("work_folder_made_again")

    def _mark(self) -> None:
        """Write the marker and lock it."""
        descriptor = os.open(self.path / MARKER, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.write(descriptor, MARKER_TEXT)
        except OSError:  # the disk is full: no other server would know a folder without the text as one of ours
            os.close(descriptor)
            shutil.rmtree(self.path, ignore_errors=True)
            raise
        if self._lock is not None:
            os.close(self._lock)
        self._lock = descriptor


@contextmanager
def open_workspace(root: Path, *, min_free_bytes: int = 0) -> Generator[Workspace]:
    """Yield a folder for this server alone, removed at the end; what killed servers left behind is removed first.

    Raises
    ------
    UnusableWorkFolder
        When the folder is not one that the service can work in; says why in one line.
    """
    workspace = Workspace(root.absolute(), min_free_bytes=min_free_bytes)
    try:
        yield workspace
    finally:
        workspace.close()


@asynccontextmanager
async def temporary_folder(kind: str, *, parent: Path | None) -> AsyncGenerator[Path]:
    """Yield a folder in the parent (None: the system's place for temporary files), removed with everything in it."""
    making = asyncio.create_task(to_thread.run_sync(lambda: tempfile.mkdtemp(prefix=f"{kind}-", dir=parent)))
    try:
        await wait_to_end(making)
        try:
            folder = Path(making.result())
        except OSError as problem:
            raise _make_no_room_error(problem) from problem
        yield folder
    finally:
        if making.exception() is None:
            removing = asyncio.create_task(
                to_thread.run_sync(lambda: shutil.rmtree(making.result(), ignore_errors=True))
            )
            await wait_to_end(removing)


def kill_processes_in(folder: Path) -> None:
    """Kill every process whose place for temporary files is the folder, and wait until they are gone; on Linux only."""
    for _ in range(KILL_ROUNDS):
        found = _list_processes_in(folder)
        if not found:
            return
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(KILL_PAUSE_S)
    log.error("processes_survive", folder=folder.name)


def _list_processes_in(folder: Path) -> list[int]:
    return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit() and _works_in(folder, entry.path)]


def _works_in(folder: Path, process: str) -> bool:
    """Whether the process, named by its folder in /proc, has its place for temporary files in the folder."""
    variable = os.fsencode(f"\0TMPDIR={folder}")
    try:
        with open(f"{process}/environ", "rb", buffering=0) as file:  # noqa: PTH123  (hundreds a call: no paths)
            environment = b"\0%b\0" % file.read()
    except OSError:  # it has ended, or belongs to another user
        return False
    return variable + b"\0" in environment or variable + b"/" in environment


def _make_no_room_error(problem: Exception) -> Saturated:
    reason = problem.strerror if isinstance(problem, OSError) else str(problem)
    log.error("work_folder_unusable", problem=reason or repr(problem))
    return Saturated("The video cannot be stored.")


def _remove_abandoned(root: Path) -> None:
    """Remove the folders that killed servers left behind, and kill what still works in them."""
    for folder in root.glob(f"{PREFIX}*"):
        lock = _lock_abandoned(folder)
        if lock is None:
            continue
        kill_processes_in(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        log.info("abandoned_folder_removed", folder=folder.name)


def _lock_abandoned(folder: Path) -> int | None:
    """Lock the marker of a server's folder; None when there is none of ours, or a running server holds it."""
    try:
        if not _is_own_folder(folder):
            return None
        descriptor = os.open(folder / MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and os.read(descriptor, len(MARKER_TEXT)) == MARKER_TEXT:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _is_own_folder(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


@contextmanager
def _locked(root: Path) -> Generator[None]:
    """Make the folder where it is missing, and hold a lock on it."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = root.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise UnusableWorkFolder(root, "is a symbolic link: name the folder itself")
        if found.st_uid != os.getuid() and not found.st_mode & stat.S_ISVTX:
            raise UnusableWorkFolder(root, "belongs to another user")
        if not os.access(root, os.W_OK | os.X_OK):
            raise UnusableWorkFolder(root, "cannot be written to")
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileExistsError:
        raise UnusableWorkFolder(root, "is not a folder") from None
    except OSError as problem:
        raise UnusableWorkFolder(root, f"cannot be used: {problem.strerror}") from None
    try:
        _wait_for_lock(root, descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(root: Path, descriptor: int) -> None:
    """Lock the folder; whoever may list it may hold its lock, for ever too."""
    gives_up_s = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > gives_up_s:
                raise UnusableWorkFolder(root, "is locked by another program") from None
            time.sleep(LOCK_PAUSE_S)
        else:
            return
