"""Routes of keys and of what is used with them."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kinemotion_backend.api.problems import document_problems
from kinemotion_backend.api.v1.access import ANALYSES, find_period
from kinemotion_backend.api.v1.callers import AccessDep, CallerDep, KeyringDep, WebhooksDep
from kinemotion_backend.keys.callers import SCOPES
from kinemotion_backend.keys.keyring import KeyRequest
from kinemotion_backend.records.base import ApiKey
from kinemotion_backend.tiers import FREE, TIERS, Tier

router = APIRouter(prefix="/api/v1", tags=["keys"], responses=document_problems(400, 401, 403, 429, 500, 503))

EXAMPLE: dict[str, Any] = {
    "key_id": "0f3a9c2b71d4e8a6",
    "name": "Laptop of the coach",
    "owner": "local",
    "tier": "pro",
    "scopes": ["analyses:read", "analyses:write"],
    "created_at": "2026-11-20T17:03:11.250000Z",
    "expires_at": None,
    "last_used_at": None,
    "revoked_at": None,
}
EXAMPLE_TEXT = "kin_live_0f3a9c2b71d4e8a6_q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c"


class NewKey(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Laptop of the coach", "scopes": ["analyses:read"]}]},
    )

    name: str = Field(min_length=1, max_length=200, description="For people: where the key is used.")
    scopes: list[str] = Field(
        default_factory=lambda: list(SCOPES), max_length=len(SCOPES), description=f"Any of {', '.join(SCOPES)}."
    )
    tier: str | None = Field(None, max_length=32, description="Default: the caller's own.")
    owner: str | None = Field(
        None, pattern=r"^[a-z0-9-]{1,64}$", description="Account that the key opens; default: the caller's own."
    )
    expires_at: AwareDatetime | None = Field(None, description="Default: never.")


class KeyInfo(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    key_id: str
    name: str
    owner: str
    tier: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")
    revoked_at: datetime | None


class CreatedKey(KeyInfo):
    """A new key, with its secret: shown now, and never again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE, "key": EXAMPLE_TEXT}]})

    key: str = Field(description="Send it as `Authorization: Bearer …` or `X-API-Key: …`.")


class KeyList(BaseModel):
    """The keys of the caller's account."""

    items: list[KeyInfo]


class Used(BaseModel):
    """How much of a limit is used."""

    used: int
    limit: int | None = Field(description="Null: no limit.")
    remaining: int | None
    reset_after_s: float | None = Field(default=None, description="Seconds until more is allowed than now.")


class Usage(BaseModel):
    """What the caller's account used, and what it may use."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "owner": "local",
                    "tier": "free",
                    "month": "2026-11",
                    "analyses_this_month": 12,
                    "analyses": {"used": 31, "limit": 1000, "remaining": 969, "reset_after_s": 4210.0},
                    "webhooks": {"used": 1, "limit": 1, "remaining": 0, "reset_after_s": None},
                    "requests_a_minute": 60,
                    "streams": 1,
                    "tiers": {"free": TIERS[FREE].model_dump()},
                }
            ]
        }
    )

    owner: str
    tier: str
    month: str
    analyses_this_month: int = Field(description="Requests for analyses in this calendar month.")
    analyses: Used = Field(description="Requests for analyses in the last 30 days, as the limit counts them.")
    webhooks: Used
    requests_a_minute: int | None = Field(description="Null: no limit.")
    streams: int | None = Field(description="Live streams at the same time; null: no limit.")
    tiers: dict[str, Tier] = Field(description="Tiers that a new key of the caller may have, with their limits.")


@router.post("/keys", status_code=HTTPStatus.CREATED, responses=document_problems(422))
async def create_key(new: NewKey, *, caller: CallerDep, keyring: KeyringDep, access: AccessDep) -> CreatedKey:
    """Make a key. Its secret is in this answer and nowhere else. A key makes no key that can do more than itself."""
    caller.require("keys:manage")
    access.check_tier(new.tier)
    request = KeyRequest(name=new.name, scopes=new.scopes, tier=new.tier, owner=new.owner, expires_at=new.expires_at)
    key, text = await keyring.create(caller, request)
    return CreatedKey(**_describe(key).model_dump(), key=text)


@router.get("/keys")
async def list_keys(*, caller: CallerDep, keyring: KeyringDep) -> KeyList:
    """List the keys of the caller's account, the newest first, with those revoked."""
    caller.require("keys:manage")
    return KeyList(items=[_describe(key) for key in await keyring.find(caller.owner)])


@router.delete("/keys/{key_id}", status_code=HTTPStatus.NO_CONTENT, responses=document_problems(404, 422))
async def revoke_key(
    key_id: Annotated[str, Path(max_length=64, description="Id of the key.")], *, caller: CallerDep, keyring: KeyringDep
) -> None:
    """End a key at once. It stays in the list."""
    caller.require("keys:manage")
    await keyring.revoke(caller, key_id)


@router.get("/usage")
async def get_usage(*, caller: CallerDep, access: AccessDep, webhooks: WebhooksDep) -> Usage:
    """Return what the caller's account used, and what its tier allows."""
    tier, month = access.get_tier(caller), find_period(datetime.now(UTC))
    async with access.records.read() as transaction:
        counted = await transaction.usage.find(caller.owner, period=month)
    registered = len(await webhooks.find(caller.owner))
    return Usage(
        owner=caller.owner,
        tier=caller.tier,
        month=month,
        analyses_this_month=counted.get(ANALYSES, 0),
        analyses=await _describe_quota(caller, access=access, counted=counted.get(ANALYSES, 0)),
        webhooks=Used(
            used=registered,
            limit=tier.webhooks,
            remaining=None if tier.webhooks is None else max(0, tier.webhooks - registered),
        ),
        requests_a_minute=tier.requests_a_minute,
        streams=tier.streams,
        tiers={caller.tier: tier} if caller.key_id else dict(access.tiers),
    )


async def _describe_quota(caller: CallerDep, *, access: AccessDep, counted: int) -> Used:
    quota = access.get_quota(caller)
    if quota is None:
        return Used(used=counted, limit=None, remaining=None)
    if quota.amount == 0:
        return Used(used=0, limit=0, remaining=0)
    left = await access.limiter.peek(quota, caller.subject)
    return Used(
        used=quota.amount - left.remaining,
        limit=quota.amount,
        remaining=left.remaining,
        reset_after_s=round(left.reset_after_s, 1),
    )


def _describe(key: ApiKey) -> KeyInfo:
    return KeyInfo(
        key_id=key.id,
        name=key.name,
        owner=key.owner,
        tier=key.tier,
        scopes=list(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )
