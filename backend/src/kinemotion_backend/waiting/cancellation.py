"""Work that a cancellation must not interrupt halfway: what it has opened would stay open."""

import asyncio
from contextlib import suppress
from typing import Any

from anyio import CancelScope


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
