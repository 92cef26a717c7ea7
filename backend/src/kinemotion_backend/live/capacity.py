"""Whether another live stream can start: there must be time for ten frames a second of every stream."""

from collections.abc import Iterable

from kinemotion_backend.live.errors import NoCapacity
from kinemotion_backend.live.stream_analyzer import Codec

MIN_FPS = 10.0
"""Below this rate the phases of a jump cannot be detected."""
FIRST_COSTS_S = {"landmarks": 0.002, "fast": 0.025, "balanced": 0.04, "accurate": 0.09}
"""Engineering estimate of the engine's processor time for a frame, until some were measured."""
SMOOTHING = 0.02
"""Weight of a new measurement: an average over about 50 frames."""

MAX_DELAY_S = 0.5
"""Engineering limit: average delay of the event loop above which no further stream begins, as nobody would read it."""
AVERAGE_S, MOST_WEIGHT, LONGEST_S = 10.0, 0.2, 2.0
"""Time over which the delay is averaged, how much one measurement counts at most, and the longest delay that counts: a
machine that was asleep is not busy."""

ROUNDING = 1e-9

Load = tuple[Codec, str]
"""What a stream sends, and its quality."""


class EngineCapacity:
    """The engine's time, shared by all streams.

    Parameters
    ----------
    engines
        Frames that can be worked on at the same time.
    """

    def __init__(self, engines: int) -> None:
        self._engines = engines
        self._costs_s = dict(FIRST_COSTS_S)
        self._delay_s = 0.0
        self._delay_seen_s: float | None = None

    def observe(self, load: Load, cost_s: float) -> None:
        """Update the average processor time of a frame. Waiting for a busy processor does not count."""
        name = _name_cost(load)
        self._costs_s[name] += SMOOTHING * (cost_s - self._costs_s[name])

    def observe_delay(self, delay_s: float, *, at_s: float) -> None:
        """Update the average delay with which the event loop of this service does what is due."""
        since_s = 0.0 if self._delay_seen_s is None else at_s - self._delay_seen_s
        self._delay_seen_s = at_s
        self._delay_s += min(MOST_WEIGHT, since_s / AVERAGE_S) * (min(delay_s, LONGEST_S) - self._delay_s)

    def check(self, load: Load, *, beside: Iterable[Load]) -> None:
        """Check that a stream can be served beside the others; one alone gets whatever there is.

        Raises
        ------
        NoCapacity
            If each would get fewer than ten frames a second, or the service itself is late.
        """
        others = tuple(beside)
        if others and self._delay_s > MAX_DELAY_S:
            raise NoCapacity("The service is too busy for another live stream now.")
        frame_of_each_s = sum(self._costs_s[_name_cost(each)] for each in (*others, load))
        if others and frame_of_each_s * MIN_FPS > self._engines + ROUNDING:
            raise NoCapacity("The service has no room for another live stream now.")


def _name_cost(load: Load) -> str:
    codec, quality = load
    return "landmarks" if codec is Codec.LANDMARKS else quality
