"""What is opened while somebody cancels does not stay open."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from anyio import wrap_file

from kinemotion_backend.waiting import cancellation
from kinemotion_backend.waiting.cancellation import hold_file

pytestmark = pytest.mark.asyncio


async def test_a_file_is_closed_whose_opening_was_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_open = asyncio.Event(), asyncio.Event()
    opened: list[Any] = []

    async def open_late(path: Path, mode: str) -> Any:
        begun.set()
        await may_open.wait()
        opened.append(path.open(mode))
        return wrap_file(opened[-1])

    async def use() -> None:
        async with hold_file(tmp_path / "video", "xb"):
            pytest.fail("the block runs although it was cancelled")

    monkeypatch.setattr(cancellation, "open_file", open_late)
    user = asyncio.create_task(use())
    await begun.wait()
    user.cancel()
    await asyncio.sleep(0)
    may_open.set()
    with pytest.raises(asyncio.CancelledError):
        await user
    assert [file.closed for file in opened] == [True]


async def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async with hold_file(tmp_path / "missing", "rb"):
            pytest.fail("the block runs without a file")
