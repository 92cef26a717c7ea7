"""Routes, problems and headers, in one process with a pretended engine."""

import errno
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from stand_in import HERE, PROBLEM, small_settings, video_bytes
from structlog.testing import capture_logs

from kinemotion_backend import __version__, platform_wiring
from kinemotion_backend.adapters.mock_adapter import ConfigurableMockAnalyzer
from kinemotion_backend.api import routes, video_form
from kinemotion_backend.api.schemas import write_answer
from kinemotion_backend.app import create_app
from kinemotion_backend.contract.documents import Engine, EngineError, MovementInfo
from kinemotion_backend.errors import (
    AnalysisRefused,
    AnalysisTimeout,
    EngineCrashed,
    EngineTemporarilyUnavailable,
    EngineUnusable,
    Saturated,
    ServiceError,
    TooManyAtOnce,
)
from kinemotion_backend.examples import load_example
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.jobs.embedded import EmbeddedQueue
from kinemotion_backend.records.base import Records
from kinemotion_backend.settings import Settings
from kinemotion_backend.video_analyzer import AnalysisDocument, VideoAnalyzer
from kinemotion_backend.workspace import MARKER


def post(client: TestClient, content: bytes = video_bytes(), /, **fields: str) -> Any:
    files = {"video": ("../../etc/clip.mp4", content)}
    return client.post("/api/analyze", files=files, data=fields)


def test_is_healthy(client: TestClient) -> None:
    answered = client.get("/health").json()
    assert answered["status"] == "healthy"
    assert answered["service"] == "kinemotion-backend"
    assert answered["versions"] == {
        "service": __version__,
        "contract": "1.x",
        "engine": json.loads(load_example("version"))["version"],
        "engine_contract": json.loads(load_example("version"))["schema_version"],
    }


