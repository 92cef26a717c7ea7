"""Work in processes of its own, a few at a time: whatever ends one of them, the others go on."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread, Timer
from time import monotonic
from types import FrameType
from typing import Any, Generic, NoReturn, TypeVar

from kinemotion.errors import ExitStatus

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

TICK_S = 1.0
"""Between two reports of progress while nothing ends."""

SHARE_S = 0.5
"""Between two messages of a process at work."""

GRACE_S = 5.0
"""For a process that was asked to stop, to take away what it has half written."""

_AGAIN_S = 0.1
"""Until a stop that could not be followed comes again."""

_CONTEXT = get_context("forkserver" if sys.platform == "linux" else "spawn")
"""On Linux a new process is a copy of one that has only imported what all need, which starts sooner. A copy of this
process would share its open files and its threads' locks. Windows cannot copy processes, and macOS libraries fail in a
copy."""

_STOPS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Lost:
    """What is left of a task whose process died under it."""

    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Pool(Generic[Task, Outcome]):
    """A function, and how many processes may run it at the same time."""

    work: Callable[[Task, Callable[[float], None]], Outcome]
    """Called with a task and a function that takes the share that is done. Tasks and results must be picklable."""
    workers: int
    done: Callable[[float], None]
    """Called at least once a second with the number of finished tasks; a running task counts by its share."""
    modules: Sequence[str] = ()
    """Imported once for all processes, where the system allows it."""

    def outcomes(self, tasks: Sequence[Task]) -> Generator[Outcome | Lost]:
        """What the work makes of each task, in the order of the tasks; closing it stops what is running."""
        waiting = deque(enumerate(tasks))
        running: dict[Any, _Running] = {}
        ended: dict[int, Outcome | Lost] = {}
        _prepare(self.modules)
        yielded = 0
        try:
            while yielded < len(tasks):
                while waiting and len(running) < self.workers:
                    place, task = waiting.popleft()
                    with delay_stops():
                        one = _begin(self.work, task, place=place)
                        running[one.receiver] = one
                for receiver in wait(list(running), timeout=TICK_S):
                    one = running[receiver]
                    if one.listen():
                        del running[receiver]
                        ended[one.place] = one.outcome
                self.done(yielded + len(ended) + sum(one.share for one in running.values()))
                while yielded in ended:
                    yield ended.pop(yielded)
                    yielded += 1
        finally:
            _stop(running.values())


def _prepare(modules: Sequence[str]) -> None:
    """Start what new processes need, before any signal is blocked."""
    if _CONTEXT.get_start_method() == "forkserver":
        resource_tracker.ensure_running()  # its start unblocks signals, which must not happen while they are blocked
        _CONTEXT.set_forkserver_preload(list(modules))


@dataclass(slots=True)
class _Running:
    """A process at work on the task of that place."""

    place: int
    process: BaseProcess
    receiver: Any
    """A connection to the process; of a class of its own on Windows."""
    share: float = 0.0
    """Of the task, that is done."""
    outcome: Any = None
    """What the work returned, once it has ended."""

    def listen(self) -> bool:
        """Read one message of the process; whether it was the last one."""
        try:
            self.share, ended, self.outcome = self.receiver.recv()
        except (EOFError, OSError):
            self.process.join()
            ended, self.outcome = True, Lost(self.process.exitcode)
        if ended:
            self.receiver.close()
            self.process.join()
        return ended


def _begin(work: Callable[..., Any], task: object, *, place: int) -> _Running:
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_carry_out, args=(work, task), kwargs={"sender": sender}, daemon=True)
    process.start()
    sender.close()
    return _Running(place, process, receiver)


def _stop(running: Iterable[_Running]) -> None:
    for one in running:
        one.process.terminate()
    for one in running:
        one.process.join(GRACE_S)
        one.process.kill()
        one.process.join()


@contextmanager
def delay_stops() -> Generator[None]:
    """Make signals that stop the program wait until a new process is accounted for.

    A process that is started half-way would print a trace. The new one inherits the blocking: Ctrl-C, which a terminal
    sends to all, is left to its parent to pass on. The system may give a signal to any thread, and Python then
    handles it in the main one, blocked or not: so the handlers wait too. Windows cannot block signals.
    """
    if sys.platform == "win32":
        yield
        return
    came: list[int] = []
    handlers = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _STOPS}
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
        if came:
            signal.raise_signal(came[0])


def _carry_out(work: Callable[..., Any], task: object, *, sender: Connection) -> None:
    """The life of a process: one task, then the end; an earlier one when it or its parent is stopped."""
    signal.signal(signal.SIGTERM, _leave)
    sys.unraisablehook = _leave_later
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process: the parent passes it on
    else:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    Thread(target=_follow_parent, daemon=True).start()
    try:
        outcome = work(task, _Share(sender))
        with suppress(BrokenPipeError):  # its parent has just died
            sender.send((1.0, True, outcome))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the process ends by itself: nothing is left to stop


class _Share:
    """Sends the parent the share of a task that is done. Threads may call it."""

    def __init__(self, sender: Connection) -> None:
        self._sender = sender
        self._sent_s = monotonic()

    def __call__(self, share: float) -> None:
        """Send the share, unless one was sent a moment ago."""
        now_s = monotonic()
        if now_s - self._sent_s >= SHARE_S:
            self._sent_s = now_s
            with suppress(BrokenPipeError):  # its parent has just died
                self._sender.send((share, False, None))


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(ExitStatus.INTERRUPTED)


def _leave_later(swallowed: "sys.UnraisableHookArgs") -> None:
    """A stop that came while an object was being deleted, where nothing can be raised, comes again soon."""
    if isinstance(swallowed.exc_value, SystemExit):
        Timer(_AGAIN_S, os.kill, (os.getpid(), signal.SIGTERM)).start()
    else:
        sys.__unraisablehook__(swallowed)


def _follow_parent() -> None:
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
