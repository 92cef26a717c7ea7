"""The one handler of failures: whatever ends a run becomes its exit status and one message."""

import os
import signal
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from kinemotion.cli.command import STDOUT, Call
from kinemotion.cli.documents import DOCUMENT, is_same_file, write_document, write_line
from kinemotion.cli.environment import Environment
from kinemotion.cli.usage import usage_problem
from kinemotion.errors import InternalProblem, Interrupted, KinemotionError, OutputProblem
from kinemotion.i18n.texts import texts
from kinemotion.messages import Message
from kinemotion.report.contract.encode import error_document, error_event
from kinemotion.report.files import NO_ROOM, check_target, describe_write_error

if TYPE_CHECKING:
    from kinemotion.motion.report import Problem


@contextmanager
def handle_failures(environment: Environment) -> Generator[Call]:
    """Run the program; whatever ends it becomes its exit status, one message, and a document if options asked for one.

    The program notes in the ``Call`` what the options ask for. The trace of an error is shown only with ``--debug``.
    """
    call = Call(environment=environment)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield call
    except (Exception, KeyboardInterrupt) as caught:  # noqa: BLE001  (nothing reaches the user as a trace)
        error = as_kinemotion_error(caught)
        if isinstance(error, Interrupted):  # a second Ctrl-C shall not cut off what the first one has to say
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if call.debug:
            environment.report("".join(traceback.format_exception(caught)))
        _report(error, call)
        raise SystemExit(error.exit_status) from None
    finally:
        signal.signal(signal.SIGTERM, before)
        _flush(environment)


def as_kinemotion_error(caught: BaseException) -> KinemotionError:
    """Convert any exception to a KinemotionError."""
    match caught:
        case _ if _is_interrupted(caught):
            return Interrupted(Message("interrupted", "Interrupted."))
        case KinemotionError():
            return caught
        case click.UsageError():
            return usage_problem(caught)
        case OSError() if caught.errno in NO_ROOM:
            return describe_write_error(Message("the_result", "The result"), caught)
        case MemoryError():
            return InternalProblem(
                Message("out_of_memory", "There is not enough memory for this video."),
                hint=Message("cut_or_film_smaller", "Cut the video, or film in 1080p."),
            )
        case _:
            return InternalProblem.of(caught)


def _is_interrupted(caught: BaseException | None) -> bool:
    """Whether it comes from a stop: a library that is stopped while it is imported fails as if it were broken."""
    return caught is not None and (isinstance(caught, KeyboardInterrupt) or _is_interrupted(caught.__cause__))


def _flush(environment: Environment) -> None:
    """Flush the streams; what cannot be flushed goes to the null device, so that Python is silent at exit."""
    for stream in filter(None, (environment.stdout, environment.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def show_problem(problem: "KinemotionError | Problem", environment: Environment, *, lang: str) -> None:
    """Tell people what happened and what to do next, in their language."""
    language = texts(lang)
    environment.show(f"{language('error')}: {language.sentence(problem.message)}\n", aside=True)
    if problem.hint:
        environment.show(f"{language('hint')}: {language.sentence(problem.hint)}\n", aside=True)


def _report(error: KinemotionError, call: Call) -> None:
    with suppress(OSError):  # where nobody can be told, the status tells
        show_problem(error, call.environment, lang=call.lang)
    for target in call.documents:
        # A document that cannot be written is no second failure: standard error has told the first.
        with suppress(KinemotionError, OSError):
            _check_error_document(target, inputs=call.inputs)
            write_document(error_document(error), target, environment=call.environment)
    with suppress(OSError):
        if call.lines and STDOUT not in call.documents:
            write_line(error_event(error), call.environment)


def _check_error_document(target: str, *, inputs: Sequence[Path]) -> None:
    """Check that the document of a failure destroys nothing.

    Raises
    ------
    UsageProblem, OutputProblem
        If its path names no JSON file, an input, or a file that is none of our documents.
    """
    if target == STDOUT:
        return
    check_target(Path(target), DOCUMENT)
    if any(is_same_file(target, path) for path in inputs):
        raise OutputProblem(Message("document_over_input", "The document would overwrite an input."))


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
