"""Links that show one result to people without a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from kinemotion_client.asynchronous.transport import AsyncTransport
from kinemotion_client.calls import Call
from kinemotion_client.models import CreatedShare, NewShare, SharedAnalysis, ShareInfo, ShareList

ANALYSES = "/api/v1/analyses"
WEEK_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class AsyncShares:
    """The links to results of the account."""

    transport: AsyncTransport

    async def create(self, analysis_id: str, *, expires_in_s: float = WEEK_S) -> CreatedShare:
        """Make a link that shows the result to anybody who has it; its token is in this answer and nowhere else."""
        body = NewShare(expires_in_s=expires_in_s)
        call = Call(method="POST", path=f"{ANALYSES}/{analysis_id}/shares", body=body, is_idempotent=False)
        return await self.transport.fetch(call, CreatedShare)

    async def list(self, analysis_id: str) -> Sequence[ShareInfo]:
        """Return the links to the result that work now, the newest first."""
        call = Call(method="GET", path=f"{ANALYSES}/{analysis_id}/shares")
        return (await self.transport.fetch(call, ShareList)).items

    async def revoke(self, analysis_id: str, share_id: str) -> None:
        """End a link at once."""
        await self.transport.send(Call(method="DELETE", path=f"{ANALYSES}/{analysis_id}/shares/{share_id}"))

    async def open(self, token: str) -> SharedAnalysis:
        """Return the result that a link shows; this needs no key."""
        return await self.transport.fetch(Call(method="GET", path=f"/api/v1/shared/{token}"), SharedAnalysis)
