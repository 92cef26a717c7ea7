"""The upkeep and the worker go on after an error that nobody foresaw."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from analyses.conftest import Bench
from stand_in import PATIENCE_S

from kinemotion_backend import platform_wiring
from kinemotion_backend.analyses import upkeep
from kinemotion_backend.platform_wiring import Platform

pytestmark = pytest.mark.asyncio


async def test_the_upkeep_makes_the_next_round_after_an_error(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "ROUND_S", 0.0)
    rounds, is_second = 0, asyncio.Event()

    async def fail_once() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise RuntimeError("the library of the queue lost its connection")
        is_second.set()

    running = asyncio.create_task(replace(bench.upkeep, sweep_uploads=fail_once).run_for_ever())
    await asyncio.wait_for(is_second.wait(), PATIENCE_S)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()


class FailingQueue:
    """A queue whose worker fails once, and then runs until it is cancelled."""

    def __init__(self) -> None:
        self.starts = 0
        self.is_restarted = asyncio.Event()

    async def work(self, _handlers: object) -> None:
        self.starts += 1
        if self.starts == 1:
            raise RuntimeError("unexpected")
        self.is_restarted.set()
        await asyncio.Event().wait()


async def test_a_worker_begins_again_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_wiring, "RESTART_PAUSE_S", 0.0)
    queue, idle = FailingQueue(), asyncio.Event()
    others = SimpleNamespace(run=idle.wait, run_for_ever=idle.wait)
    platform = SimpleNamespace(queue=queue, dispatcher=others, upkeep=others, runner=others)
    working = asyncio.create_task(Platform.work(cast("Platform", platform)))
    await asyncio.wait_for(queue.is_restarted.wait(), PATIENCE_S)
    working.cancel()
    await asyncio.wait({working}, timeout=PATIENCE_S)
    assert working.cancelled()
