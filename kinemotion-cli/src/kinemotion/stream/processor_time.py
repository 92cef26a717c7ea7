"""How much processor time a frame costs: time in which the process only waits for a processor does not count."""

from collections.abc import Callable
from time import process_time


class ProcessorTime:
    """Counts the processor time of all threads of this process, from one frame to the next.

    Parameters
    ----------
    clock
        Returns the processor time so far, s.
    """

    def __init__(self, clock: Callable[[], float] = process_time) -> None:
        self._clock = clock
        self._counted_s = clock()

    def take_s(self) -> float:
        """Return the time since the last call, s."""
        before_s, self._counted_s = self._counted_s, self._clock()
        return self._counted_s - before_s
