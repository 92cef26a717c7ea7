"""Where the engine's command is, whether it is still the same one, and the limits it is given."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from kinemotion_backend.errors import EngineUnusable

Fingerprint = tuple[tuple[str, int, int, int], ...]
"""Path, inode, size and time of change of the command and, where it is a script, of what interprets it."""

SHEBANG_BYTES = 256


FIRST_WITH_LIMITS = (1, 1)
"""Contract version of the first engine that takes limits of a video."""


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What the engine refuses before it decodes; None leaves it to the engine."""

    duration_s: float | None = None
    frames: int | None = None
    pixels: int | None = None

    def write_flags(self, *, schema_version: str) -> list[str]:
        """Return the flags for an engine of that contract version; an older engine has limits of its own."""
        if tuple(map(int, schema_version.split("."))) < FIRST_WITH_LIMITS:
            return []
        values = {"--max-duration": self.duration_s, "--max-frames": self.frames, "--max-pixels": self.pixels}
        return [f"{flag}={value}" for flag, value in values.items() if value is not None]


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
