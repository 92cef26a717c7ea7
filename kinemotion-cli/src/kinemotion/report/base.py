"""What a writer is: the port through which a finished analysis leaves the engine as a file or a folder.

The optional outputs are writers (overlay, page, figures, exchange). The JSON document (``report/contract``) and the
text (``report/text``) are not. To add a format: write the function, declare a ``FileWriter``, add it to ``WRITERS`` in
``cli/outputs.py``, and add its option to ``cli/parameters.py``. In ``cli/outputs.py`` three sets name the writers that
need the motion (``NEEDS_MOTION``), that draw on the pictures (``NEEDS_PICTURES``) and that write something of a refused
clip (``WRITTEN_WITHOUT_RESULT``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Report
from kinemotion.report.files import check_folder, check_library, check_target

GIVE_HEIGHT = Message(
    "give_height_or_pixels",
    "Give the height of the athlete with --athlete-height. Or write pixels with .nc or --trajectories.",
)


class Encoder(Protocol):
    """Takes pictures in order and writes them as a video."""

    def write(self, image: Image, *, time_s: float) -> None:
        """Add a picture (H, W, 3); ``time_s`` is the time of its frame."""
        ...


class Clip(Protocol):
    """The analysed clip, for writers that draw on its pictures."""

    def frames(self) -> AbstractContextManager[Iterable[Frame]]:
        """Decode the frames once more, in order."""
        ...

    def encoder(self, path: Path, size: tuple[int, int]) -> AbstractContextManager[Encoder]:
        """Open a video at the pace of the clip, with pictures of that width and height."""
        ...


@dataclass(frozen=True, slots=True)
class Finished:
    """An analysis whose results are to be written."""

    report: Report
    clip: Clip
    seen: Sequence[FramePoses] = ()
    """What the pose model saw in each frame; kept for a clip that was refused."""


class Writer(Protocol):
    """Writes one kind of output."""

    @property
    def name(self) -> str:
        """Name of the option, without dashes."""
        ...

    @property
    def formats(self) -> Mapping[str, bytes]:
        """By extension: the bytes that mark such a file as written here. Empty if a folder is written."""
        ...

    @property
    def metres_only(self) -> frozenset[str]:
        """Extensions whose files can hold metres only."""
        ...

    def check(self, path: Path) -> None:
        """Check, before the analysis, that the output can be written at the path.

        Raises
        ------
        UsageProblem
            If the extension is unknown or a library is missing.
        OutputProblem
            If the path cannot be written, or holds a file that this program has not written.
        """
        ...

    def write(self, finished: Finished, path: Path, *, lang: str) -> None:
        """Write the output, whole or not at all.

        Raises
        ------
        OutputProblem
            If it cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileWriter:
    """A writer made of a function and of what it needs."""

    name: str
    formats: Mapping[str, bytes]
    function: Callable[..., object]
    """Called with a ``Finished``, a path and the keyword ``lang``."""
    extra: str = ""
    """Extra of the package that brings the libraries."""
    libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Modules that an extension needs; under ``""`` those that every one needs."""
    metres_only: frozenset[str] = frozenset()
    """Extensions whose files can hold metres only."""

    def check(self, path: Path) -> None:
        """Check that the output can be written at the path."""
        if self.formats:
            check_target(path, self.formats)
        else:
            check_folder(path)
        for module in (*self.libraries.get("", ()), *self.libraries.get(path.suffix.lower(), ())):
            check_library(module, extra=self.extra)

    def write(self, finished: Finished, path: Path, *, lang: str) -> None:
        """Write the output."""
        self.function(finished, path, lang=lang)
