"""The part of a trial in which wrong times or pictures make wrong results."""

from collections.abc import Sequence

from kinemotion.motion.body import Flight


def find_time_around(flights: Sequence[Flight], *, before_s: float, after_s: float) -> tuple[float, float]:
    """Return from when, s before the first take-off, until when, s after the last landing; unbounded without one."""
    takeoffs_s = [flight.takeoff.time_s for flight in flights if flight.takeoff]
    landings_s = [flight.landing.time_s for flight in flights if flight.landing]
    return min(takeoffs_s, default=float("-inf")) - before_s, max(landings_s, default=float("inf")) + after_s
