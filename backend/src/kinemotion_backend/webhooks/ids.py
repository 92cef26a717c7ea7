"""Ids of webhooks, events and deliveries."""

from uuid import uuid4


def make_id(kind: str) -> str:
    """Return a new id that says what it names, such as ``dlv_…``."""
    return f"{kind}_{uuid4().hex}"
