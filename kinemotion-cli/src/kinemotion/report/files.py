"""Writing results whole or not at all, and saying early when it cannot be done."""

import errno
import os
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.messages import Message

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says of a full disk; only writing can meet it."""

_SEARCHED_BYTES = 1 << 20
"""At either end of a file; the header of a long video is shorter."""


def check_target(path: Path, formats: Mapping[str, bytes]) -> None:
    """Check, before the work, that a result can be written at the path without destroying anything else.

    Parameters
    ----------
    path
        Where a file shall be written.
    formats
        By the extensions that the file may have: the bytes that every such file of ours carries near its beginning or
        its end. A file without them is somebody else's and is never replaced.

    Raises
    ------
    UsageProblem
        If the extension is unknown.
    OutputProblem
        If the path cannot be written, or holds a file that this program has not written.
    """
    check_writable(path)
    check_replaceable(path, formats[read_extension(path, formats)])


def check_replaceable(path: Path, signature: bytes) -> None:
    """Check that no file lies at the path, or an empty one, or one that carries the signature of our own.

    Raises
    ------
    OutputProblem
        If the file is somebody else's.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            found = file.read(_SEARCHED_BYTES)
            file.seek(max(0, size - _SEARCHED_BYTES))
            found += file.read(_SEARCHED_BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise describe_write_error(repr(path.name), error) from error
    if found and signature not in found:
        raise OutputProblem(
            Message(
                "foreign_file",
                "{file!r} exists and was not written by kinemotion, so it is not overwritten.",
                file=path.name,
            ),
            hint=Message("choose_other_name_or_delete", "Choose another name, or delete that file first."),
        )


def read_extension(path: Path, known: Collection[str]) -> str:
    """Extension of the path in lower case, with its dot.

    Raises
    ------
    UsageProblem
        Where it is none of the known ones.
    """
    extension = path.suffix.lower()
    if extension not in known:
        raise UsageProblem(
            Message("unknown_extension", "{file!r} has no extension that can be written here.", file=path.name),
            hint=Message("use_one_of", "Use one of these: {known}.", known=", ".join(sorted(known))),
        )
    return extension


def check_writable(path: Path) -> None:
    """Check that a file can be written at the path, before the work whose result goes there.

    Raises
    ------
    OutputProblem
        Where the folder is missing, is a file or may not be written to, or the path is a folder, a device or a pipe.
    """
    try:
        folder = (Path(os.path.realpath(path)) if path.is_symlink() else path).parent
        if folder.exists():
            check_folder(folder)
        else:
            raise OutputProblem(
                Message(
                    "no_output_folder",
                    "There is no folder {folder!r} to write {file!r} into.",
                    folder=str(folder),
                    file=path.name,
                )
            )
        if path.is_dir():
            raise OutputProblem(Message("path_is_folder", "{path!r} is a folder, not a file.", path=str(path)))
        if path.exists() and not path.is_file():
            raise OutputProblem(
                Message("path_is_device", "{path!r} is a device or a pipe, not a file.", path=str(path))
            )
    except OSError as error:
        raise describe_write_error(repr(path.name), error) from error


def check_folder(path: Path) -> None:
    """Check, before the work, that files can be written into a folder, which is made where it is missing.

    Raises
    ------
    OutputProblem
        Where it may not be written to or made, or the path is a file.
    """
    try:
        missing = not path.exists()
    except OSError as error:  # its name may be too long to be looked for
        raise describe_write_error(repr(path.name), error) from error
    if missing:
        check_writable(path)
    elif not path.is_dir():
        raise OutputProblem(Message("path_is_file", "{path!r} is a file, not a folder.", path=str(path)))
    elif not os.access(path, os.W_OK | os.X_OK):
        raise OutputProblem(
            Message("folder_not_writable", "You may not write to the folder {folder!r}.", folder=str(path))
        )


@contextmanager
def atomic(path: Path) -> Generator[Path]:
    """A fresh path beside the wanted one: renamed to it on success, removed on failure. A link keeps leading there.

    Raises
    ------
    OutputProblem
        Where the file cannot be written: no folder, no permission, disk full.
    """
    check_writable(path)
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.stem[:80]}.{os.urandom(4).hex()}{path.suffix}")
    try:
        yield beside
        beside.replace(target)
    except OSError as error:
        raise describe_write_error(repr(path.name), error) from error
    finally:
        beside.unlink(missing_ok=True)


def describe_write_error(what: str, error: OSError) -> OutputProblem:
    """Return the failure to write something, with a hint that fits where there is no room for it."""
    hint = Message("make_room", "Make room for it, or write it elsewhere.") if error.errno in NO_ROOM else None
    reason = error.strerror or str(error)
    return OutputProblem(
        Message("not_written", '{what} could not be written: "{reason}".', what=what, reason=reason), hint=hint
    )


def import_library(name: str, *, extra: str) -> Any:  # noqa: ANN401  (a module is what it is)
    """Import an optional library.

    Raises
    ------
    UsageProblem
        If it is not installed; the hint says which extra of the package brings it.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise _make_missing_error(name, extra=extra) from error


def check_library(name: str, *, extra: str) -> None:
    """Check that an optional library is installed, without waiting for its import.

    Raises
    ------
    UsageProblem
        If it is not installed; the hint says which extra of the package brings it.
    """
    if find_spec(name.partition(".")[0]) is None:
        raise _make_missing_error(name, extra=extra)


def _make_missing_error(name: str, *, extra: str) -> UsageProblem:
    return UsageProblem(
        Message(
            "library_missing", "This output needs {library}, which is not installed.", library=name.partition(".")[0]
        ),
        hint=Message(
            "install_extra",
            "Install the extra {extra!r} of kinemotion. `kinemotion doctor` prints the command.",
            extra=extra,
        ),
    )
