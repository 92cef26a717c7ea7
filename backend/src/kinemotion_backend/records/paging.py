"""Long lists in pages: a cursor names the last row of a page, so rows added meanwhile move nothing."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from kinemotion_backend.errors import ServiceError

Item = TypeVar("Item")
MAX_PAGE = 200
"""Engineering limit: rows in one answer."""
DEFAULT_PAGE = 50


class InvalidCursor(ServiceError, ValueError):
    """The cursor was not made by this service."""

    code = "invalid_cursor"
    hint = "Use the cursor of the page before, unchanged, or none for the first page."


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: the newest rows first, after the cursor."""

    limit: int = DEFAULT_PAGE
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_PAGE:
            raise ValueError(f"a page has 1 to {MAX_PAGE} rows, not {self.limit}")

    @property
    def after(self) -> tuple[datetime, str] | None:
        """Time and id of the last row of the page before; None for the first page.

        Raises
        ------
        InvalidCursor
            If the cursor was not made by ``make_cursor``.
        """
        if self.cursor is None:
            return None
        try:
            decoded: Any = json.loads(base64.urlsafe_b64decode(self.cursor.encode()))
            at, identifier = decoded
            return datetime.fromisoformat(at).astimezone(UTC), str(identifier)
        except (ValueError, TypeError, binascii.Error, OverflowError):
            raise InvalidCursor("The cursor is not valid.") from None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the cursor of the next page; None where this is the last one."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


def make_cursor(created_at: datetime, identifier: str) -> str:
    """Encode the last row of a page."""
    return base64.urlsafe_b64encode(json.dumps([created_at.isoformat(), identifier]).encode()).decode()
