"""Keys are shown once, kept as an HMAC, and end when they are told to; on both databases."""

from datetime import timedelta

import pytest
from fake_clock import Clock
from structlog.testing import capture_logs

from kinemotion_backend.keys.callers import LOCAL_CALLER, Caller, NotAuthenticated, NotAuthorized
from kinemotion_backend.keys.key_text import compute_hmac, make_key_text, read_key_text
from kinemotion_backend.keys.keyring import InvalidKeyRequest, KeyNotFound, KeyRequest, Keyring
from kinemotion_backend.records.base import Records

pytestmark = pytest.mark.asyncio

PEPPER = b"p" * 32


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keyring(records: Records, clock: Clock) -> Keyring:
    return Keyring(records, pepper=PEPPER, environment="test", clock=clock)


async def test_a_key_opens_its_own_account(keyring: Keyring, records: Records, clock: Clock) -> None:
    request = KeyRequest(name="laptop", scopes=["analyses:write", "analyses:read"], tier="pro", owner="club")
    key, text = await keyring.create(LOCAL_CALLER, request)
    assert text.startswith(f"kin_test_{key.id}_")
    assert key.scopes == ("analyses:read", "analyses:write")
    caller = await keyring.authenticate(text)
    assert caller == Caller("club", "pro", frozenset({"analyses:read", "analyses:write"}), key.id)
    async with records.read() as transaction:
        kept = await transaction.keys.get(key.id)
        [entry] = await transaction.audit.find("club", limit=10)
    assert kept is not None
    assert kept.last_used_at == clock.now
    assert (entry.action, entry.subject) == ("key.created", key.id)


async def test_the_secret_is_nowhere_but_in_the_answer(keyring: Keyring) -> None:
    with capture_logs() as logs:
        key, text = await keyring.create(LOCAL_CALLER, KeyRequest(name="laptop"))
        await keyring.authenticate(text)
        with pytest.raises(NotAuthenticated) as caught:
            await keyring.authenticate(text[:-1] + ("A" if text[-1] != "A" else "B"))
    parts = read_key_text(text)
    assert parts is not None
    for shown in (repr(key), repr(parts), str(logs), caught.value.message):
        assert parts.secret not in shown
    assert key.secret_hmac == compute_hmac(PEPPER, parts.secret)
    assert key.secret_hmac != compute_hmac(b"other", parts.secret)


async def test_no_other_text_is_a_key(keyring: Keyring) -> None:
    _, text = await keyring.create(LOCAL_CALLER, KeyRequest(name="laptop"))
    unknown = make_key_text("test").write()
    for wrong in ("", "kin", text[:-1], text + "x", f" {text}", text.upper(), unknown, text.replace("kin_", "kim_")):
        with pytest.raises(NotAuthenticated):
            await keyring.authenticate(wrong)


async def test_a_key_ends_when_it_expires_or_is_revoked(keyring: Keyring, clock: Clock) -> None:
    expires_at = clock.now + timedelta(days=1)
    key, text = await keyring.create(LOCAL_CALLER, KeyRequest(name="guest", expires_at=expires_at))
    _, other = await keyring.create(LOCAL_CALLER, KeyRequest(name="laptop"))
    await keyring.authenticate(text)
    clock.move(86400)
    with pytest.raises(NotAuthenticated):
        await keyring.authenticate(text)
    await keyring.authenticate(other)
    with pytest.raises(KeyNotFound):
        await keyring.revoke(Caller("rival", "free", frozenset({"keys:manage"}), "k9"), key.id)
    await keyring.revoke(LOCAL_CALLER, key.id)
    with pytest.raises(KeyNotFound):
        await keyring.revoke(LOCAL_CALLER, key.id)
    assert [found.name for found in await keyring.find("local") if found.revoked_at is None] == ["laptop"]


async def test_the_last_use_is_noted_once_a_minute(keyring: Keyring, clock: Clock) -> None:
    _, text = await keyring.create(LOCAL_CALLER, KeyRequest(name="laptop"))
    first = clock.now
    await keyring.authenticate(text)
    clock.move(59)
    await keyring.authenticate(text)
    assert [key.last_used_at for key in await keyring.find("local")] == [first]
    clock.move(1)
    await keyring.authenticate(text)
    assert [key.last_used_at for key in await keyring.find("local")] == [clock.now]


async def test_nobody_makes_a_key_that_can_do_more(keyring: Keyring, clock: Clock) -> None:
    caller = Caller("club", "free", frozenset({"keys:manage", "analyses:read"}), "k1")
    key, _ = await keyring.create(caller, KeyRequest(name="reader", scopes=["analyses:read"]))
    assert (key.owner, key.tier) == ("club", "free")
    for more in (
        KeyRequest(name="x", scopes=["analyses:write"]),
        KeyRequest(name="x", scopes=["analyses:read"], tier="enterprise"),
        KeyRequest(name="x", scopes=["analyses:read"], owner="rival"),
    ):
        with pytest.raises(NotAuthorized):
            await keyring.create(caller, more)
    for wrong in (
        KeyRequest(name="x", scopes=["everything"]),
        KeyRequest(name="x", scopes=[]),
        KeyRequest(name="x", expires_at=clock.now),
    ):
        with pytest.raises(InvalidKeyRequest):
            await keyring.create(LOCAL_CALLER, wrong)
