"""Uploads over HTTP: the tus protocol, and what is made of a complete upload."""

import hashlib
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from stand_in import video_bytes

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def begin(client: TestClient, size: int) -> str:
    answer = client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(size)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["upload-expires"].endswith("GMT")
    assert answer.headers["location"] == f"/api/v1/uploads/{answer.json()['upload_id']}"
    return answer.headers["location"]


def send(client: TestClient, path: str, *, offset: int, piece: bytes, **headers: str) -> Any:
    return client.patch(path, content=piece, headers={**PIECE, "Upload-Offset": str(offset), **headers})


def test_a_video_sent_in_pieces_is_analysed(client: TestClient) -> None:
    video = video_bytes()
    half = len(video) // 2
    path = begin(client, len(video))
    assert send(client, path, offset=0, piece=video[:half]).headers["upload-offset"] == str(half)
    head = client.head(path, headers=TUS)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == (str(half), str(len(video)))
    assert head.headers["cache-control"] == "no-store"
    last = send(client, path, offset=half, piece=video[half:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(video)))
    upload = client.get(path).json()
    assert (upload["status"], upload["sha256"]) == ("complete", hashlib.sha256(video).hexdigest())
    assert client.post(f"{path}/complete").json() == upload
    body = {"sport_type": "cmj", "input": {"upload_id": upload["upload_id"]}}
    assert client.post("/api/v1/analyses", json=body).status_code == 202


def test_what_the_server_can_do_is_told(client: TestClient) -> None:
    answer = client.options("/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,expiration"
    assert answer.headers["tus-max-size"] == str(1024 * 1024)


def test_a_piece_must_fit(client: TestClient) -> None:
    path = begin(client, 10)
    assert send(client, path, offset=1, piece=b"x").status_code == 409
    assert send(client, path, offset=0, piece=b"x" * 11).status_code == 413
    assert send(client, path, offset=0, piece=b"x", **{"Content-Type": "video/mp4"}).status_code == 415
    assert send(client, path, offset=0, piece=b"x", **{"Tus-Resumable": "0.9"}).status_code == 412
    assert client.patch(path, content=b"x", headers=PIECE).status_code == 422
    assert client.head(path, headers=TUS).headers["upload-offset"] == "0"


def test_an_incomplete_upload_is_not_analysed(client: TestClient) -> None:
    path = begin(client, 10)
    send(client, path, offset=0, piece=b"x")
    assert client.post(f"{path}/complete").status_code == 409
    body = {"sport_type": "cmj", "input": {"upload_id": path.rpartition("/")[2]}}
    assert client.post("/api/v1/analyses", json=body).status_code == 409


def test_an_upload_is_deleted(client: TestClient, tmp_path: Path) -> None:
    path = begin(client, 10)
    send(client, path, offset=0, piece=b"x")
    assert client.delete(path, headers=TUS).status_code == 204
    for answer in (client.get(path), client.head(path, headers=TUS), client.delete(path, headers=TUS)):
        assert answer.status_code == 404
    assert [file for file in (tmp_path / "data" / "files").rglob("*") if file.is_file()] == []


def test_a_file_is_not_larger_than_allowed(client: TestClient) -> None:
    too_large = {**TUS, "Upload-Length": str(1024 * 1024 + 1)}
    assert client.post("/api/v1/uploads", headers=too_large).status_code == 413
    for length in ("0", "-1", "many"):
        assert client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": length}).status_code == 422


def test_a_folder_takes_no_direct_upload(client: TestClient) -> None:
    answer = client.post("/api/v1/uploads/direct", json={"size_bytes": 10})
    assert answer.status_code == 409
    assert answer.json()["code"] == "direct_upload_unavailable"
