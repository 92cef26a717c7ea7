"""What may be written beside the document: a table of writers by the name of their parameter."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from kinemotion.api import Request, open_clip
from kinemotion.cli.output import DOCUMENT, refuse_one_place, same_file
from kinemotion.errors import OutputProblem
from kinemotion.motion.frames import Frame
from kinemotion.motion.report import Report
from kinemotion.report.base import Encoder, Finished, Writer
from kinemotion.report.files import check_target
from kinemotion.video import encode

WRITERS: Mapping[str, str] = {
    "overlay": "kinemotion.report.overlay.writer:OVERLAY",
    "page": "kinemotion.report.page.writer:PAGE",
    "plots": "kinemotion.report.figures.writer:PLOTS",
    "table": "kinemotion.report.exchange.writers:TABLE",
    "trajectories": "kinemotion.report.exchange.writers:TRAJECTORIES",
    "exchange": "kinemotion.report.exchange.writers:EXCHANGE",
}
"""Where each writer is declared; it is imported when its output is asked for."""


@dataclass(frozen=True, slots=True)
class RequestedClip:
    """The clip of a request, decoded again for pictures."""

    request: Request
    report: Report

    @contextmanager
    def frames(self) -> Generator[Iterable[Frame]]:
        """Decode the frames once more, in order."""
        with open_clip(self.request) as video:
            yield video.frames()

    def encoder(self, path: Path) -> AbstractContextManager[Encoder]:
        """Open a video with the size and pace of the clip."""
        return encode.open_writer(path, self.report.video, threads=self.request.settings.threads)


def check_targets(given: Mapping[str, Any], *, documents: tuple[Path, ...]) -> None:
    """Check that all that was asked for can be written; ``documents`` are written besides.

    Raises
    ------
    UsageProblem, OutputProblem
        If an extension is unknown, a library is missing, or a path cannot be written, is the video itself, holds a file
        that is none of our outputs, or is asked for twice.
    """
    targets = [*documents, *(path for _, path in _asked(given))]
    if any(same_file(target, given["video"]) for target in targets):
        raise OutputProblem("The result would overwrite the video.", hint="Choose another name.")
    refuse_one_place(targets)
    for path in documents:
        check_target(path, DOCUMENT)
    for writer, path in _asked(given):
        writer.check(path)


def write_all(report: Report, given: Mapping[str, Any], *, request: Request) -> None:
    """Write everything that was asked for."""
    finished = Finished(report, RequestedClip(request, report))
    for writer, path in _asked(given):
        writer.write(finished, path, lang=given["lang"])


def _asked(given: Mapping[str, Any]) -> Iterator[tuple[Writer, Path]]:
    return ((load_writer(name), given[name]) for name in WRITERS if given[name])


def load_writer(name: str) -> Writer:
    """Import the writer of that output."""
    module, _, attribute = WRITERS[name].partition(":")
    return getattr(import_module(module), attribute)
