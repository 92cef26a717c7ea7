"""Links that show one result to people without a key: made, listed, ended and opened."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kinemotion_backend.analyses.errors import (
    ArtefactNotFound,
    ConsentWithdrawn,
    LinkEnded,
    ResultNotReady,
    ShareLinkNotFound,
    TooManyShareLinks,
)
from kinemotion_backend.analyses.service import get_analysis
from kinemotion_backend.records.base import AnalysisRecord, AuditEntry, Records, ShareLink, StoredArtefact, Transaction
from kinemotion_backend.webhooks.ids import make_id

MIN_LIFETIME = timedelta(hours=1)
MAX_LIFETIME = timedelta(days=90)
DEFAULT_LIFETIME = timedelta(days=7)
MAX_LINKS = 20
"""Links to one analysis at the same time."""
TOKEN_BYTES = 32
"""256 random bits cannot be guessed, so a plain hash is enough: a slow one protects only what people choose."""
SHARED_FILES = ("result.json", "trajectories.csv", "overlay.mp4")
"""What a link shows. The video as it was sent and the account's records stay private."""


def _get_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class NewShareLink:
    """A new link with its token, which is shown now and never again."""

    link: ShareLink
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedResult:
    """What a link shows."""

    analysis: AnalysisRecord
    files: tuple[StoredArtefact, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLinks:
    """Links to the results of every owner."""

    records: Records
    clock: Callable[[], datetime] = _get_now

    async def create(
        self, owner: str, analysis_id: str, *, lifetime: timedelta = DEFAULT_LIFETIME, actor: str | None = None
    ) -> NewShareLink:
        """Make a link to the result of a completed analysis.

        Raises
        ------
        AnalysisNotFound
            If there is none.
        ResultNotReady
            If it has no result.
        ConsentWithdrawn
            If the consent of the athlete was withdrawn.
        TooManyShareLinks
            If the analysis has as many links as it may have.
        """
        now, token = self.clock(), secrets.token_urlsafe(TOKEN_BYTES)
        link = ShareLink(
            id=make_id("shr"),
            owner=owner,
            analysis_id=analysis_id,
            token_sha256=_hash(token),
            created_at=now,
            expires_at=now + min(max(lifetime, MIN_LIFETIME), MAX_LIFETIME),
        )
        async with self.records.write() as transaction:
            analysis = await get_analysis(transaction, owner, analysis_id)
            if analysis.status != "completed":
                raise ResultNotReady(f"The analysis is {analysis.status}.")
            if await _is_withdrawn(transaction, analysis):
                raise ConsentWithdrawn("The consent for this athlete was withdrawn.")
            if len(await transaction.share_links.find_of(analysis_id, now=now)) >= MAX_LINKS:
                raise TooManyShareLinks(f"The analysis has {MAX_LINKS} links already.")
            await transaction.share_links.add(link)
            await transaction.audit.add(_describe_link("share_link.created", link.id, owner=owner, actor=actor, at=now))
        return NewShareLink(link, token)

    async def find(self, owner: str, analysis_id: str) -> tuple[ShareLink, ...]:
        """Return the links of the analysis that still work, the newest first. Raises AnalysisNotFound."""
        async with self.records.read() as transaction:
            await get_analysis(transaction, owner, analysis_id)
            return await transaction.share_links.find_of(analysis_id, now=self.clock())

    async def revoke(self, owner: str, analysis_id: str, *, link_id: str, actor: str | None = None) -> None:
        """End a link at once. Raises AnalysisNotFound, ShareLinkNotFound."""
        now = self.clock()
        async with self.records.write() as transaction:
            await get_analysis(transaction, owner, analysis_id)
            if not await transaction.share_links.delete(link_id, analysis_id=analysis_id, now=now):
                raise ShareLinkNotFound("The analysis has no such link, or the link has ended.")
            await transaction.audit.add(_describe_link("share_link.revoked", link_id, owner=owner, actor=actor, at=now))

    async def open(self, token: str) -> SharedResult:
        """Return what the link shows.

        Raises
        ------
        LinkEnded
            If it never existed, has expired or was revoked, or the consent of the athlete was withdrawn.
        """
        async with self.records.read() as transaction:
            link = await transaction.share_links.find_by_token(_hash(token), now=self.clock())
            analysis = link and await transaction.analyses.get(link.analysis_id, owner=link.owner)
            if link is None or analysis is None or await _is_withdrawn(transaction, analysis):
                raise LinkEnded("This link does not work. It has ended, or it is not complete.")
            files = await transaction.analyses.find_artefacts(analysis.id)
        return SharedResult(analysis, tuple(file for file in files if file.name in SHARED_FILES), link.expires_at)

    async def find_file(self, token: str, name: str) -> StoredArtefact:
        """Return where a file of the shared result is. Raises LinkEnded, ArtefactNotFound."""
        for file in (await self.open(token)).files:
            if file.name == name:
                return file
        raise ArtefactNotFound("The analysis has no such file.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def _is_withdrawn(transaction: Transaction, analysis: AnalysisRecord) -> bool:
    if analysis.athlete_id is None:
        return False
    athlete = await transaction.athletes.get(analysis.athlete_id, owner=analysis.owner)
    return athlete is not None and athlete.consent_withdrawn_at is not None


def _describe_link(action: str, subject: str, *, owner: str, actor: str | None, at: datetime) -> AuditEntry:
    return AuditEntry(at=at, owner=owner, action=action, subject=subject, actor=actor)
