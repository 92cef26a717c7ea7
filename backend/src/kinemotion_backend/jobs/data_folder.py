"""The data folder belongs to one process at a time."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kinemotion_backend.errors import ServiceError

LOCK = ".lock"


class DataFolderInUse(ServiceError, RuntimeError):
    """Another process works on the data folder."""

    code = "data_folder_in_use"
    hint = "Stop the other process, choose another DATA_DIR, or use PostgreSQL to run several processes."


@contextmanager
def hold_data_folder(folder: Path) -> Generator[None]:
    """Lock the folder for this process, for as long as the context or the process lives.

    Raises
    ------
    DataFolderInUse
        If another process has it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise DataFolderInUse("Another process uses the data folder.") from None
    try:
        yield
    finally:
        os.close(descriptor)
