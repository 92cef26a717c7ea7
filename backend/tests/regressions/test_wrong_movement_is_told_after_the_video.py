"""A misspelt movement was refused after 100 MB had been sent."""

import http.client
import json

import httpx2
import pytest
from stand_in import Server, video_bytes

BOUNDARY = "b"


def field(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


OPENING = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="video"; filename="v"\r\n\r\n'.encode()


@pytest.mark.parametrize(
    ("query", "fields", "code"),
    [
        ("?jump_type=golf", b"", "unknown_movement"),
        ("?quality=best", b"", "invalid_request"),
        ("", field("jump_type", "golf"), "unknown_movement"),
        ("", field("quality", "best"), "invalid_request"),
        ("", field("jump_type", "cmj") + field("mass_kg", "7000"), "invalid_option"),
        ("", field("mass_kg", "7000") + field("jump_type", "cmj"), "invalid_option"),
        ("?jump_type=cmj", field("shoe_size", "44"), "invalid_option"),
        ("?jump_type=cmj", field("jump_type", "cmj"), "malformed_upload"),
    ],
)
def test_what_is_known_before_the_video_is_checked_before_it(
    server: Server, query: str, fields: bytes, code: str
) -> None:
    """Nothing of the video is sent, and the answer comes all the same."""
    head = (
        f"POST /api/analyze{query} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )
    with server.connect() as connection:
        connection.sendall(head.encode() + fields + OPENING)
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert json.loads(response.read())["code"] == code
    assert response.headers["connection"] == "close"


def test_the_address_may_name_the_movement(server: Server) -> None:
    answer = httpx2.post(
        f"{server.url}/api/analyze?jump_type=dropjump&quality=fast", files={"video": ("v.mp4", video_bytes())}
    )
    assert (answer.status_code, answer.json()["jump_type"], answer.json()["quality"]) == (200, "dropjump", "fast")
