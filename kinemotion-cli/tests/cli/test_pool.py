"""Work in processes of its own: order, deaths, closing. Tasks are calls of functions that every process has."""

import os
import signal
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing import get_context
from threading import Event, Thread
from typing import Any

import psutil
import pytest
from pool_work import call, halve

from kinemotion.cli.batch.pool import SHARE_S, Lost, Pool, delay_stops
from kinemotion.errors import ExitStatus

PATIENCE_S = 300.0
"""Far beyond what anything here takes, however busy the machine."""


def pool(workers: int = 2, shares: list[float] | None = None) -> Pool[Any, Any]:
    return Pool(call, workers, (shares if shares is not None else []).append)


def test_outcomes_come_in_the_order_of_the_tasks():
    tasks = [partial(time.sleep, 0.5), partial(divmod, 7, 3), partial(os.getpid)]
    shares: list[float] = []
    slow, quotient, process = pool(shares=shares).outcomes(tasks)
    assert (slow, quotient) == (None, (2, 1))
    assert process != os.getpid()
    assert shares[-1] == 3
    assert shares == sorted(shares)


def test_the_share_of_a_running_task_is_reported():
    shares: list[float] = []
    list(Pool(halve, 1, shares.append).outcomes([partial(time.sleep, 1.5 * SHARE_S)]))
    assert 0.5 in shares
    assert shares[-1] == 1


@pytest.mark.posix
@pytest.mark.parametrize(("end", "code"), [(partial(os._exit, 3), 3), (partial(os.abort), -6)])
def test_a_process_that_dies_stops_no_other(end: Any, code: int):
    lost, found = pool(workers=1).outcomes([end, partial(divmod, 7, 3)])
    assert lost == Lost(code)
    assert found == (2, 1)


def test_closing_it_leaves_no_process():
    list(pool().outcomes([partial(divmod, 7, 3)]))  # the process that the others are copied from, and stays
    before = set(psutil.Process().children(recursive=True))
    with closing(pool().outcomes([partial(divmod, 7, 3), *[partial(time.sleep, 600)] * 3])) as found:
        assert next(found) == (2, 1)
        assert set(psutil.Process().children(recursive=True)) - before
    assert set(psutil.Process().children(recursive=True)) <= before


STOPPED_WHILE_DELETING = """
import os, signal, time

class Deleted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

Deleted()
time.sleep(20)
"""


@pytest.mark.posix
def test_a_stop_that_comes_while_something_is_deleted_is_not_lost(capfd: pytest.CaptureFixture[str]):
    [lost] = pool().outcomes([partial(exec, STOPPED_WHILE_DELETING, {})])
    assert lost == Lost(ExitStatus.INTERRUPTED)
    assert capfd.readouterr().err == ""


def test_where_processes_cannot_be_copied_each_begins_afresh(monkeypatch: pytest.MonkeyPatch):
    """As on Windows and macOS."""
    monkeypatch.setattr("kinemotion.cli.batch.pool._CONTEXT", get_context("spawn"))
    shares: list[float] = []
    assert list(pool(shares=shares).outcomes([partial(divmod, 7, 3), partial(divmod, 9, 2)])) == [(2, 1), (4, 1)]
    assert shares[-1] == 2


@contextmanager
def other_thread() -> Generator[None]:
    """A thread that any signal may be given to."""
    is_over = Event()
    thread = Thread(target=is_over.wait, args=(PATIENCE_S,))
    thread.start()
    yield
    is_over.set()
    thread.join()


@contextmanager
def noting_stops() -> Generator[tuple[list[int], int]]:
    """The stops that were handled, and a pipe that can be read as soon as the system has delivered one."""
    handled: list[int] = []
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    before = signal.signal(signal.SIGTERM, lambda number, _: handled.append(number))
    wakeup = signal.set_wakeup_fd(write_end)
    yield handled, read_end
    signal.set_wakeup_fd(wakeup)
    signal.signal(signal.SIGTERM, before)
    os.close(read_end)
    os.close(write_end)


@pytest.mark.posix
def test_a_stop_that_another_thread_gets_waits_for_the_new_process_too():
    with other_thread(), noting_stops() as (handled, delivered):
        with delay_stops():
            os.kill(os.getpid(), signal.SIGTERM)
            assert os.read(delivered, 1) == bytes([signal.SIGTERM])
            assert handled == []
        assert handled == [signal.SIGTERM]
