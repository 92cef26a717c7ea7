"""How many cores one analysis keeps busy, and doing its next pieces of work while the last one is being used."""

import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")

_MOST_THREADS = 5
"""More make no analysis faster: four for a network of this size, one for all the rest."""


def count_useful_threads() -> int:
    """Threads that make one analysis as fast as this machine can."""
    return min(_MOST_THREADS, os.cpu_count() or 1)


def prefetch(items: Iterator[_Item], *, depth: int, threads: int) -> Generator[_Item]:
    """The same items, none of them None, in their order, up to `depth` of them made beforehand by a thread of its own.

    With one thread none is: each is made when it is asked for.
    """
    if threads == 1:
        yield from items
        return
    waiting: deque[Future[_Item | None]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch") as pool:
        try:
            waiting.extend(pool.submit(next, items, None) for _ in range(depth))
            while (item := waiting.popleft().result()) is not None:
                waiting.append(pool.submit(next, items, None))
                yield item
        finally:
            for future in waiting:
                future.cancel()
