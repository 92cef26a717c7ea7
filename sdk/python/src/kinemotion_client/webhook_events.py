"""Messages that the service sends to a webhook: verified, then read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from standardwebhooks import Webhook, WebhookVerificationError

from kinemotion_client.errors import InvalidWebhook


class WebhookEvent(BaseModel):
    """What happened."""

    model_config = ConfigDict(extra="allow")

    id: str
    """The same each time that the message is sent: what was seen before need not be done again."""
    type: str
    """Such as ``analysis.completed``."""
    timestamp: datetime
    data: dict[str, Any]


def verify_webhook(body: bytes | str, headers: Mapping[str, str], *, secret: str) -> WebhookEvent:
    """Return the event of a message.

    Parameters
    ----------
    body
        The message as it came, byte for byte.
    headers
        Its headers.
    secret
        The secret of the webhook.

    Raises
    ------
    InvalidWebhook
        Where the message was changed, is older than five minutes, or is signed with another secret.
    """
    known = {name.lower(): value for name, value in headers.items()}
    try:
        content = Webhook(secret).verify(body, known)
    except (WebhookVerificationError, ValueError) as error:
        raise InvalidWebhook(f"The message is not from the service: {error}.", "Answer with status 400.") from error
    return WebhookEvent.model_validate({**content, "id": known["webhook-id"]})
