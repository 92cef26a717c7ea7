"""Who is served, and how often: keys, local programs, limits and what the headers say of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from stand_in import small_settings, video_bytes

from kinemotion_backend.api.v1.access import AccessControl, describe_allowance
from kinemotion_backend.app import create_app
from kinemotion_backend.keys.callers import LOCAL_CALLER, Caller, KeylessAccess
from kinemotion_backend.limits.base import Allowance, LimitReached, RateLimit
from kinemotion_backend.limits.memory import MemoryLimiter
from kinemotion_backend.tiers import Tier

HERE, ELSEWHERE = ("127.0.0.1", 50_000), ("203.0.113.9", 50_000)
TIERS = {
    "free": Tier(analyses_a_month=2, requests_a_minute=5, streams=1, webhooks=1),
    "enterprise": Tier(),
}

Ask = Callable[..., TestClient]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Make clients of one application: from here or from elsewhere, with a key or without."""
    app = create_app(small_settings(tmp_path, tiers=TIERS), analyzer=FakeAnalyzer(tmp_path))
    with ExitStack() as stack:
        stack.enter_context(TestClient(app, client=HERE))

        def make(client: tuple[str, int] = ELSEWHERE, *, key: str | None = None) -> TestClient:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            return TestClient(app, client=client, headers=headers, raise_server_exceptions=False)

        yield make


def create_key(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/keys", json={"name": "laptop", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def analyze(client: TestClient) -> Any:
    files = {"video": ("clip.mp4", video_bytes(), "video/mp4")}
    return client.post("/api/v1/analyses", files=files, data={"sport_type": "cmj"})


def test_a_key_opens_the_service_from_elsewhere(ask: Ask) -> None:
    refused = ask().get("/api/v1/usage")
    assert refused.status_code == 401
    assert refused.json()["code"] == "not_authenticated"
    assert refused.headers["www-authenticate"] == "Bearer"
    made = create_key(ask(HERE), owner="club", tier="free")
    usage = ask(key=made["key"]).get("/api/v1/usage")
    assert usage.status_code == 200
    assert (usage.json()["owner"], usage.json()["tier"]) == ("club", "free")
    assert ask().get("/api/v1/usage", headers={"X-API-Key": made["key"]}).status_code == 200
    assert ask(HERE).delete(f"/api/v1/keys/{made['key_id']}").status_code == 404  # of another account
    assert ask(key=made["key"]).delete(f"/api/v1/keys/{made['key_id']}").status_code == 204
    assert ask(key=made["key"]).get("/api/v1/usage").status_code == 401


def test_a_wrong_key_is_refused_even_here(ask: Ask) -> None:
    assert ask(HERE, key="kin_test_0000000000000000_" + "x" * 43).get("/api/v1/usage").status_code == 401
    assert ask(HERE, key="nonsense").get("/api/v1/usage").status_code == 401


def test_the_secret_is_shown_once(ask: Ask) -> None:
    made = create_key(ask(HERE))
    listed = ask(HERE).get("/api/v1/keys").json()["items"]
    assert [key["key_id"] for key in listed] == [made["key_id"]]
    assert made["key"].rpartition("_")[2] not in str(listed)
    assert "secret_hmac" not in str(listed)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
    ],
    ids=str,
)
def test_a_page_or_a_proxy_is_no_local_program(ask: Ask, headers: dict[str, str]) -> None:
    assert ask(HERE).get("/api/v1/usage", headers=headers).status_code in {401, 403}


def test_a_scope_is_required(ask: Ask) -> None:
    reader = create_key(ask(HERE), scopes=["analyses:read"])["key"]
    assert ask(key=reader).get("/api/v1/analyses").status_code == 200
    for refused in (
        ask(key=reader).get("/api/v1/keys"),
        ask(key=reader).get("/api/v1/webhooks"),
        ask(key=reader).post("/api/v1/keys", json={"name": "more"}),
        analyze(ask(key=reader)),
    ):
        assert refused.status_code == 403
        assert refused.json()["code"] == "not_authorized"


