"""Routes of webhooks and of their deliveries."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.callers import AccessDep, CallerDep, DispatcherDep, PageDep, WebhooksDep
from kinemotion_backend.records.base import Delivery, DeliveryAttempt, DeliveryStatus, Webhook
from kinemotion_backend.webhooks.deliveries import EVENT_TYPES
from kinemotion_backend.webhooks.registry import Subscription

router = APIRouter(
    prefix="/api/v1/webhooks", tags=["webhooks"], responses=document_problems(400, 401, 403, 429, 500, 503)
)

WebhookId = Annotated[str, Path(max_length=64, description="Id of the webhook.")]
DeliveryId = Annotated[str, Path(max_length=64, description="Id of the delivery.")]
EventType = Literal["analysis.completed", "analysis.failed", "analysis.cancelled"]

EXAMPLE: dict[str, Any] = {
    "webhook_id": "whk_5f2b7c0d9e8a4f6fb1d2c3a4b5e6f708",
    "url": "https://club.example/kinemotion",
    "events": list(EVENT_TYPES),
    "sport_types": [],
    "is_active": True,
    "disabled_reason": None,
    "created_at": "2026-11-20T17:03:11.250000Z",
}
EXAMPLE_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105  (an example)
EXAMPLE_DELIVERY: dict[str, Any] = {
    "delivery_id": "dlv_1c0ffee0d9e84f6fb1d2c3a4b5e6f708",
    "event_id": "evt_9b8a7c6d5e4f4a3b2c1d0e9f8a7b6c5d",
    "webhook_id": "whk_5f2b7c0d9e8a4f6fb1d2c3a4b5e6f708",
    "status": "pending",
    "attempt": 1,
    "next_attempt_at": "2026-11-20T17:03:16.100000Z",
    "last_attempt_at": "2026-11-20T17:03:15.100000Z",
    "last_status": 503,
    "last_error": None,
    "delivered_at": None,
    "created_at": "2026-11-20T17:03:14.902000Z",
}


class NewWebhook(BaseModel):
    """Address and events of a webhook."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"url": EXAMPLE["url"], "events": ["analysis.completed"]}]}
    )

    url: str = Field(max_length=2000, description="An https URL on a public host.")
    events: list[EventType] = Field(
        default_factory=lambda: list[EventType](EVENT_TYPES), min_length=1, description="Default: all."
    )
    sport_types: list[str] = Field(
        default_factory=list[str], max_length=20, description="Movements that are of interest; empty: all."
    )


