"""An import stored whatever it brought: one value out of range, and the list of athletes was an error for ever."""

import io
import json
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest
from api.v1.test_athletes import analyse, create
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from stand_in import HERE, small_settings

from kinemotion_backend.app import create_app
from kinemotion_backend.athletes import archive_format
from kinemotion_backend.examples import load_example

LISTS = ("athletes", "teams", "sessions", "analyses", "export")
DOCUMENT = json.loads((Path(__file__).parents[1] / "documents" / "cmj.json").read_text("utf-8"))


@pytest.fixture
def client(tmp_path: Path) -> Generator[TestClient]:
    application = create_app(small_settings(tmp_path, max_requests=1), analyzer=FakeAnalyzer(tmp_path))
    with TestClient(application, client=HERE) as client:
        yield client


@pytest.fixture
def exported(client: TestClient) -> bytes:
    """An export with one of everything."""
    team = create(client, "teams", name="U18")["team_id"]
    athlete = create(client, "athletes", name="Ana", external_id="7")["athlete_id"]
    client.put(f"/api/v1/teams/{team}/athletes/{athlete}")
    session = create(client, "sessions", title="Test", held_on="2026-11-01", team_id=team)["session_id"]
    analyse(client, 1, athlete_id=athlete, session_id=session)
    return client.get("/api/v1/export").content


def alter(exported: bytes, kind: str, *, document: bytes | None = None, **changes: Any) -> bytes:
    """The export with other fields in each record of the kind, and another document of its analysis."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == f"{kind}.jsonl":
                content = "\n".join(json.dumps({**json.loads(line), **changes}) for line in content.splitlines())
            if name.startswith("results/") and document is not None:
                content = document
            target.writestr(name, content)
    return made.getvalue()


def bring(client: TestClient, content: bytes) -> tuple[int, str]:
    answer = client.post("/api/v1/import", content=content, headers={"Content-Type": "application/zip"})
    return answer.status_code, answer.json().get("code", "")


def count_lists(client: TestClient) -> dict[str, int]:
    """How many of each there are; every list can be read."""
    answers = {name: client.get(f"/api/v1/{name}") for name in LISTS}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {name: len(answers[name].json()["items"]) for name in LISTS if name != "export"}


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("athletes", {"created_at": "2026-11-01T10:00:00"}),
        ("athletes", {"consented_at": "2026-11-01T10:00:00"}),
        ("athletes", {"name": ""}),
        ("athletes", {"name": "x" * 201}),
        ("athletes", {"height_m": 180}),
        ("athletes", {"mass_kg": 7}),
        ("athletes", {"external_id": ""}),
        ("teams", {"name": "x" * 201}),
        ("teams", {"created_at": "2026-11-01T10:00:00"}),
        ("memberships", {"created_at": "2026-11-01T10:00:00"}),
        ("sessions", {"title": ""}),
        ("sessions", {"notes": "x" * 5001}),
        ("analyses", {"created_at": "2026-11-01T10:00:00"}),
        ("analyses", {"finished_at": "2026-11-01T10:00:00"}),
    ],
)
def test_what_a_client_may_not_say_no_archive_may(
    client: TestClient, exported: bytes, kind: str, changes: dict[str, Any]
) -> None:
    before = count_lists(client)
    assert bring(client, alter(exported, kind, **changes)) == (422, "invalid_archive")
    assert count_lists(client) == before


@pytest.mark.parametrize(
    "document",
    [
        b"<script>",
        b"{}",
        json.dumps({**DOCUMENT, "schema_version": "2.0"}).encode(),
        json.dumps({**DOCUMENT, "from_the_future": float("nan")}).encode(),
        json.dumps({**DOCUMENT, "data": {"jump_height_m": "high"}}).encode(),
    ],
)
def test_a_result_that_does_not_keep_the_contract_is_refused(
    client: TestClient, exported: bytes, document: bytes
) -> None:
    before = count_lists(client)
    assert bring(client, alter(exported, "analyses", document=document)) == (422, "invalid_archive")
    assert count_lists(client) == before


def test_a_record_says_what_its_document_says(client: TestClient, exported: bytes) -> None:
    lies: dict[str, Any] = {"sport": "golf", "summary": {"data": {"jump_height_m": 9.9}}, "engine_version": "x" * 9999}
    assert bring(client, alter(exported, "analyses", **lies))[0] == 201
    items = client.get("/api/v1/analyses").json()["items"]
    measured = json.loads(load_example("cmj"))
    assert [item["result"]["data"] for item in items] == [measured["data"]] * 2
    assert [item["sport_type"] for item in items] == ["cmj"] * 2
    assert max(len(item["engine_version"]) for item in items) < 65


def test_a_list_of_more_than_an_export_holds_is_not_read(
    client: TestClient, exported: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python reads it at once: 300,000 entries, 24 MB, held every other request for six seconds."""
    monkeypatch.setattr(archive_format.BoundedFile, "most_bytes", 64)
    assert bring(client, exported) == (422, "invalid_archive")


def test_an_import_takes_the_place_of_a_video(client: TestClient, exported: bytes) -> None:
    place = cast("Any", client.app).state.services.receiver.admission
    with place.hold_place("192.0.2.7"):
        assert bring(client, exported) == (503, "saturated")
    assert bring(client, exported)[0] == 201
