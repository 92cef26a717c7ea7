"""What leaves the process: documents to where they were asked for, words to people, and the one handler of failures."""

import os
import signal
import sys
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from kinemotion.errors import InternalProblem, Interrupted, KinemotionError, OutputProblem, UsageProblem
from kinemotion.report.contract.schema_types import error_document, error_event, line, pretty
from kinemotion.report.files import NO_ROOM, atomic, unwritten

JSON_FLAGS = ("--json", "--json-output", "-j")
STDOUT = "-"

JSON_HELP = "Write the result as JSON to a file, or to standard output."


def write_document(document: Mapping[str, Any], target: str) -> None:
    """Write the document to standard output (``-``) or, whole or not at all, to a file."""
    if target == STDOUT:
        click.echo(pretty(document), nl=False)
        return
    with atomic(Path(target)) as path:
        path.write_text(pretty(document), encoding="ascii")


def write_line(document: Mapping[str, Any]) -> None:
    """Write the document as one line of NDJSON to standard output, at once."""
    click.echo(line(document), nl=False)


@contextmanager
def ending(arguments: Sequence[str]) -> Generator[None]:
    """Run the program; whatever ends it becomes its exit status, one message, and a document where JSON was asked for.

    The trace of an error is shown only with ``--debug``.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except (Exception, KeyboardInterrupt) as caught:  # noqa: BLE001  (nothing reaches the user as a trace)
        error = told(caught)
        if isinstance(error, Interrupted):  # a second Ctrl-C shall not cut off what the first one has to say
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if "--debug" in arguments:
            traceback.print_exception(caught)
        _report(error, arguments)
        raise SystemExit(error.exit_status) from None
    finally:
        signal.signal(signal.SIGTERM, before)
        _let_go()


def told(caught: BaseException) -> KinemotionError:
    """The failure as one of ours."""
    match caught:
        case _ if _is_interrupted(caught):
            return Interrupted("Interrupted.")
        case KinemotionError():
            return caught
        case click.UsageError():
            return UsageProblem(caught.format_message(), hint=_usage_hint(caught))
        case OSError() if caught.errno in NO_ROOM:
            return unwritten("What was found", caught)
        case MemoryError():
            return InternalProblem("There is not enough memory for this clip.", hint="Cut the clip, or film in 1080p.")
        case _:
            return InternalProblem(f"{type(caught).__name__}: {caught}")


def _is_interrupted(caught: BaseException | None) -> bool:
    """Whether it comes from a stop: a library that is stopped while it is imported fails as if it were broken."""
    return caught is not None and (isinstance(caught, KeyboardInterrupt) or _is_interrupted(caught.__cause__))


def _usage_hint(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "kinemotion"
    dash = "Put -- before a file name that begins with a dash. " if isinstance(error, click.NoSuchOption) else ""
    return f"{dash}See {command} --help."


def _let_go() -> None:
    """What Python would still flush at exit, and cannot, goes nowhere, without a complaint."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(message: str, hint: str) -> None:
    """Tell people what happened and what to do next."""
    click.echo(f"Error: {message}", err=True)
    if hint:
        click.echo(f"Hint: {hint}", err=True)


def _report(error: KinemotionError, arguments: Sequence[str]) -> None:
    with suppress(OSError):  # where nobody can be told, the status tells
        complain(error.message, error.hint)
    target, others = json_target(arguments)
    # A target that cannot be written to is what standard error has just said.
    with suppress(OutputProblem, OSError):
        if target and not any(same_file(target, other) for other in others):
            write_document(error_document(error), target)
        if "--jsonl" in others and target != STDOUT:
            write_line(error_event(error))


def json_target(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Where the document was asked for, and the other arguments: read raw, since a failure may come before parsing."""
    given = list(arguments)
    flags = given[: given.index("--")] if "--" in given else given
    for place, argument in enumerate(flags):
        flag, equals, value = argument.partition("=")
        if flag in JSON_FLAGS:
            return (
                (value, given)
                if equals
                else ("".join(given[place + 1 : place + 2]), given[:place] + given[place + 2 :])
            )
    return None, given


def refuse_one_place(targets: Sequence[Path]) -> None:
    """Nothing, where each output has a place of its own.

    Raises
    ------
    UsageProblem
        Where two would be written over each other.
    """
    if len({os.path.realpath(target) for target in targets}) < len(targets):
        raise UsageProblem("Two outputs have the same path.", hint="Give each its own name.")


def same_file(one: str | Path, other: str | Path) -> bool:
    """Whether both paths lead to one existing file."""
    with suppress(OSError, ValueError):
        return Path(one).samefile(other)
    return False


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
