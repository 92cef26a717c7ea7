"""A stopwatch for the stages of an analysis."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import local
from time import perf_counter
from typing import TypeVar

_Item = TypeVar("_Item")


class Stopwatch:
    """Seconds that each stage was waited for; a stage inside another, in the same thread, is not counted twice."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._nested = _Nested()
        self.stages_s: dict[str, float] = {}

    @property
    def elapsed_s(self) -> float:
        """Seconds since it was made."""
        return perf_counter() - self._started

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Count the time inside for the stage."""
        nested = self._nested
        outer, nested.spent_s, began = nested.spent_s, 0.0, perf_counter()
        try:
            yield
        finally:
            elapsed = perf_counter() - began
            self.stages_s[name] = self.stages_s.get(name, 0.0) + elapsed - nested.spent_s
            nested.spent_s = outer + elapsed

    def timed(self, name: str, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield the items, with the time each took to come counted for the stage."""
        iterator = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item


class _Nested(local):
    """Seconds spent in the stages inside the one that a thread is in."""

    spent_s = 0.0
