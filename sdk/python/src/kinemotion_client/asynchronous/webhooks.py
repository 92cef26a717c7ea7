"""Webhooks: who is told when an analysis has ended."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from kinemotion_client.asynchronous.transport import AsyncTransport
from kinemotion_client.calls import Call, EventType
from kinemotion_client.models import (
    DeliveryInfo,
    DeliveryLog,
    DeliveryPage,
    WebhookInfo,
    WebhookList,
    WebhookWithSecret,
)

PATH = "/api/v1/webhooks"


@dataclass(frozen=True, slots=True)
class AsyncWebhooks:
    """The webhooks of the account."""

    transport: AsyncTransport

    async def register(
        self, url: str, *, events: Sequence[EventType] | None = None, sport_types: Sequence[str] = ()
    ) -> WebhookWithSecret:
        """Register a URL; the secret that signs each message is in this answer and nowhere else."""
        body = {"url": url, "sport_types": list(sport_types)} | ({} if events is None else {"events": list(events)})
        call = Call(method="POST", path=f"{PATH}/register", body=body, is_idempotent=False)
        return await self.transport.fetch(call, WebhookWithSecret)

    async def list(self) -> Sequence[WebhookInfo]:
        """Return the webhooks, the newest first."""
        return (await self.transport.fetch(Call(method="GET", path=PATH), WebhookList)).items

    async def get(self, webhook_id: str) -> WebhookInfo:
        """Return a webhook."""
        return await self.transport.fetch(Call(method="GET", path=f"{PATH}/{webhook_id}"), WebhookInfo)

    async def delete(self, webhook_id: str) -> None:
        """Delete a webhook; what is still on its way is given up."""
        await self.transport.send(Call(method="DELETE", path=f"{PATH}/{webhook_id}"))

    async def rotate_secret(self, webhook_id: str) -> WebhookWithSecret:
        """Make a new secret; for 24 hours the old one signs too."""
        call = Call(method="POST", path=f"{PATH}/{webhook_id}/rotate", is_idempotent=False)
        return await self.transport.fetch(call, WebhookWithSecret)

    async def enable(self, webhook_id: str) -> WebhookInfo:
        """Send again to a webhook that was disabled."""
        return await self.transport.fetch(Call(method="POST", path=f"{PATH}/{webhook_id}/enable"), WebhookInfo)

    async def send_test(self, webhook_id: str) -> DeliveryInfo:
        """Send a ``webhook.test`` event."""
        call = Call(method="POST", path=f"{PATH}/{webhook_id}/test", is_idempotent=False)
        return await self.transport.fetch(call, DeliveryInfo)

    async def list_deliveries(self, webhook_id: str) -> AsyncIterator[DeliveryInfo]:
        """Yield the deliveries to a webhook, the newest first."""
        call = Call(method="GET", path=f"{PATH}/{webhook_id}/deliveries")
        async for page in self.transport.list_pages(call, DeliveryPage):
            for delivery in page.items:
                yield delivery

    async def get_delivery(self, delivery_id: str) -> DeliveryLog:
        """Return a delivery with every attempt."""
        return await self.transport.fetch(Call(method="GET", path=f"{PATH}/deliveries/{delivery_id}"), DeliveryLog)

    async def redeliver(self, delivery_id: str) -> DeliveryInfo:
        """Send an event again."""
        call = Call(method="POST", path=f"{PATH}/deliveries/{delivery_id}/redeliver", is_idempotent=False)
        return await self.transport.fetch(call, DeliveryInfo)
