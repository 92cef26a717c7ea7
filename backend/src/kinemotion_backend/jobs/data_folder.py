"""The data folder belongs to one process at a time."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kinemotion_backend.errors import CannotStart, ServiceError

LOCK = ".lock"


class DataFolderInUse(ServiceError, CannotStart):
    """Another process works on the data folder."""

    code = "data_folder_in_use"
    hint = "Stop the other process, choose another DATA_DIR, or use PostgreSQL to run several processes."


class UnusableDataFolder(CannotStart):
    """The folder of the setting DATA_DIR cannot be used."""

    def __init__(self, folder: Path, problem: OSError) -> None:
        super().__init__(f"DATA_DIR={folder} cannot be used: {problem.strerror}.")


def make_data_folder(folder: Path) -> None:
    """Make the folder where it is missing.

    Raises
    ------
    UnusableDataFolder
        If it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise UnusableDataFolder(folder, problem) from None


@contextmanager
def hold_data_folder(folder: Path) -> Generator[None]:
    """Lock the folder for this process, for as long as the context or the process lives.

    Raises
    ------
    DataFolderInUse
        If another process has it.
    UnusableDataFolder
        If it cannot be made or written to.
    """
    make_data_folder(folder)
    try:
        descriptor = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise UnusableDataFolder(folder, problem) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise DataFolderInUse("Another process uses the data folder.") from None
    try:
        yield
    finally:
        os.close(descriptor)
