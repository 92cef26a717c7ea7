"""Doing the next pieces of work while the last one is being used."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Iterator[_Item], *, depth: int) -> Generator[_Item]:
    """The same items in the same order, up to `depth` of them made beforehand by one thread of its own."""
    waiting: deque[Future[_Item | None]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as pool:
        try:
            waiting.extend(pool.submit(next, items, None) for _ in range(depth))
            while (item := waiting.popleft().result()) is not None:
                waiting.append(pool.submit(next, items, None))
                yield item
        finally:
            for future in waiting:
                future.cancel()
