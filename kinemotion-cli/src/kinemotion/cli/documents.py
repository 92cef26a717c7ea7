"""JSON documents: written to a file or to standard output, whole or not at all, and never over something else."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kinemotion.cli.command import STDOUT
from kinemotion.cli.environment import Environment
from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.report.contract.encode import encode_line, encode_pretty
from kinemotion.report.files import atomic

JSON_FLAGS = ("--json", "--json-output", "-j")
DOCUMENT: Mapping[str, bytes] = {".json": b'"schema_version"'}
"""By extension: what marks a document as written here."""

JSON_HELP = "Write the result as JSON to a file, or to standard output."


def write_document(document: Mapping[str, Any], target: str, *, environment: Environment) -> None:
    """Write the document to standard output (``-``) or, whole or not at all, to a file."""
    if target == STDOUT:
        environment.write(encode_pretty(document))
        return
    with atomic(Path(target)) as path:
        path.write_text(encode_pretty(document), encoding="ascii")


def write_line(document: Mapping[str, Any], environment: Environment) -> None:
    """Write the document as one line of NDJSON to standard output, at once."""
    environment.write(encode_line(document))


def check_distinct(targets: Sequence[Path]) -> None:
    """Check that no two outputs share a path.

    Raises
    ------
    UsageProblem
        If two do.
    """
    taken: set[str] = set()
    for target in targets:
        if (place := os.path.realpath(target)) in taken:
            raise UsageProblem(
                Message("same_output_path", "Two outputs have the same path: {file!r}.", file=str(target)),
                hint=Message("give_own_names", "Give each its own name."),
            )
        taken.add(place)


def is_same_file(one: str | Path, other: str | Path) -> bool:
    """Return whether both paths lead to one existing file."""
    with suppress(OSError, ValueError):
        return Path(one).samefile(other)
    return False
