"""Routes of analyses, over the embedded platform."""

import json
from typing import Any, cast

import pytest
from fake_analyzer import FakeAnalyzer
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from stand_in import PROBLEM, eventually, video_bytes

from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.contract.documents import EngineError
from kinemotion_backend.errors import AnalysisRefused, UnknownMovement
from kinemotion_backend.examples import load_example


def post(client: TestClient, *, headers: dict[str, str] | None = None, order: int = 0, **fields: Any) -> Response:
    files = {"video": ("clip.mp4", video_bytes(order=order), "video/mp4")}
    return client.post("/api/v1/analyses", files=files, data={"sport_type": "cmj", **fields}, headers=headers)


def ended(client: TestClient, analysis_id: str) -> dict[str, Any]:
    path = f"/api/v1/analyses/{analysis_id}"
    assert eventually(lambda: client.get(path).json()["finished_at"] is not None)
    return client.get(path).json()


def test_a_video_is_taken_analysed_and_read_back(client: TestClient):
    taken = post(client, outputs='["overlay", "report"]', config='{"mass_kg": 70}')
    assert taken.status_code == 202
    assert taken.headers["Location"] == f"/api/v1/analyses/{taken.json()['analysis_id']}"
    found = ended(client, taken.json()["analysis_id"])
    assert (found["status"], found["sport_type"], found["config"]) == ("completed", "cmj", {"mass_kg": 70})
    assert found["result"]["data"] == json.loads(load_example("cmj"))["data"]
    assert [file["name"] for file in found["files"]] == ["overlay.mp4", "report.html", "result.json"]
    result = client.get(f"{taken.headers['Location']}/result.json")
    assert result.text == load_example("cmj")
    assert result.headers["content-type"] == "application/json"
    report = client.get(f"{taken.headers['Location']}/report.html")
    assert report.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("field", "header", "language"),
    [
        ({}, {"Accept-Language": "fr-FR,fr;q=0.8"}, "fr"),
        ({"language": "es"}, {"Accept-Language": "fr"}, "es"),
        ({}, {}, "en"),
    ],
)
def test_files_have_the_language_of_the_field_else_of_the_header(
    client: TestClient, field: dict[str, Any], header: dict[str, str], language: str
):
    assert post(client, headers=header, **field).json()["language"] == language


