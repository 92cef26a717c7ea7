"""How far the work is, on standard error: a bar for a person at a terminal, NDJSON for a program, else nothing."""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

import click

INTERVAL_S = 0.1
"""Between two reports; more often serves neither a person nor a program."""

BAR_WIDTH = 30

Progress = Callable[[float, int | None], None]


@contextmanager
def progress(kind: str, *, unit: str = "frames") -> Generator[Progress]:
    """A function to be told of the units done and the units there are; ``kind`` is auto, json or none."""
    if kind == "json":
        yield _seldom(_say_json)
    elif kind == "auto" and _at_terminal():
        try:
            yield _seldom(_bar(unit))
        finally:
            clear_bar()
    else:
        yield _ignore


def clear_bar() -> None:
    """Take the bar off the terminal, so that a line can be written where it was."""
    if _at_terminal():
        click.echo("\r\x1b[K", nl=False, err=True)


def _at_terminal() -> bool:
    """Whether a person reads standard error; it may be closed."""
    return bool(sys.stderr) and sys.stderr.isatty()


def _seldom(tell: Progress) -> Progress:
    last_s = -INTERVAL_S

    def tell_seldom(done: float, total: int | None) -> None:
        nonlocal last_s
        now_s = monotonic()
        if now_s - last_s >= INTERVAL_S or done == total:
            last_s = now_s
            tell(done, total)

    return tell_seldom


def _say_json(done: float, total: int | None) -> None:
    click.echo(json.dumps({"event": "progress", "done": int(done), "total": total}), err=True)


def _bar(unit: str) -> Progress:
    began_s = monotonic()
    last, last_s = 0.0, began_s

    def draw(done: float, total: int | None) -> None:
        nonlocal last, last_s
        if done != last:
            last, last_s = done, monotonic()
        told = f"{int(done)} {unit}"
        if total:
            filled = min(BAR_WIDTH, int(BAR_WIDTH * done / total))
            left = _left(began_s + (last_s - began_s) / done * total - monotonic()) if done else ""
            told = f"{'█' * filled}{'░' * (BAR_WIDTH - filled)} {int(done)}/{total} {unit}{left}"
        click.echo(f"\r\x1b[K{told}", nl=False, err=True)

    return draw


def _left(seconds: float) -> str:
    minutes, rest = divmod(max(round(seconds), 0), 60)
    return f", {minutes}:{rest:02d} left"


def _ignore(_done: float, _total: int | None) -> None:
    pass
