"""Making, checking and revoking keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.keys.callers import SCOPES, Caller, NotAuthenticated, NotAuthorized
from kinemotion_backend.keys.key_text import compute_hmac, is_same_hmac, make_key_text, read_key_text
from kinemotion_backend.records.base import ApiKey, AuditEntry, Records

TOUCH_EVERY = timedelta(minutes=1)
"""How exactly the last use is known: writing it for each request would cost more than the request."""


class KeyNotFound(ServiceError):
    """The caller has no such key."""

    code = "key_not_found"
    hint = "GET /api/v1/keys lists the keys."


class InvalidKeyRequest(ServiceError, ValueError):
    """A key cannot be made so."""

    code = "invalid_key_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """What a new key is to be."""

    name: str
    scopes: Sequence[str] = SCOPES
    tier: str | None = None
    """None: the caller's own."""
    owner: str | None = None
    """None: the caller's own account."""
    expires_at: datetime | None = None


def _get_now() -> datetime:
    return datetime.now(UTC)


class Keyring:
    """The keys of every owner."""

    def __init__(
        self, records: Records, *, pepper: bytes, environment: str, clock: Callable[[], datetime] = _get_now
    ) -> None:
        self._records = records
        self._pepper = pepper
        self._environment = environment
        self._clock = clock

    async def create(self, caller: Caller, request: KeyRequest) -> tuple[ApiKey, str]:
        """Write a new key; return it with its text, which is shown now and never again.

        Raises
        ------
        NotAuthorized
            If the new key could do more than the caller.
        InvalidKeyRequest
            If it would have expired already.
        """
        now = self._clock()
        _check(caller, request, now=now)
        text = make_key_text(self._environment)
        key = ApiKey(
            id=text.id,
            owner=request.owner or caller.owner,
            name=request.name,
            secret_hmac=compute_hmac(self._pepper, text.secret),
            scopes=tuple(sorted(set(request.scopes))),
            tier=request.tier or caller.tier,
            created_at=now,
            expires_at=request.expires_at,
        )
        async with self._records.write() as transaction:
            await transaction.keys.add(key)
            await transaction.audit.add(_describe_key("key.created", key.id, caller=caller, owner=key.owner, at=now))
        return key, text.write()

    async def authenticate(self, text: str) -> Caller:
        """Return who the key stands for.

        Raises
        ------
        NotAuthenticated
            If the key is malformed, unknown, expired or revoked; the message does not say which.
        """
        parts, now = read_key_text(text), self._clock()
        async with self._records.read() as transaction:
            key = await transaction.keys.get(parts.id) if parts else None
        if parts is None or key is None or not key.is_valid(now):
            raise NotAuthenticated("The key is not valid.")
        if not is_same_hmac(key.secret_hmac, compute_hmac(self._pepper, parts.secret)):
            raise NotAuthenticated("The key is not valid.")
        if key.last_used_at is None or now - key.last_used_at >= TOUCH_EVERY:
            async with self._records.write() as transaction:
                await transaction.keys.touch(key.id, at=now)
        return Caller(key.owner, key.tier, frozenset(key.scopes), key.id)

    async def find(self, owner: str) -> tuple[ApiKey, ...]:
        """Return the owner's keys, the newest first, with those revoked."""
        async with self._records.read() as transaction:
            return await transaction.keys.find(owner)

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """End a key of the caller's account at once. Raises KeyNotFound."""
        now = self._clock()
        async with self._records.write() as transaction:
            if not await transaction.keys.revoke(key_id, owner=caller.owner, at=now):
                raise KeyNotFound("There is no such key, or it is revoked already.")
            await transaction.audit.add(_describe_key("key.revoked", key_id, caller=caller, owner=caller.owner, at=now))


def _check(caller: Caller, request: KeyRequest, *, now: datetime) -> None:
    """Let nobody make a key that can do more than they can."""
    unknown = sorted(set(request.scopes) - set(SCOPES))
    if unknown or not request.scopes:
        raise InvalidKeyRequest(f"Unknown scopes: {', '.join(unknown)}." if unknown else "A key needs a scope.")
    if request.expires_at is not None and request.expires_at <= now:
        raise InvalidKeyRequest("The key would have expired already.")
    for scope in sorted(request.scopes):
        caller.require(scope)
    if caller.key_id is None:
        return
    if request.owner not in {None, caller.owner} or request.tier not in {None, caller.tier}:
        raise NotAuthorized("A key makes keys of its own account and tier only.")


def _describe_key(action: str, key_id: str, *, caller: Caller, owner: str, at: datetime) -> AuditEntry:
    return AuditEntry(at=at, owner=owner, action=action, subject=key_id, actor=caller.key_id)
