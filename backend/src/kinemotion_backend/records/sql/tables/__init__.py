"""Every table, once. A change here needs a revision in ``records/migrations``; a test compares the two.

``owner`` is the account a row belongs to: the keys of one account see the same rows.
Each time is an aware instant in UTC. Blobs are named by their key in the blob store.
"""

from kinemotion_backend.records.sql.tables.access import audit, keys, usage
from kinemotion_backend.records.sql.tables.analyses import analyses, artefacts, idempotency_keys, jobs, uploads
from kinemotion_backend.records.sql.tables.columns import metadata
from kinemotion_backend.records.sql.tables.people import athletes, memberships, sessions, teams
from kinemotion_backend.records.sql.tables.sharing import share_links
from kinemotion_backend.records.sql.tables.webhooks import delivery_attempts, events, webhook_deliveries, webhooks

__all__ = [
    "analyses",
    "artefacts",
    "athletes",
    "audit",
    "delivery_attempts",
    "events",
    "idempotency_keys",
    "jobs",
    "keys",
    "memberships",
    "metadata",
    "sessions",
    "share_links",
    "teams",
    "uploads",
    "usage",
    "webhook_deliveries",
    "webhooks",
]
