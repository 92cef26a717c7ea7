"""What a key may do: the tiers, as configuration."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field


class Tier(BaseModel):
    """The limits of one tier; null is no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    analyses_a_month: int | None = Field(default=None, ge=0, description="Analyses in 30 days.")
    requests_a_minute: int | None = Field(default=None, ge=1, description="Requests in any 60 seconds.")
    streams: int | None = Field(default=None, ge=0, description="Live streams at the same time.")
    webhooks: int | None = Field(default=None, ge=0, description="Webhooks registered at the same time.")


FREE, PRO, ENTERPRISE = "free", "pro", "enterprise"

TIERS: Mapping[str, Tier] = MappingProxyType(
    {
        FREE: Tier(analyses_a_month=1_000, requests_a_minute=60, streams=1, webhooks=1),
        PRO: Tier(analyses_a_month=50_000, requests_a_minute=600, streams=5, webhooks=5),
        ENTERPRISE: Tier(),
    }
)
