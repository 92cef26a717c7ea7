"""Records of links that show one result to people without a key."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink:
    """A link to one result; its token is kept only as a hash."""

    id: str
    owner: str
    analysis_id: str
    token_sha256: str = field(repr=False)
    created_at: datetime
    expires_at: datetime


class ShareLinkRepository(ABC):
    """Links. One that was revoked is gone; one that has expired is not found any more."""

    @abstractmethod
    async def add(self, link: ShareLink) -> None:
        """Write a new link."""

    @abstractmethod
    async def find_by_token(self, token_sha256: str, *, now: datetime) -> ShareLink | None:
        """Return the link that has not expired; None where there is none."""

    @abstractmethod
    async def find_of(self, analysis_id: str, *, now: datetime) -> tuple[ShareLink, ...]:
        """Return the links of the analysis that have not expired, the newest first."""

    @abstractmethod
    async def delete(self, link_id: str, *, analysis_id: str, now: datetime) -> bool:
        """Delete the link; False where the analysis has none of that id that has not expired."""

    @abstractmethod
    async def delete_expired(self, now: datetime) -> int:
        """Delete every link that has expired; return how many there were."""
