"""Progress on standard error: a bar for a person at a terminal, NDJSON for a program, else nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from kinemotion.cli.environment import Environment, is_terminal
from kinemotion.i18n.texts import Texts, load_texts

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.progress import Progress as RichProgress

INTERVAL_S = 0.1
"""Between two reports; more often serves neither a person nor a program."""

BAR_WIDTH = 30

Unit = Literal["frames", "clips"]
ReportProgress = Callable[[float, int | None], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """Takes the units that are done and the units that there are."""

    report: ReportProgress
    hidden: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """Takes the bar off the terminal, so that a line can be written where it was."""

    def __call__(self, done: float, total: int | None) -> None:
        """Report how far the work is; the total may be unknown."""
        self.report(done, total)


@contextmanager
def progress(kind: str, environment: Environment, *, unit: Unit = "frames", lang: str = "en") -> Generator[Progress]:
    """Open the progress of a piece of work; ``kind`` is auto, json or none."""
    if kind == "json":
        yield Progress(_limit_rate(_write_lines(environment), environment.clock))
    elif kind == "auto" and is_terminal(environment.stderr):
        with _open_bar(environment) as bar:
            yield Progress(
                _limit_rate(_move(bar, load_texts(lang), unit=unit), environment.clock), partial(_hidden, bar)
            )
    else:
        yield Progress(_ignore)


def _limit_rate(report: ReportProgress, clock: Callable[[], float]) -> ReportProgress:
    last_s = -INTERVAL_S + clock()

    def report_seldom(done: float, total: int | None) -> None:
        nonlocal last_s
        now_s = clock()
        if now_s - last_s >= INTERVAL_S or done == total:
            last_s = now_s
            report(done, total)

    return report_seldom


def _write_lines(environment: Environment) -> ReportProgress:
    def write(done: float, total: int | None) -> None:
        environment.report(json.dumps({"event": "progress", "done": int(done), "total": total}) + "\n")

    return write


def _open_bar(environment: Environment) -> RichProgress:
    # Imported here: only a terminal needs it.
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as RichProgress  # noqa: PLC0415

    from kinemotion.cli.terminal import open_console  # noqa: PLC0415

    columns = (BarColumn(BAR_WIDTH), TextColumn("{task.description}"), TimeRemainingColumn(compact=True))
    console = open_console(environment.stderr, environment.config)
    bar = RichProgress(*columns, console=console, transient=True, get_time=environment.clock)
    bar.add_task("", total=None)
    return bar


def _move(bar: RichProgress, language: Texts, *, unit: Unit) -> ReportProgress:
    [task] = bar.task_ids

    def move(done: float, total: int | None) -> None:
        text = language.count(f"{unit}_of" if total else unit, total or int(done), done=int(done))
        bar.update(task, completed=done, total=total, description=text)

    return move


@contextmanager
def _hidden(bar: RichProgress) -> Generator[None]:
    bar.stop()
    try:
        yield
    finally:
        bar.start()


def _ignore(_done: float, _total: int | None) -> None:
    pass
