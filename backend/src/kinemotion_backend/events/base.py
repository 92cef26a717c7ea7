"""What every event bus does: deliver events of a topic, in order, and repeat the latest ones on request."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

REPLAY_EVENTS = 1000
"""Engineering limit: events kept for each topic. A progress event every frame of a 30 s clip fits."""
REPLAY_S = 3600
"""How long a topic without new events is kept, in seconds."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    kind: str
    """Kind of the event, for example ``progress`` or ``analysis.completed``."""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Facts, as JSON has them."""
    id: str = ""
    """Place in its topic, given by the bus: what a client sends back as Last-Event-ID. Empty before publishing."""


class EventBus(ABC):
    """Delivers events to everybody who listens to their topic, in any process that shares the bus.

    The bus delivers; it does not store. The records hold what must not be lost: a lost event costs a listener a delay.
    """

    @abstractmethod
    async def publish(self, topic: str, event: Event) -> Event:
        """Deliver the event and return it with its id.

        Never fails: if the bus is down, the event is logged and dropped, and the id stays empty.
        """

    @abstractmethod
    def subscribe(self, topic: str, last_event_id: str | None = None) -> AsyncGenerator[Event]:
        """Yield the topic's events from the first step on, after those kept since ``last_event_id``.

        Without an id, nothing is repeated; ``"0"`` repeats everything that is kept. An unknown or outdated id repeats
        everything that is kept. The iterator never ends; close it with ``aclosing``.
        """

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""
