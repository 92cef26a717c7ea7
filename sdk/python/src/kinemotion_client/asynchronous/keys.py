"""Keys of the account."""

from collections.abc import Sequence
from dataclasses import dataclass

from kinemotion_client.asynchronous.transport import AsyncTransport
from kinemotion_client.calls import Call
from kinemotion_client.models import CreatedKey, KeyInfo, KeyList, NewKey

KEYS = "/api/v1/keys"


@dataclass(frozen=True, slots=True)
class AsyncKeys:
    """The keys of the account; the caller's own needs the scope ``keys:manage``."""

    transport: AsyncTransport

    async def create(self, key: NewKey) -> CreatedKey:
        """Make a key; its text is in this answer and nowhere else."""
        return await self.transport.fetch(Call(method="POST", path=KEYS, body=key, is_idempotent=False), CreatedKey)

    async def list(self) -> Sequence[KeyInfo]:
        """Return the keys, without their texts."""
        return (await self.transport.fetch(Call(method="GET", path=KEYS), KeyList)).items

    async def revoke(self, key_id: str) -> None:
        """End a key at once."""
        await self.transport.send(Call(method="DELETE", path=f"{KEYS}/{key_id}"))
