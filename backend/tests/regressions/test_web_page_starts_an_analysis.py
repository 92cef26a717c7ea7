"""Any web page could start an analysis: a form needs no preflight, and nobody looked where it came from."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from stand_in import PROBLEM, small_settings
from starlette.testclient import WebSocketDenialResponse

from kinemotion_backend.app import create_app

COACH = "https://coach.example"


def post(client: TestClient, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post("/api/analyze", files={"video": b"x"}, headers=named)
    assert answer.status_code == 200 or answer.headers["content-type"] == PROBLEM
    return answer.status_code, answer.json().get("code", "")


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(small_settings(tmp_path, use_mock_analyzer=True, cors_origins=(COACH,))))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://other.coach.example", "Sec_Fetch_Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:1234"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "https://[::1"},
        {"Origin": "//testserver"},
        {"Origin": "file://testserver"},
    ],
)
def test_pages_of_other_sites_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    with client:
        assert post(client, **headers) == (403, "untrusted_origin")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": COACH},
        {"Origin": COACH, "Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://testserver", "Sec_Fetch_Site": "same-origin"},
        {"Origin": "http://testserver"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_programs_own_pages_and_named_origins_are_served(client: TestClient, headers: dict[str, str]) -> None:
    with client:
        assert post(client, **headers)[0] == 200


def test_reading_is_left_to_the_browsers_own_rules(client: TestClient) -> None:
    with client:
        assert client.get("/health", headers={"Origin": "https://evil.example"}).status_code == 200


def test_websockets_of_other_sites_are_refused(client: TestClient) -> None:
    headers = {"Origin": "https://evil.example"}
    with client, pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/ws", headers=headers):
        pass
    assert refused.value.status_code == 403


@pytest.mark.parametrize("origins", [("*",), ("*", COACH), (COACH, "*")])
def test_pages_of_any_origin_may_call_but_never_with_what_the_browser_keeps(
    tmp_path: Path, origins: tuple[str, ...]
) -> None:
    """Neither by cookies, nor by being near: a page of any site needs a key that it was given."""
    settings = small_settings(tmp_path, use_mock_analyzer=True, cors_origins=origins)
    with TestClient(create_app(settings)) as client:
        assert post(client, Origin="https://evil.example") == (401, "not_authenticated")
        for origin in ("https://evil.example", COACH):
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            for answer in (client.options("/api/analyze", headers=asked), client.get("/health", headers=asked)):
                assert answer.headers["access-control-allow-origin"] == "*"
                assert "access-control-allow-credentials" not in answer.headers


def test_a_named_origin_gets_no_credentials(client: TestClient) -> None:
    with client:
        answer = client.get("/health", headers={"Origin": COACH, "Cookie": "a=b"})
    assert answer.headers["access-control-allow-origin"] == COACH
    assert "access-control-allow-credentials" not in answer.headers
