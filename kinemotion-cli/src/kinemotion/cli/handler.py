"""The one handler of failures: whatever ends a run becomes its exit status and one message."""

import os
import signal
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from kinemotion.cli.command import Call
from kinemotion.cli.environment import Environment


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
        if is_interrupted(caught):  # a second Ctrl-C shall not cut off what the first one has to say
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        from kinemotion.cli.failures import as_kinemotion_error, report_failure  # noqa: PLC0415  (few runs fail)

        error = as_kinemotion_error(caught)
        if call.debug:
            environment.report("".join(traceback.format_exception(caught)))
        report_failure(error, call)
        raise SystemExit(error.exit_status) from None
    finally:
        signal.signal(signal.SIGTERM, before)
        _flush(environment)


def is_interrupted(caught: BaseException | None) -> bool:
    """Whether it comes from a stop: a library that is stopped while it is imported fails as if it were broken."""
    return caught is not None and (isinstance(caught, KeyboardInterrupt) or is_interrupted(caught.__cause__))


def _flush(environment: Environment) -> None:
    """Flush the streams; what cannot be flushed goes to the null device, so that Python is silent at exit."""
    for stream in filter(None, (environment.stdout, environment.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