class WebhookInfo(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    webhook_id: str
    url: str
    events: list[str]
    sport_types: list[str]
    is_active: bool
    disabled_reason: str | None = Field(description="Such as that the receiver answered 410 Gone.")
    created_at: datetime


class WebhookWithSecret(WebhookInfo):
    """A webhook with a new secret: shown now, and never again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE, "secret": EXAMPLE_SECRET}]})

    secret: str = Field(description="Signs each delivery, as Standard Webhooks say.")


class WebhookList(BaseModel):
    """The webhooks of the caller's account."""

    items: list[WebhookInfo]


class DeliveryInfo(BaseModel):
    """One event on its way to one webhook."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_DELIVERY]})

    delivery_id: str
    event_id: str = Field(description="The `webhook-id` header: the same for every attempt.")
    webhook_id: str
    status: DeliveryStatus
    attempt: int = Field(description="Attempts made so far.")
    next_attempt_at: datetime | None
    last_attempt_at: datetime | None
    last_status: int | None = Field(description="HTTP status of the last attempt; null where no answer came.")
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime


class AttemptInfo(BaseModel):
    """One attempt of a delivery."""

    attempt: int
    at: datetime
    duration_ms: int
    status: int | None
    error: str | None


class DeliveryLog(DeliveryInfo):
    """A delivery with every attempt."""

    attempts: list[AttemptInfo]


class DeliveryPage(BaseModel):
    """Some deliveries, the newest first."""

    items: list[DeliveryInfo]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null: there is none.")


@router.post("/register", status_code=HTTPStatus.CREATED, responses=document_problems(409, 422))
async def register_webhook(
    new: NewWebhook, *, caller: CallerDep, webhooks: WebhooksDep, access: AccessDep
) -> WebhookWithSecret:
    """Register a URL that receives an event when an analysis ends. The secret is in this answer and nowhere else."""
    caller.require("webhooks:manage")
    wanted = Subscription(url=new.url, events=tuple(new.events), sport_types=tuple(new.sport_types))
    return _show_secret(await webhooks.register(caller.owner, wanted, max_webhooks=access.get_tier(caller).webhooks))


@router.get("")
async def list_webhooks(*, caller: CallerDep, webhooks: WebhooksDep) -> WebhookList:
    """List the webhooks, the newest first."""
    caller.require("webhooks:manage")
    return WebhookList(items=[_describe(webhook) for webhook in await webhooks.find(caller.owner)])


@router.get("/deliveries/{delivery_id}", responses=document_problems(404, 422))
async def get_delivery(delivery_id: DeliveryId, *, caller: CallerDep, webhooks: WebhooksDep) -> DeliveryLog:
    """Return a delivery with every attempt so far."""
    caller.require("webhooks:manage")
    delivery, attempts = await webhooks.get_delivery(caller.owner, delivery_id)
    return DeliveryLog(**_describe_delivery(delivery).model_dump(), attempts=_describe_attempts(attempts))


@router.post(
    "/deliveries/{delivery_id}/redeliver", status_code=HTTPStatus.ACCEPTED, responses=document_problems(404, 422)
)
async def redeliver(
    delivery_id: DeliveryId, *, caller: CallerDep, webhooks: WebhooksDep, dispatcher: DispatcherDep
) -> DeliveryInfo:
    """Make a further attempt at once, with the same `webhook-id`."""
    caller.require("webhooks:manage")
    delivery = await webhooks.redeliver(caller.owner, delivery_id)
    dispatcher.wake()
    return _describe_delivery(delivery)


@router.get("/{webhook_id}", responses=document_problems(404, 422))
async def get_webhook(webhook_id: WebhookId, *, caller: CallerDep, webhooks: WebhooksDep) -> WebhookInfo:
    """Return a webhook."""
    caller.require("webhooks:manage")
    return _describe(await webhooks.get(caller.owner, webhook_id))


@router.delete("/{webhook_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404, 422))
async def delete_webhook(webhook_id: WebhookId, *, caller: CallerDep, webhooks: WebhooksDep) -> None:
    """Delete a webhook with its delivery log; what is still pending is given up."""
    caller.require("webhooks:manage")
    await webhooks.delete(caller.owner, webhook_id)


@router.post("/{webhook_id}/rotate", responses=document_problems(404, 422))
async def rotate_secret(webhook_id: WebhookId, *, caller: CallerDep, webhooks: WebhooksDep) -> WebhookWithSecret:
    """Give the webhook a new secret. For 24 hours the old one signs too, so that the receiver can change over."""
    caller.require("webhooks:manage")
    return _show_secret(await webhooks.rotate_secret(caller.owner, webhook_id))


@router.post("/{webhook_id}/enable", responses=document_problems(404, 422))
async def enable_webhook(webhook_id: WebhookId, *, caller: CallerDep, webhooks: WebhooksDep) -> WebhookInfo:
    """Send again to a webhook that was disabled."""
    caller.require("webhooks:manage")
    return _describe(await webhooks.enable(caller.owner, webhook_id))


@router.post("/{webhook_id}/test", status_code=HTTPStatus.ACCEPTED, responses=document_problems(404, 422))
async def test_webhook(
    webhook_id: WebhookId, *, caller: CallerDep, webhooks: WebhooksDep, dispatcher: DispatcherDep
) -> DeliveryInfo:
    """Send a `webhook.test` event to this webhook."""
    caller.require("webhooks:manage")
    delivery = await webhooks.send_test(caller.owner, webhook_id)
    dispatcher.wake()
    return _describe_delivery(delivery)


@router.get("/{webhook_id}/deliveries", responses=document_problems(404, 422))
async def list_deliveries(
    webhook_id: WebhookId, *, caller: CallerDep, webhooks: WebhooksDep, page: PageDep
) -> DeliveryPage:
    """List the deliveries to a webhook, the newest first."""
    caller.require("webhooks:manage")
    found = await webhooks.find_deliveries(caller.owner, webhook_id, page=page)
    return DeliveryPage(items=[_describe_delivery(item) for item in found.items], next_cursor=found.next_cursor)


def _describe(webhook: Webhook) -> WebhookInfo:
    return WebhookInfo(
        webhook_id=webhook.id,
        url=webhook.url,
        events=list(webhook.events),
        sport_types=list(webhook.sport_types),
        is_active=webhook.is_active,
        disabled_reason=webhook.disabled_reason,
        created_at=webhook.created_at,
    )


def _show_secret(webhook: Webhook) -> WebhookWithSecret:
    return WebhookWithSecret(**_describe(webhook).model_dump(), secret=webhook.secret)


def _describe_delivery(delivery: Delivery) -> DeliveryInfo:
    return DeliveryInfo(
        delivery_id=delivery.id,
        event_id=delivery.event_id,
        webhook_id=delivery.endpoint_id,
        status=delivery.status,
        attempt=delivery.attempt,
        next_attempt_at=delivery.next_attempt_at,
        last_attempt_at=delivery.last_attempt_at,
        last_status=delivery.last_status,
        last_error=delivery.last_error,
        delivered_at=delivery.delivered_at,
        created_at=delivery.created_at,
    )


def _describe_attempts(attempts: Sequence[DeliveryAttempt]) -> list[AttemptInfo]:
    return [
        AttemptInfo(
            attempt=made.attempt, at=made.at, duration_ms=made.duration_ms, status=made.status, error=made.error
        )
        for made in attempts
    ]
