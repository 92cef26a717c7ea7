"""Work that a cancellation must not interrupt halfway: what it has opened would stay open."""

import asyncio
from contextlib import suppress
from typing import Any


async def wait_to_end(task: asyncio.Task[Any]) -> None:
    """Wait until the task is done. A cancellation of the waiting does not reach it, and is raised once it is done."""
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        raise
