"""What a database cannot do: answer, which is waited for, or keep a value."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from kinemotion_backend.errors import ServiceError

PAUSE_S = 0.5

Result = TypeVar("Result")

log = structlog.stdlib.get_logger(__name__)


class RecordsUnavailable(ServiceError):
    """The database does not answer."""

    code = "records_unavailable"
    retryable = True
    hint = "Try again after the time given in Retry-After."
    retry_after_s = 5


class UnstorableValue(ServiceError, ValueError):
    """The request has a value that no database keeps, or that only some of them keep."""

    code = "unstorable_value"
    hint = "Leave out the character NUL, and give times between the years 1 and 9999."


async def retry_while_unavailable(step: Callable[[], Awaitable[Result]]) -> Result:
    """Do the step, again and again while the database does not answer: for work that must not be lost.

    The step must be safe to repeat, as the answer to a commit may be what was lost.
    """
    while True:
        try:
            return await step()
        except RecordsUnavailable:
            log.warning("records_unavailable", exc_info=True)
            await asyncio.sleep(PAUSE_S)
