"""Records of API keys, and of what each account has used."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key; its secret is kept only as an HMAC."""

    id: str
    owner: str
    """The account whose records the key opens."""
    name: str
    secret_hmac: str = field(repr=False)
    scopes: tuple[str, ...]
    tier: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Return whether the key may be used."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class KeyRepository(ABC):
    """Keys."""

    @abstractmethod
    async def add(self, key: ApiKey) -> None:
        """Write a new key."""

    @abstractmethod
    async def get(self, key_id: str) -> ApiKey | None:
        """Return the key; None where there is none."""

    @abstractmethod
    async def find(self, owner: str) -> tuple[ApiKey, ...]:
        """Return the owner's keys, the newest first, with those revoked."""

    @abstractmethod
    async def touch(self, key_id: str, *, at: datetime) -> None:
        """Note that the key was used."""

    @abstractmethod
    async def revoke(self, key_id: str, *, owner: str, at: datetime) -> bool:
        """End the key; False where the owner has none of that id, or it is revoked already."""


class UsageRepository(ABC):
    """What each account used, by month."""

    @abstractmethod
    async def add(self, owner: str, counter: str, *, period: str, at: datetime) -> None:
        """Count one more."""

    @abstractmethod
    async def find(self, owner: str, *, period: str) -> Mapping[str, int]:
        """Return the owner's counters of one month, such as ``2026-11``."""
