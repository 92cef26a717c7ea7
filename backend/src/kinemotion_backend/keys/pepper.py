"""The secret that keys are checked with, in a file of its own beside the database."""

import os
import secrets
import tempfile
from pathlib import Path

PEPPER_BYTES = 32


def read_or_make_pepper(path: Path) -> bytes:
    """Return the file's content; a missing file is made, readable by its owner alone.

    The file is written beside and then linked to its name: of two processes that start at once, one makes it.
    """
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(PEPPER_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:  # another process was quicker
            pass
        finally:
            Path(draft).unlink()
    return path.read_bytes()
