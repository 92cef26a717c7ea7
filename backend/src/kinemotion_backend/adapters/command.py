"""Where the engine's command is, and whether it is still the same one."""

import os
import shutil
import sys
from pathlib import Path

from kinemotion_backend.errors import EngineUnusable

Fingerprint = tuple[tuple[str, int, int, int], ...]
"""Path, inode, size and time of change of the command and, where it is a script, of what interprets it."""

SHEBANG_BYTES = 256


def find_command(name: str) -> str:
    """Return the full path of the command, searched for on the PATH and beside this program.

    Raises
    ------
    EngineUnusable
        When there is no such command.
    """
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise EngineUnusable(
            "The kinemotion command is not installed. Install the engine beside the service, "
            "or name its path in KINEMOTION_CLI."
        )
    return found


def read_fingerprint(command: str) -> Fingerprint:
    """Return what changes when the engine is replaced, updated or removed; costs a few system calls.

    Raises
    ------
    EngineUnusable
        When the command or its interpreter is gone.
    """
    try:
        with Path(command).open("rb") as file:
            first_line = file.read(SHEBANG_BYTES).partition(b"\n")[0]
        interpreter = first_line[2:].split()[:1] if first_line.startswith(b"#!") else []
        return tuple(_read_identity(path) for path in (command, *map(os.fsdecode, interpreter)))
    except OSError as problem:
        raise EngineUnusable("The kinemotion command was removed. Install the engine again.") from problem


def _read_identity(path: str) -> tuple[str, int, int, int]:
    found = Path(path).stat()
    return path, found.st_ino, found.st_size, found.st_mtime_ns
