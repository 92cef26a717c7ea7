"""Measuring trials beside the frames: a measurement takes as long as many frames, and no frame shall wait for it."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Protocol

_logger = logging.getLogger(__name__)
_MOST_WAITING = 512
"""Engineering limit: measurements of all sessions that wait; then the frames wait."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something to be measured and told."""

    session: int
    run: Callable[[], None]
    provisional: bool = False
    """Whether a later measurement of the session makes it needless."""


class Measurer(Protocol):
    """What carries out measurements, those of a session in the order they come."""

    def submit(self, measurement: Measurement) -> None:
        """Carry out a measurement, now or soon."""
        ...

    def close(self) -> None:
        """Carry out what waits."""
        ...


class MeasureAtOnce:
    """Measures in the calling thread."""

    def submit(self, measurement: Measurement) -> None:
        """Carry out a measurement."""
        measurement.run()

    def close(self) -> None:
        """Nothing waits."""


class MeasureBeside:
    """Measures in a thread of its own. A provisional measurement is left out where a later one of its session waits."""

    def __init__(self) -> None:
        self._waiting: deque[Measurement] = deque()
        self._changed = Condition()
        self._ended = False
        self._thread = Thread(target=self._run, name="trials", daemon=True)
        self._thread.start()

    def submit(self, measurement: Measurement) -> None:
        """Add a measurement; wait while too many wait."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < _MOST_WAITING)
            older = [item for item in self._waiting if item.session == measurement.session and item.provisional]
            for item in older:
                self._waiting.remove(item)
            self._waiting.append(measurement)
            self._changed.notify_all()

    def close(self) -> None:
        """Carry out what waits."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while measurement := self._take():
            try:
                measurement.run()
            except Exception:
                _logger.exception("A measurement of session %d failed.", measurement.session)

    def _take(self) -> Measurement | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            measurement = self._waiting.popleft() if self._waiting else None
            self._changed.notify_all()
            return measurement
