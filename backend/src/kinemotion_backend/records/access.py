"""Records of access: who changed what."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A change that somebody may ask about later. It names ids only: no person's data."""

    at: datetime
    owner: str
    action: str
    """Name of the action, for example ``analysis.erased``."""
    subject: str
    actor: str | None = None
    """Id of the key that asked; None without keys."""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


class AuditRepository(ABC):
    """The audit trail. Entries are added, and never changed."""

    @abstractmethod
    async def add(self, entry: AuditEntry) -> None:
        """Write an entry."""

    @abstractmethod
    async def find(self, owner: str, *, limit: int) -> tuple[AuditEntry, ...]:
        """Return the owner's latest entries, the newest first."""
