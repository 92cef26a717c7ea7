"""What every sender does: post a body to a URL that a user gave, and report what came of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from kinemotion_backend.errors import ServiceError

TIME_LIMIT_S = 10.0
"""Longest time from the first look-up of the name to the answer."""


class ForbiddenUrl(ServiceError, ValueError):
    """The service sends nothing to that URL."""

    code = "forbidden_url"
    hint = "Give an https URL on a public host, without user name and password."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    status: int | None
    """HTTP status; None if no answer came."""
    error: str = ""
    """Why none came: ``timeout``, ``forbidden_address``, ``unknown_host``, ``connection_failed``, ``no_answer``."""
    duration_ms: int = 0

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class Sender(ABC):
    """Posts to public addresses only, follows no redirect and reads no answer beyond its status."""

    @abstractmethod
    def check_url(self, url: str) -> str:
        """Return the URL if something may be sent there, as far as the URL alone shows.

        Raises
        ------
        ForbiddenUrl
            If the URL is malformed, not https, has credentials, or names an address that is not public.
        """

    @abstractmethod
    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post the body. Never fails: the answer says what happened."""

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""
