"""When a request is sent again, and after how long."""

import random
from dataclasses import dataclass
from http import HTTPStatus

from kinemotion_client.errors import APIError, KinemotionClientError, ServiceUnreachable

PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Statuses of failures that pass."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and when a request is sent again.

    The wait is drawn at random between 0 and a limit that doubles each time, so that many clients do not come back
    together. Where the service names a time (``Retry-After``), it is that time and the random part.
    """

    most_retries: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    """A service that asks for a longer wait than this is not asked again."""

    def find_wait_s(self, error: KinemotionClientError, *, retries: int) -> float | None:
        """Return how long to wait before the next attempt; None where there is none."""
        asked = error.retry_after_s if isinstance(error, APIError) else None
        if retries >= self.most_retries or (asked or 0.0) > self.longest_wait_s:
            return None
        limit_s = min(self.longest_wait_s, self.first_wait_s * 2**retries)
        return (asked or 0.0) + random.uniform(0.0, limit_s)  # noqa: S311  (no secret)


def can_repeat(error: KinemotionClientError, *, is_idempotent: bool) -> bool:
    """Whether sending the request again may help and can do no harm.

    A request that is not idempotent is sent again only where it was refused before anything was done.
    """
    if isinstance(error, APIError):
        passing = error.is_retryable or error.status in PASSING
        return passing and (is_idempotent or error.status == HTTPStatus.TOO_MANY_REQUESTS)
    return isinstance(error, ServiceUnreachable) and (is_idempotent or not error.was_sent)
