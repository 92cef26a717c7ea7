"""Stored events: for webhooks, and for clients that connect again."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """Something that happened to a record."""

    id: str
    owner: str
    type: str
    """Kind of the event, for example ``analysis.completed``."""
    subject: str
    """Id of the record it happened to."""
    data: Mapping[str, Any]
    created_at: datetime


class EventRepository(ABC):
    """Events in the order they were written."""

    @abstractmethod
    async def add(self, event: StoredEvent) -> None:
        """Write an event."""

    @abstractmethod
    async def get(self, event_id: str) -> StoredEvent | None:
        """Return the event; None where there is none."""

    @abstractmethod
    async def find_of_subject(self, subject: str) -> tuple[StoredEvent, ...]:
        """Return the events of a record, in order."""

    @abstractmethod
    async def delete_before(self, before: datetime) -> int:
        """Delete events written before the instant; return how many there were."""

    @abstractmethod
    async def delete_of(self, subject: str) -> None:
        """Delete every event of a record."""
