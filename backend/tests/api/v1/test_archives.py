"""Export and import: what goes out comes in again."""

import csv
import io
import json
import zipfile

from api.v1.test_athletes import analyse, create
from fastapi.testclient import TestClient

from kinemotion_backend.examples import load_example


def test_everything_goes_out_and_comes_in_again(client: TestClient):
    team = create(client, "teams", name="U18")["team_id"]
    athlete = create(client, "athletes", name="=Ana", mass_kg=61.5)["athlete_id"]
    client.put(f"/api/v1/teams/{team}/athletes/{athlete}")
    session = create(client, "sessions", title="Test", held_on="2026-11-01", team_id=team)["session_id"]
    analysis = analyse(client, 1, athlete_id=athlete, session_id=session)
    exported = client.get("/api/v1/export")
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert json.loads(archive.read("archive.json")) == {"version": 1}
        assert json.loads(archive.read("athletes.jsonl"))["name"] == "=Ana"
        assert archive.read(f"results/{analysis}.json").decode() == load_example("cmj")
        [row] = csv.DictReader(io.StringIO(archive.read("athletes.csv").decode()))
        assert (row["name"], row["mass_kg"]) == ("'=Ana", "61.5")
        rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode())))
        assert {row["recorded_on"] for row in rows} == {"2026-11-01"}
    client.delete(f"/api/v1/athletes/{athlete}")
    client.delete(f"/api/v1/teams/{team}")
    imported = client.post("/api/v1/import", content=exported.content)
    assert (imported.status_code, imported.json()) == (201, {"athletes": 1, "teams": 1, "sessions": 1, "analyses": 1})
    [found] = client.get("/api/v1/analyses").json()["items"]
    assert (found["status"], found["recorded_on"]) == ("completed", "2026-11-01")
    assert client.get(f"/api/v1/analyses/{found['analysis_id']}/result.json").text == load_example("cmj")
    assert client.get(f"/api/v1/athletes/{found['athlete_id']}").json()["name"] == "=Ana"


def write_damaged_archives() -> list[bytes]:
    """Zip files that cannot be unpacked: encrypted, of an unknown compression, and with other bytes than promised."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive.json", b"{}" * 100)
    content = whole.getvalue()
    place, directory = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    encrypted, compressed, damaged = bytearray(content), bytearray(content), bytearray(content)
    encrypted[place + 6] = encrypted[directory + 8] = 1
    compressed[place + 8] = compressed[directory + 10] = 99
    data = place + 30 + len("archive.json")
    damaged[data : data + 4] = b"\xff" * 4
    return [bytes(encrypted), bytes(compressed), bytes(damaged)]


def test_another_file_is_refused(client: TestClient):
    for content in (b"no zip", b"", *write_damaged_archives()):
        refused = client.post("/api/v1/import", content=content)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_archive")
