"""What a failure says: to people on standard error, to programs as a document or a line."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kinemotion.cli.command import STDOUT, Call
from kinemotion.cli.documents import DOCUMENT, is_same_file, write_document, write_line
from kinemotion.cli.environment import Environment
from kinemotion.cli.handler import is_interrupted
from kinemotion.cli.usage import as_usage_problem
from kinemotion.errors import InternalProblem, Interrupted, KinemotionError, OutputProblem
from kinemotion.i18n.texts import load_texts
from kinemotion.messages import Message
from kinemotion.report.contract.encode import make_error_document, make_error_event
from kinemotion.report.files import NO_ROOM, check_target, describe_write_error

if TYPE_CHECKING:
    from kinemotion.motion.report import Problem


def as_kinemotion_error(caught: BaseException) -> KinemotionError:
    """Convert any exception to a KinemotionError."""
    match caught:
        case _ if is_interrupted(caught):
            return Interrupted(Message("interrupted", "Interrupted."))
        case KinemotionError():
            return caught
        case click.UsageError():
            return as_usage_problem(caught)
        case OSError() if caught.errno in NO_ROOM:
            return describe_write_error(Message("the_result", "The result"), caught)
        case MemoryError():
            return InternalProblem(
                Message("out_of_memory", "There is not enough memory for this video."),
                hint=Message("cut_or_film_smaller", "Cut the video, or film in 1080p."),
            )
        case _:
            return InternalProblem.of(caught)


def try_to_write(task: Callable[[], None]) -> Exception | None:
    """Write one output; return its failure, which shall cost no other output."""
    try:
        task()
    except BrokenPipeError:  # the reader has left: nobody waits for the rest
        raise
    except Exception as failure:  # noqa: BLE001  (nor shall a bug in one output)
        return failure
    return None


def show_problem(problem: "KinemotionError | Problem", environment: Environment, *, lang: str) -> None:
    """Print what happened and what to do next, in the language of the user."""
    language = load_texts(lang)
    environment.show(f"{language('error', text=language.sentence(problem.message))}\n", aside=True)
    if problem.hint:
        environment.show(f"{language('hint', text=language.sentence(problem.hint))}\n", aside=True)


def report_failure(error: KinemotionError, call: Call) -> None:
    """Print what happened; write the document and the line that options asked for."""
    with suppress(OSError):  # if nothing can be written, the exit status says it
        show_problem(error, call.environment, lang=call.lang)
    for target in call.documents:
        # A document that cannot be written is no second failure: standard error has shown the first.
        with suppress(KinemotionError, OSError):
            _check_error_document(target, inputs=call.inputs)
            write_document(make_error_document(error), target, environment=call.environment)
    with suppress(OSError):
        if call.lines and STDOUT not in call.documents:
            write_line(make_error_event(error), call.environment)


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
