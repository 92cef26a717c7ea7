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

Progress = Callable[[int, int | None], None]


@contextmanager
def progress(kind: str) -> Generator[Progress]:
    """A function to be told of frames done and frames there are; ``kind`` is auto, json or none."""
    if kind == "json":
        yield _seldom(_say_json)
    elif kind == "auto" and sys.stderr.isatty():
        try:
            yield _seldom(_draw_bar)
        finally:
            click.echo("\r\x1b[K", nl=False, err=True)
    else:
        yield _ignore


def _seldom(tell: Progress) -> Progress:
    last_s = -INTERVAL_S

    def tell_seldom(done: int, total: int | None) -> None:
        nonlocal last_s
        now_s = monotonic()
        if now_s - last_s >= INTERVAL_S or done == total:
            last_s = now_s
            tell(done, total)

    return tell_seldom


def _say_json(done: int, total: int | None) -> None:
    click.echo(json.dumps({"event": "progress", "done": done, "total": total}), err=True)


def _draw_bar(done: int, total: int | None) -> None:
    if total:
        filled = min(BAR_WIDTH, BAR_WIDTH * done // total)
        told = f"{'█' * filled}{'░' * (BAR_WIDTH - filled)} {done}/{total} frames"
    else:
        told = f"{done} frames"
    click.echo(f"\r\x1b[K{told}", nl=False, err=True)


def _ignore(_done: int, _total: int | None) -> None:
    pass
