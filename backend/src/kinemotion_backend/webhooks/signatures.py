"""Secrets and signatures of the Standard Webhooks specification (https://www.standardwebhooks.com)."""

import base64
import secrets
from datetime import datetime

from standardwebhooks import Webhook as Signer

from kinemotion_backend.records.base import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105  (the specification's prefix)
SECRET_BYTES = 32


def make_secret() -> str:
    """Return a new secret of 256 random bits."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(webhook: Webhook, body: str, *, event_id: str, at: datetime) -> dict[str, str]:
    """Return the headers of one attempt: the id stays, the time is new, and each secret that is valid signs."""
    valid = [webhook.secret]
    expires_at = webhook.previous_secret_expires_at
    if webhook.previous_secret is not None and expires_at is not None and at < expires_at:
        valid.append(webhook.previous_secret)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Signer(secret).sign(event_id, at, body) for secret in valid),
    }
