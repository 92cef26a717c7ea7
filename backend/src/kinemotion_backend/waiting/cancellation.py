"""Work that a cancellation must not interrupt halfway: what it has opened would stay open."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from anyio import AsyncFile, CancelScope, open_file


async def wait_to_end(task: asyncio.Task[Any]) -> None:
    """Wait until the task is done. A cancellation of the waiting does not reach it, and is raised once it is done."""
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        with CancelScope(shield=True):  # anyio would cancel again in every turn
            while not task.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({task})
        raise


@asynccontextmanager
async def hold_file(path: Path, mode: Literal["rb", "xb"]) -> AsyncGenerator[AsyncFile[bytes]]:
    """Open a file for the block. A thread opens it: cancelled meanwhile, ``open_file`` alone would leave it open."""
    opening = asyncio.ensure_future(_open(path, mode))
    try:
        await wait_to_end(opening)
        yield opening.result()
    finally:
        if opening.exception() is None:
            with CancelScope(shield=True):
                await opening.result().aclose()


async def _open(path: Path, mode: Literal["rb", "xb"]) -> AsyncFile[bytes]:
    return await open_file(path, mode)
