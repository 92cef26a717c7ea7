"""What may be written beside the document, by the name of its parameter."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinemotion.api import Request, open_clip
from kinemotion.cli.output import DOCUMENT, refuse_one_place, same_file
from kinemotion.errors import OutputProblem
from kinemotion.motion.report import Report
from kinemotion.report.contract.document import document
from kinemotion.report.exchange import formats, table, trajectories
from kinemotion.report.figures.plots import write_plots
from kinemotion.report.files import atomic, check_target, check_writable
from kinemotion.report.overlay.painter import OverlayPainter
from kinemotion.report.page import html
from kinemotion.report.page.key_frames import key_frames
from kinemotion.video import encode


@dataclass(frozen=True, slots=True)
class Finished:
    """An analysis whose results are to be written."""

    report: Report
    request: Request
    lang: str


@dataclass(frozen=True, slots=True)
class Writer:
    """How one output is written."""

    formats: Mapping[str, bytes] | None
    """What its path may end with, and what marks such a file as ours; None for a folder."""
    write: Callable[[Finished, Path], object]


def _overlay(done: Finished, path: Path) -> None:
    painter = OverlayPainter(done.report, lang=done.lang)
    with (
        open_clip(done.request) as video,
        atomic(path) as beside,
        encode.open_writer(beside, done.report.video, threads=done.request.settings.threads) as writer,
    ):
        for frame in video.frames():
            writer.write(painter.paint(frame), time_s=frame.time_s)


def _page(done: Finished, path: Path) -> None:
    with open_clip(done.request) as video:
        frames = key_frames(done.report, video.frames())
    html.write_report(done.report, path, lang=done.lang, key_frames=frames)


WRITERS: Mapping[str, Writer] = {
    "overlay": Writer(encode.FORMATS, _overlay),
    "page": Writer(html.FORMATS, _page),
    "plots": Writer(None, lambda done, path: write_plots(done.report, path, lang=done.lang)),
    "table": Writer(table.FORMATS, lambda done, path: table.write_trial_table([document(done.report)], path)),
    "trajectories": Writer(trajectories.FORMATS, lambda done, path: trajectories.write_trajectories(done.report, path)),
    "exchange": Writer(formats.FORMATS, lambda done, path: formats.write_exchange(done.report, path)),
}


def check_targets(given: Mapping[str, Any], *, documents: tuple[Path, ...]) -> None:
    """Check that all that was asked for can be written; ``documents`` are written besides.

    Raises
    ------
    UsageProblem, OutputProblem
        If an extension is unknown, or a path cannot be written, is the video itself, holds a file that is none of our
        outputs, or is asked for twice.
    """
    targets = [*documents, *(path for _, path in _asked(given))]
    if any(same_file(target, given["video"]) for target in targets):
        raise OutputProblem("The result would overwrite the video.", hint="Choose another name.")
    refuse_one_place(targets)
    for path in documents:
        check_target(path, DOCUMENT)
    for writer, path in _asked(given):
        if writer.formats:
            check_target(path, writer.formats)
        elif not path.is_dir():
            check_writable(path)


def write_all(done: Finished, given: Mapping[str, Any]) -> None:
    """Write everything that was asked for."""
    for writer, path in _asked(given):
        writer.write(done, path)


def _asked(given: Mapping[str, Any]) -> Iterator[tuple[Writer, Path]]:
    return ((writer, given[name]) for name, writer in WRITERS.items() if given[name])