def test_impossible_keys_are_refused(ask: Ask) -> None:
    wrongs: list[dict[str, Any]] = [
        {"name": ""},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x", "scopes": []},
        {"name": "x", "tier": "gold"},
        {"name": "x", "owner": "../etc"},
        {"name": "x", "expires_at": "2001-01-01T00:00:00Z"},
        {"name": "x", "expires_at": "2099-01-01T00:00:00"},
    ]
    for wrong in wrongs:
        assert ask(HERE).post("/api/v1/keys", json=wrong).status_code == 422, wrong


def test_requests_are_limited_and_the_headers_say_so(ask: Ask) -> None:
    client = ask(key=create_key(ask(HERE), owner="club", tier="free")["key"])
    answers = [client.get("/api/v1/usage") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert answers[-1].json()["code"] == "limit_reached"
    assert answers[-1].headers["ratelimit-policy"] == "5;w=60"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    other = ask(key=create_key(ask(HERE), owner="rival", tier="free")["key"])
    assert other.get("/api/v1/usage").status_code == 200
    assert "ratelimit-limit" not in ask(HERE).get("/api/v1/usage").headers


def test_a_second_key_gives_no_second_quota(ask: Ask) -> None:
    keys = [create_key(ask(HERE), owner="club", tier="free")["key"] for _ in range(2)]
    answers = [analyze(ask(key=keys[number % 2])) for number in range(3)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert "2 analyses" in answers[-1].json()["detail"]
    usage = ask(key=keys[0]).get("/api/v1/usage").json()
    assert usage["analyses"]["used"] == 2
    assert usage["analyses"]["remaining"] == 0
    assert usage["analyses_this_month"] == 2
    assert usage["webhooks"] == {"used": 0, "limit": 1, "remaining": 1, "reset_after_s": None}


def test_a_tier_that_is_gone_allows_next_to_nothing(tmp_path: Path) -> None:
    with TestClient(
        create_app(small_settings(tmp_path, tiers=TIERS), analyzer=FakeAnalyzer(tmp_path)), client=HERE
    ) as app:
        key = create_key(app, owner="club", tier="free")["key"]
    rest = {"enterprise": Tier()}
    with TestClient(
        create_app(small_settings(tmp_path, tiers=rest), analyzer=FakeAnalyzer(tmp_path)), client=HERE
    ) as app:
        answer = app.get("/api/v1/usage", headers={"X-API-Key": key})
        assert answer.json()["analyses"] == {"used": 0, "limit": 0, "remaining": 0, "reset_after_s": None}
        assert app.get("/api/v1/usage", headers={"X-API-Key": key}).status_code == 429


@pytest.mark.asyncio
async def test_live_streams_are_counted_for_each_account(tmp_path: Path) -> None:
    access = AccessControl(
        keyless=KeylessAccess(),
        keyring=cast("Any", None),
        limiter=MemoryLimiter(),
        tiers=TIERS,
        records=cast("Any", None),
    )
    club, rival = (Caller(owner, "free", frozenset(), owner) for owner in ("club", "rival"))
    async with (
        access.hold_stream_place(club),
        access.hold_stream_place(rival),
        access.hold_stream_place(LOCAL_CALLER),
        access.hold_stream_place(LOCAL_CALLER),
    ):
        with pytest.raises(LimitReached, match="streams"):
            await access.hold_stream_place(club).__aenter__()
    async with access.hold_stream_place(club):
        pass


def test_headers_describe_an_allowance() -> None:
    allowance = Allowance(True, RateLimit("requests", 100, 60), remaining=7, reset_after_s=12.3)
    assert describe_allowance(allowance) == {
        "RateLimit-Limit": "100",
        "RateLimit-Policy": "100;w=60",
        "RateLimit-Remaining": "7",
        "RateLimit-Reset": "13",
    }
