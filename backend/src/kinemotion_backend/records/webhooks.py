"""Records of webhooks and their deliveries."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from kinemotion_backend.records.events import StoredEvent
from kinemotion_backend.records.paging import Page, PageRequest

DeliveryStatus = Literal["pending", "delivered", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A URL that receives events."""

    id: str
    owner: str
    url: str
    events: tuple[str, ...]
    """Types of events, such as ``analysis.completed``."""
    sport_types: tuple[str, ...] = ()
    """Empty: all."""
    secret: str = field(repr=False)
    previous_secret: str | None = field(default=None, repr=False)
    """Signs beside the new one until it expires, so that a receiver can change over."""
    previous_secret_expires_at: datetime | None = None
    is_active: bool = True
    disabled_reason: str | None = None
    analysis_id: str | None = None
    """The one analysis it is for; None: for all of the owner's."""
    created_at: datetime
    updated_at: datetime

    def wants(self, event: StoredEvent) -> bool:
        """Return whether the event is one that was asked for."""
        sport = event.data.get("sport")
        return event.type in self.events and (not self.sport_types or sport is None or sport in self.sport_types)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one webhook."""

    id: str
    owner: str
    event_id: str
    endpoint_id: str
    status: DeliveryStatus = "pending"
    attempt: int = 0
    """Attempts made so far."""
    next_attempt_at: datetime | None
    last_attempt_at: datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    delivered_at: datetime | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """One attempt, for the delivery log."""

    delivery_id: str
    attempt: int
    """Counted from 1."""
    at: datetime
    duration_ms: int
    status: int | None
    """HTTP status; None if no answer came."""
    error: str | None


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A claimed delivery with everything that is needed to make an attempt."""

    delivery: Delivery
    webhook: Webhook
    event: StoredEvent


class WebhookRepository(ABC):
    """Webhooks."""

    @abstractmethod
    async def add(self, webhook: Webhook) -> None:
        """Write a new webhook."""

    @abstractmethod
    async def get(self, webhook_id: str, *, owner: str) -> Webhook | None:
        """Return the webhook; None where there is none, or it is another owner's."""

    @abstractmethod
    async def find(self, owner: str) -> tuple[Webhook, ...]:
        """Return the owner's webhooks, the newest first, without those for one analysis."""

    @abstractmethod
    async def find_for(self, event: StoredEvent) -> tuple[Webhook, ...]:
        """Return the active webhooks of the event's owner that want it."""

    @abstractmethod
    async def update(self, webhook: Webhook) -> None:
        """Write the webhook's fields."""

    @abstractmethod
    async def delete(self, webhook_id: str) -> None:
        """Delete the webhook and its deliveries."""


class DeliveryRepository(ABC):
    """Deliveries: the queue of what is due, and the log of what was tried."""

    @abstractmethod
    async def add(self, delivery: Delivery) -> None:
        """Write a new delivery."""

    @abstractmethod
    async def get(self, delivery_id: str, *, owner: str) -> Delivery | None:
        """Return the delivery; None where there is none, or it is another owner's."""

    @abstractmethod
    async def find(self, webhook_id: str, *, page: PageRequest) -> Page[Delivery]:
        """Return a page of the webhook's deliveries, the newest first."""

    @abstractmethod
    async def find_attempts(self, delivery_id: str) -> tuple[DeliveryAttempt, ...]:
        """Return every attempt of the delivery, in order."""

    @abstractmethod
    async def find_due(
        self, *, now: datetime, limit: int, without_owners: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Return deliveries that are due and nobody's, the longest due first; no other transaction finds them."""

    @abstractmethod
    async def claim(self, deliveries: Sequence[Delivery], *, until: datetime) -> tuple[DueDelivery, ...]:
        """Take deliveries that ``find_due`` has found, for this process alone until the given instant."""

    @abstractmethod
    async def find_next_due(self) -> datetime | None:
        """Return when the next delivery is due; None where none is pending."""

    @abstractmethod
    async def record(self, delivery: Delivery, attempt: DeliveryAttempt, *, claimed: Delivery) -> bool:
        """Write an attempt and what follows from it; False where another process was quicker.

        ``claimed`` is the delivery before the attempt. If it was scheduled again meanwhile, a further attempt follows.
        """

    @abstractmethod
    async def schedule(self, delivery_id: str, *, at: datetime) -> None:
        """Make the delivery due at the instant, whatever became of it before; after an attempt that is under way."""

    @abstractmethod
    async def cancel(self, webhook_id: str) -> None:
        """Give up what is pending for the webhook."""
