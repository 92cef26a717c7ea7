"""All records of an archive were one text, checked at once and written in one transaction: others waited minutes."""

import csv
import io
import json
import zipfile
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from api.v1.test_athletes import create
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from stand_in import HERE, small_settings

from kinemotion_backend.app import create_app
from kinemotion_backend.athletes import archive, archive_format, archive_import
from kinemotion_backend.athletes.archive_import import ArchiveImport

ATHLETES = 7


@pytest.fixture
def client(tmp_path: Path) -> Generator[TestClient]:
    with TestClient(create_app(small_settings(tmp_path), analyzer=FakeAnalyzer(tmp_path)), client=HERE) as client:
        yield client


@pytest.fixture
def exported(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """An export, read in pages of two, of some athletes in a team with a session."""
    monkeypatch.setattr(archive, "MAX_PAGE", 2)
    team = create(client, "teams", name="U18")["team_id"]
    for number in range(ATHLETES):
        athlete = create(client, "athletes", name=f"Ana {number}")["athlete_id"]
        client.put(f"/api/v1/teams/{team}/athletes/{athlete}")
    create(client, "sessions", title="Test", held_on="2026-11-01", team_id=team)
    return client.get("/api/v1/export").content


def read_members(exported: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(exported)) as source:
        return {name: source.read(name) for name in source.namelist()}


def bring(client: TestClient, members: Mapping[str, bytes]) -> tuple[int, Any]:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    answer = client.post("/api/v1/import", content=made.getvalue(), headers={"Content-Type": "application/zip"})
    return answer.status_code, answer.json()


def alter(members: Mapping[str, bytes], name: str, **changes: Any) -> dict[str, bytes]:
    lines = [json.dumps({**json.loads(line), **changes}) for line in members[name].splitlines()]
    return {**members, name: "\n".join(lines).encode()}


def test_every_page_is_exported(exported: bytes) -> None:
    members = read_members(exported)
    assert len(members["athletes.jsonl"].splitlines()) == len(members["memberships.jsonl"].splitlines()) == ATHLETES
    rows = list(csv.DictReader(io.StringIO(members["athletes.csv"].decode())))
    assert {row["name"] for row in rows} == {f"Ana {number}" for number in range(ATHLETES)}


def test_some_records_are_written_at_a_time(
    client: TestClient, exported: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = list[int]()
    write = ArchiveImport._write_people  # pyright: ignore[reportPrivateUsage]

    async def count_and_write(self: ArchiveImport, batch: list[Any]) -> None:
        sizes.append(len(batch))
        await write(self, batch)

    monkeypatch.setattr(ArchiveImport, "_write_people", count_and_write)
    monkeypatch.setattr(archive_import, "AT_ONCE", 3)
    assert bring(client, read_members(exported)) == (
        201,
        {"athletes": ATHLETES, "teams": 1, "sessions": 1, "analyses": 0},
    )
    assert sizes == [3, 3, 1, 1, 3, 3, 1, 1]
    teams = client.get("/api/v1/teams").json()["items"]
    rosters = [client.get(f"/api/v1/athletes?team_id={team['team_id']}").json()["items"] for team in teams]
    assert [len(roster) for roster in rosters] == [ATHLETES, ATHLETES]


@pytest.mark.parametrize("limit", ["MAX_RECORDS", "MAX_DATA_BYTES", "MAX_RECORD_BYTES"])
def test_what_an_export_cannot_hold_is_refused(
    client: TestClient, exported: bytes, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(archive_format, limit, ATHLETES)
    status, problem = bring(client, read_members(exported))
    assert (status, problem["code"]) == (422, "invalid_archive")
    assert len(client.get("/api/v1/athletes").json()["items"]) == ATHLETES


@pytest.mark.parametrize("line", [b"{}", b"[]", b"{", b"\xff", b"{" * 100_000])
def test_a_line_that_is_no_record_is_refused(client: TestClient, exported: bytes, line: bytes) -> None:
    status, problem = bring(client, {**read_members(exported), "sessions.jsonl": line})
    assert (status, problem["code"]) == (422, "invalid_archive")


def test_a_record_of_another_kind_is_no_team(client: TestClient, exported: bytes) -> None:
    members = read_members(exported)
    athlete = json.loads(members["athletes.jsonl"].splitlines()[0])["id"]
    status, problem = bring(client, alter(members, "memberships.jsonl", team_id=athlete))
    assert (status, problem["code"]) == (422, "invalid_archive")
    assert bring(client, alter(members, "sessions.jsonl", team_id=athlete))[0] == 201
    newest = client.get("/api/v1/sessions").json()["items"]
    assert sorted(session["team_id"] is None for session in newest) == [False, True]