def test_is_ready_as_long_as_the_engine_is(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/ready").json()["engine"]["name"] == "kinemotion"

    async def missing(_self: object) -> Engine:
        raise EngineUnusable("gone")

    monkeypatch.setattr(ConfigurableMockAnalyzer, "get_engine", missing)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert answer.json()["code"] == "engine_unusable"


def test_lists_sports(client: TestClient) -> None:
    sports = {sport["name"]: sport for sport in client.get("/api/v1/sports").json()["sports"]}
    assert sports["cmj"]["title"] == "Countermovement jump"
    assert "jump_height_m" in [metric["key"] for metric in sports["cmj"]["metrics"]]


def test_analyzes(client: TestClient) -> None:
    answer = post(client, jump_type="countermovement_jump", quality="accurate", mass_kg="80")
    assert answer.status_code == 200, answer.text
    answered, expected = answer.json(), json.loads(load_example("cmj"))
    assert answered["status"] == "success"
    assert answered["jump_type"] == "cmj"
    assert answered["quality"] == "accurate"
    assert answered["metrics"] == expected["data"]
    assert answered["intervals"] == expected["intervals"]
    expected["metadata"]["processing"]["quality_preset"] = "accurate"
    assert answered["document"] == expected
    assert answered["engine"]["models"]


def test_writes_answers_off_the_event_loop(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = list[threading.Thread]()

    def noted(document: AnalysisDocument) -> bytes:
        threads.append(threading.current_thread())
        return write_answer(document)

    async def loop_thread(_self: object) -> tuple[MovementInfo, ...]:
        threads.append(threading.current_thread())
        return ()

    monkeypatch.setattr(routes, "write_answer", noted)
    assert post(client, jump_type="cmj").status_code == 200
    monkeypatch.setattr(ConfigurableMockAnalyzer, "list_movements", loop_thread)
    client.get("/api/v1/sports")
    assert threads[0] is not threads[1]


def test_passes_every_option_to_the_engine(tmp_path: Path, stub: Path) -> None:
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=str(stub))), client=HERE) as client:
        given = {"mass_kg": "70", "athlete_height_m": "1.8", "sex": "female", "speed_m_s": "3.5", "capture_fps": "240"}
        answer = post(client, jump_type="drop_jump", drop_height_m="0.4", **given)
    arguments = answer.json()["document"]["metadata"]["stub"]["arguments"]
    expected = ["--mass=70", "--athlete-height=1.8", "--sex=female", "--speed=3.5", "--capture-fps=240"]
    head = ["dropjump-analyze", "--quality", "balanced", "--lang", "en"]
    assert arguments[:11] == [*head, *expected, "--drop-height=0.4"]


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"jump_type": ""}, "invalid_request", "jump_type"),
        ({"jump_type": "cmj", "quality": "best"}, "invalid_request", "quality"),
        ({"jump_type": "cmj", "mass_kg": "heavy"}, "invalid_option", "mass_kg"),
        ({"jump_type": "cmj", "mass_kg": "nan"}, "invalid_option", "mass_kg"),
        ({"jump_type": "cmj", "sex": "x"}, "invalid_option", "sex"),
        ({"jump_type": "cmj", "shoe_size": "44"}, "invalid_option", "shoe_size"),
        ({"jump_type": "dropjump", "drop_height": "40"}, "invalid_option", "drop_height"),
    ],
)
def test_says_which_field_is_not_valid(client: TestClient, fields: dict[str, str], code: str, named: str) -> None:
    answer = post(client, **fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["code"] == code
    assert [error["field"] for error in answer.json()["errors"]] == [named]


def test_a_countermovement_jump_is_the_default(client: TestClient) -> None:
    assert post(client).json()["jump_type"] == "cmj"


def test_says_that_it_knows_no_such_movement(client: TestClient) -> None:
    answer = post(client, jump_type="somersault")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_movement")


REFUSED = EngineError(code="nobody_visible", message="No person in 9 frames.", hint="Film the athlete.")
BROKEN = EngineError(code="model_problem", message="There is no /srv/model.")
FAILURES = [
    (AnalysisRefused(REFUSED), 422, "nobody_visible"),
    (EngineTemporarilyUnavailable(BROKEN), 503, "model_problem"),
    (AnalysisTimeout("too long"), 504, "analysis_timeout"),
    (EngineCrashed("crashed"), 500, "engine_crashed"),
    (Saturated("full"), 503, "saturated"),
    (TooManyAtOnce("yours"), 429, "too_many_at_once"),
]


@pytest.mark.parametrize(("failure", "status", "code"), FAILURES)
def test_tells_failures_as_problems(
    client: TestClient, analyzer: ConfigurableMockAnalyzer, failure: ServiceError, status: int, code: str
) -> None:
    analyzer.failure = failure
    answer = post(client, jump_type="cmj")
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["code"] == code
    assert answer.json()["detail"] == failure.message
    assert answer.json()["hint"] == failure.hint
    assert ("retry-after" in answer.headers) == (status in {429, 503})


def test_a_bug_of_ours_tells_nothing_of_itself(
    client: TestClient, analyzer: ConfigurableMockAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyzer, "failure", ValueError("/root/secret/path"))
    with capture_logs() as logs:
        answer = post(client, jump_type="cmj")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["x-request-id"]
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text
    assert [entry["event"] for entry in logs] == ["unforeseen", "request"]


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/nothing", 404, None),
        ("GET", "/health/", 404, None),
        ("GET", "/api/analyze", 405, "POST"),
        ("POST", "/health", 405, "GET"),
    ],
)
def test_routes_that_are_not_there_are_problems_too(
    client: TestClient, method: str, path: str, status: int, allowed: str | None
) -> None:
    answer = client.request(method, path, follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.headers.get("allow") == allowed


def test_a_full_disk_is_no_bug(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/secret/video")

    monkeypatch.setattr(video_form, "_save", full)
    with capture_logs() as logs:
        answer = post(client, jump_type="cmj")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "saturated", "5")
    assert "secret" not in answer.text
    assert logs[0]["problem"] == "No space left on device"


def test_leaves_nothing_behind(client: TestClient, tmp_path: Path) -> None:
    post(client, jump_type="cmj")
    post(client, jump_type="somersault")
    [folder] = [path for path in (tmp_path / "work").iterdir() if path.is_dir()]
    assert [path.name for path in folder.iterdir()] == [MARKER]


def test_the_server_removes_its_folder(tmp_path: Path, analyzer: VideoAnalyzer) -> None:
    with TestClient(create_app(small_settings(tmp_path), analyzer=analyzer)):
        pass
    assert not list((tmp_path / "work").iterdir())


def test_does_not_start_without_an_engine(tmp_path: Path) -> None:
    app = create_app(small_settings(tmp_path, kinemotion_cli=str(tmp_path / "nothing")))
    with pytest.raises(RuntimeError, match="Install the engine"), TestClient(app):
        pass


def test_closes_a_queue_whose_opening_fails(
    tmp_path: Path, analyzer: VideoAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[JobQueue] = []

    class HalfOpenQueue(EmbeddedQueue):
        async def open(self) -> None:
            raise OSError("the queue does not open")

        async def close(self) -> None:
            closed.append(self)

    def make_queue(_settings: Settings, records: Records) -> JobQueue:
        return HalfOpenQueue(records)

    monkeypatch.setattr(platform_wiring, "make_queue", make_queue)
    app = create_app(small_settings(tmp_path), analyzer=analyzer)
    with pytest.raises(OSError, match="does not open"), TestClient(app):
        pass
    assert len(closed) == 1


def test_mock_is_chosen_by_a_setting(tmp_path: Path) -> None:
    with TestClient(create_app(small_settings(tmp_path, use_mock_analyzer=True)), client=HERE) as client:
        assert post(client, jump_type="cmj").json()["metrics"] == json.loads(load_example("cmj"))["data"]
