"""Keys, usage and uploads in the records; on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kinemotion_backend.records.base import ApiKey, Records, UploadRecord

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 27, 12, 30, 1, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def key(number: int = 1, **fields: Any) -> ApiKey:
    fields = {"owner": "club", "name": "laptop", "scopes": ("analyses:read",), "tier": "free"} | fields
    return ApiKey(id=f"k{number}", secret_hmac="ab" * 32, created_at=NOW + timedelta(seconds=number), **fields)


def upload(number: int = 1, **fields: Any) -> UploadRecord:
    fields = {"owner": "club", "size_bytes": 100, "expires_at": NOW + HOUR} | fields
    return UploadRecord(id=f"u{number}", blob_key=f"uploads/u{number}/file", created_at=NOW, **fields)


async def test_a_key_is_written_used_and_revoked(records: Records) -> None:
    async with records.write() as transaction:
        await transaction.keys.add(key(1))
        await transaction.keys.add(key(2, expires_at=NOW + HOUR))
        await transaction.keys.add(key(3, owner="rival"))
        assert await transaction.keys.get("k1") == key(1)
        assert await transaction.keys.get("nothing") is None
        await transaction.keys.touch("k1", at=NOW)
        assert not await transaction.keys.revoke("k1", owner="rival", at=NOW)
        assert await transaction.keys.revoke("k1", owner="club", at=NOW)
        assert not await transaction.keys.revoke("k1", owner="club", at=NOW)
        used = replace(key(1), last_used_at=NOW, revoked_at=NOW)
        assert await transaction.keys.find("club") == (key(2, expires_at=NOW + HOUR), used)


async def test_a_key_is_valid_until_it_ends() -> None:
    assert key().is_valid(NOW)
    assert key(expires_at=NOW + HOUR).is_valid(NOW)
    assert not key(expires_at=NOW).is_valid(NOW)
    assert not key(revoked_at=NOW).is_valid(NOW)
    assert "abab" not in repr(key())


async def test_usage_is_counted_by_month(records: Records) -> None:
    async def count(owner: str, period: str) -> None:
        async with records.write() as transaction:
            await transaction.usage.add(owner, "analyses", period=period, at=NOW)

    await asyncio.gather(
        *[count("club", "2026-11") for _ in range(10)], count("club", "2026-12"), count("rival", "2026-11")
    )
    async with records.read() as transaction:
        assert await transaction.usage.find("club", period="2026-11") == {"analyses": 10}
        assert await transaction.usage.find("club", period="2026-10") == {}


async def test_an_upload_advances_from_where_it_is(records: Records) -> None:
    async with records.write() as transaction:
        await transaction.uploads.add(upload())
        assert await transaction.uploads.get("u1", owner="club") == upload()
        assert await transaction.uploads.get("u1", owner="rival") is None
        further = upload(received_bytes=60, parts=("uploads/u1/parts/0",))
        assert await transaction.uploads.advance(further, offset=0)
        assert not await transaction.uploads.advance(further, offset=0)
        assert await transaction.uploads.get("u1", owner="club") == further
        assert await transaction.uploads.advance(replace(further, status="complete", sha256="ab" * 32), offset=60)
        assert not await transaction.uploads.advance(further, offset=60)
        assert await transaction.uploads.delete("u1")
        assert not await transaction.uploads.delete("u1")


async def test_expired_uploads_are_found(records: Records) -> None:
    async with records.write() as transaction:
        await transaction.uploads.add(upload(1))
        await transaction.uploads.add(upload(2, expires_at=NOW, status="complete"))
        assert [found.id for found in await transaction.uploads.find_expired(NOW, limit=10)] == ["u2"]
        assert len(await transaction.uploads.find_expired(NOW + HOUR, limit=1)) == 1
