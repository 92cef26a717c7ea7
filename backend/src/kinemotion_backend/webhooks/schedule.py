"""When a delivery that failed is tried again."""

from collections.abc import Callable

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400

DELAYS_S = (1, 2, 4, 8, 15 * MINUTE_S, *[HOUR_S] * 23, *[DAY_S] * 6)
"""Seconds after each failed attempt: soon, in case a connection broke; then hourly for a day and daily for a week."""
JITTER_FROM_S = 15 * MINUTE_S
JITTER = 0.1
"""Long delays vary by a tenth, so that a receiver that comes back is not met by everything at once."""


def find_delay(attempts: int, *, random: Callable[[], float]) -> float | None:
    """Return the seconds to wait after that many attempts; None where there is no further one.

    ``random`` returns a number from 0 to 1.
    """
    if attempts > len(DELAYS_S):
        return None
    delay_s = DELAYS_S[attempts - 1]
    if delay_s < JITTER_FROM_S:
        return float(delay_s)
    return delay_s * (1 + JITTER * (2 * random() - 1))
