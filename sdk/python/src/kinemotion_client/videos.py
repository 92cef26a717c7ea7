"""The video of a request: opened anew for each attempt, and read with progress."""

import io
import mimetypes
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

AnyFile = str | os.PathLike[str] | bytes | BinaryIO
"""A path, the bytes of a file, or a file open for reading."""
Video = AnyFile
Progress = Callable[[int, int], object]
"""Called with the bytes done and the bytes in all."""
_UNKNOWN_TYPE = "application/octet-stream"


def ignore_progress(_done: int, _total: int) -> None:
    """Do nothing."""


def name_video(video: Video) -> str:
    """Return the name of the video's file."""
    if isinstance(video, str | os.PathLike):
        return Path(video).name
    name = getattr(video, "name", None)
    return Path(name).name if isinstance(name, str) else "video.mp4"


def guess_type(name: str) -> str:
    """Return the media type of a file of this name."""
    return mimetypes.guess_type(name)[0] or _UNKNOWN_TYPE


@contextmanager
def open_video(video: Video) -> Generator[BinaryIO]:
    """Open the video at its beginning. A file that the caller opened stays open.

    Raises
    ------
    FileNotFoundError
        Where there is no file at the path.
    """
    if isinstance(video, bytes):
        yield io.BytesIO(video)
    elif isinstance(video, str | os.PathLike):
        with Path(video).open("rb") as file:
            yield file
    else:
        video.seek(0)
        yield video


class ReportingReader(io.BufferedIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: BinaryIO, on_progress: Progress) -> None:
        self._file = file
        self._on_progress = on_progress
        self._total = file.seek(0, io.SEEK_END)
        file.seek(0)

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        found = self._file.read(-1 if size is None else size)
        if found:
            self._on_progress(self._file.tell(), self._total)
        return found

    def readable(self) -> bool:
        """Return whether the file can be read."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()

    def as_file(self) -> BinaryIO:
        """Return the reader, for type checkers."""
        return cast("BinaryIO", self)