def test_files_are_sent_in_part_and_not_twice(client: TestClient):
    path = post(client, outputs='["overlay"]').headers["Location"]
    ended(client, path.rpartition("/")[2])
    whole = client.get(f"{path}/overlay.mp4")
    assert (len(whole.content), whole.headers["accept-ranges"]) == (700_000, "bytes")
    head = client.head(f"{path}/overlay.mp4")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "700000")
    assert head.headers["etag"] == whole.headers["etag"]
    part = client.get(f"{path}/overlay.mp4", headers={"Range": "bytes=7-13"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"overlay", "bytes 7-13/700000")
    assert client.get(f"{path}/overlay.mp4", headers={"Range": "bytes=-7"}).content == b"overlay"
    assert len(client.get(f"{path}/overlay.mp4", headers={"Range": "bytes=699990-"}).content) == 10
    beyond = client.get(f"{path}/overlay.mp4", headers={"Range": "bytes=700000-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */700000")
    for tags in (whole.headers["etag"], f'"x", W/{whole.headers["etag"]}', "*"):
        assert client.get(f"{path}/overlay.mp4", headers={"If-None-Match": tags}).status_code == 304
    unreadable = client.get(f"{path}/overlay.mp4", headers={"Range": f"bytes={'9' * 5000}-"})
    assert (unreadable.status_code, len(unreadable.content)) == (200, 700_000)
    changed = client.get(f"{path}/overlay.mp4", headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert changed.status_code == 200
    assert client.get(f"{path}/video").content == video_bytes(order=0)


def test_a_request_sent_again_is_not_done_again(client: TestClient, analyzer: FakeAnalyzer):
    key = {"Idempotency-Key": "4711"}
    first = post(client, headers=key)
    ended(client, first.json()["analysis_id"])
    again = post(client, headers=key)
    assert (again.status_code, again.json()["analysis_id"]) == (200, first.json()["analysis_id"])
    other = post(client, headers=key, quality="fast")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    same = post(client)
    assert (same.status_code, same.json()["analysis_id"]) == (200, first.json()["analysis_id"])
    assert analyzer.runs.total() == 1


def test_progress_is_followed_and_taken_up_again(client: TestClient, analyzer: FakeAnalyzer):
    path = post(client).headers["Location"]
    ended(client, path.rpartition("/")[2])
    text = client.get(f"{path}/events").text  # it has ended: told at once
    assert text.startswith("event: analysis.completed\n")
    analyzer.is_held = True
    running = post(client, order=2).headers["Location"]
    with client.stream("GET", f"{running}/events") as stream:
        kinds: list[str] = []
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            if kinds and kinds[-1] == "progress":
                assert client.portal is not None
                client.portal.call(analyzer.proceed.set)
    assert kinds[:2] == ["analysis.queued", "analysis.running"]
    assert kinds[-1] == "analysis.completed"


def test_deletion_erases_everything_and_says_so(client: TestClient, analyzer: FakeAnalyzer):
    analyzer.is_held = True
    path = post(client).headers["Location"]
    deleted = client.delete(path)
    assert deleted.json() == {
        "analysis_id": path.rpartition("/")[2],
        "deleted": ["video", "results", "events", "record"],
    }
    for gone in (path, f"{path}/video", f"{path}/events"):
        assert client.get(gone).status_code == 404
    assert client.delete(path).status_code == 404


def test_the_history_is_filtered_and_paged(client: TestClient):
    ids = [post(client, order=number).json()["analysis_id"] for number in range(3)]
    post(client, order=9, sport_type="running")
    first = client.get("/api/v1/analyses", params={"sport_type": "cmj", "limit": 2}).json()
    assert [item["analysis_id"] for item in first["items"]] == ids[:0:-1]
    rest = client.get("/api/v1/analyses", params={"sport_type": "cmj", "cursor": first["next_cursor"]}).json()
    assert ([item["analysis_id"] for item in rest["items"]], rest["next_cursor"]) == (ids[:1], None)
    assert client.get("/api/v1/analyses", params={"cursor": "x"}).json()["code"] == "invalid_cursor"
    too_late = client.get("/api/v1/analyses", params={"created_before": "9999-12-31T23:59:59-14:00"})
    assert (too_late.status_code, too_late.json()["code"]) == (422, "unstorable_value")


def test_a_stored_video_is_analysed_as_another_sport(client: TestClient):
    first = post(client).json()["analysis_id"]
    body = {"sport_type": "run", "input": {"analysis_id": first}}
    second = client.post("/api/v1/analyses", json=body)
    assert second.status_code == 202
    assert ended(client, second.json()["analysis_id"])["sport_type"] == "running"
    client.delete(f"/api/v1/analyses/{first}")
    assert client.get(f"{second.headers['Location']}/video").content == video_bytes(order=0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"sport_type": "cmj", "input": {}}, "invalid_request"),
        ({"sport_type": "cmj", "input": {"upload_id": "x", "analysis_id": "y"}}, "invalid_request"),
        ({"sport_type": "cmj", "input": {"upload_id": "x"}, "colour": "red"}, "invalid_request"),
        ({"sport_type": "cmj", "input": {"upload_id": "x"}}, "unknown_reference"),
        ({"sport_type": "cmj", "input": {"analysis_id": "x"}}, "unknown_reference"),
        ([], "invalid_request"),
        ("text", "invalid_request"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(client: TestClient, body: Any, code: str):
    refused = client.post("/api/v1/analyses", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.headers["content-type"] == PROBLEM


def test_refused_forms_leave_no_video(client: TestClient):
    assert post(client, sport_type="handstand").json()["code"] == "unknown_movement"
    assert post(client, config="{").json()["code"] == "invalid_request"
    assert post(client, athlete_id="nobody").json()["code"] == "unknown_reference"
    blobs = cast("BlobStore", cast("FastAPI", client.app).state.services.platform.blobs)

    async def count() -> int:
        return len([blob async for blob in blobs.list("videos")])

    assert client.portal is not None
    assert client.portal.call(count) == 0


def test_a_failure_is_told_with_its_hint(client: TestClient, analyzer: FakeAnalyzer):
    analyzer.error = lambda _run: UnknownMovement("No person in 236 frames.")
    path = post(client).headers["Location"]
    found = ended(client, path.rpartition("/")[2])
    assert (found["status"], found["error"]["message"]) == ("failed", "No person in 236 frames.")
    missing = client.get(f"{path}/result.json")
    assert (missing.status_code, missing.json()["code"]) == (409, "result_not_ready")


def test_a_refused_video_has_its_overlay_and_report(client: TestClient, analyzer: FakeAnalyzer):
    error = json.loads(load_example("error"))["error"]
    analyzer.error = lambda _run: AnalysisRefused(EngineError.model_validate_json(json.dumps(error)))
    path = post(client, outputs='["overlay", "report", "trajectories"]').headers["Location"]
    found = ended(client, path.rpartition("/")[2])
    assert (found["status"], found["error"]["code"]) == ("failed", "nobody_visible")
    assert [file["name"] for file in found["files"]] == ["overlay.mp4", "report.html"]
    part = client.get(f"{path}/overlay.mp4", headers={"Range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"overlay")
    report = client.get(f"{path}/report.html")
    assert report.headers["content-security-policy"].startswith("sandbox")
    for missing in ("result.json", "trajectories.csv"):
        assert client.get(f"{path}/{missing}").json()["code"] == "result_not_ready"
    assert client.post(f"{path}/shares", json={}).json()["code"] == "result_not_ready"


def test_a_page_of_another_site_may_not_ask(client: TestClient):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = client.get("/api/v1/analyses", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
