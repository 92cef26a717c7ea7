"""The stopwatch of all benchmarks: the one place that touches pytest-benchmark, which has no types."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

Result = TypeVar("Result")


@dataclass(frozen=True)
class Stopwatch:
    """Times a call and keeps what else was measured of it."""

    _benchmark: Any
    name: str

    def repeat(self, call: Callable[[], Result], *, rounds: int, warmup: int = 0) -> Result:
        """What the last of several timed calls returned."""
        return self._benchmark.pedantic(call, rounds=rounds, warmup_rounds=warmup)

    @property
    def median_s(self) -> float:
        """Median duration of the timed calls."""
        return self._benchmark.stats.stats.median

    def note(self, **figures: float):
        """Keep figures beside the times, in the saved results and on the terminal."""
        self._benchmark.extra_info.update(figures)
        print(f"\n{self.name}:", ", ".join(f"{name} {figure:g}" for name, figure in figures.items()))  # noqa: T201


@pytest.fixture
def stopwatch(benchmark: Any, request: pytest.FixtureRequest) -> Stopwatch:
    return Stopwatch(benchmark, request.node.name)
