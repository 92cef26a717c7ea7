"""Routes of athletes, teams and sessions, over the embedded platform."""

from typing import Any

from fastapi.testclient import TestClient
from stand_in import eventually, video_bytes


def create(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def analyse(client: TestClient, order: int, **fields: str) -> str:
    files = {"video": ("clip.mp4", video_bytes(order=order), "video/mp4")}
    taken = client.post("/api/v1/analyses", files=files, data={"sport_type": "cmj", **fields})
    path = taken.headers["Location"]
    assert eventually(lambda: client.get(path).json()["status"] == "completed")
    return taken.json()["analysis_id"]


def test_an_athlete_is_kept_measured_compared_and_forgotten(client: TestClient):
    athlete = create(client, "athletes", name="Ana", mass_kg=61.5, external_id="17")["athlete_id"]
    path = f"/api/v1/athletes/{athlete}"
    sessions = [create(client, "sessions", title="Test", held_on=f"2026-11-0{day}")["session_id"] for day in (1, 2)]
    ids = [analyse(client, number, athlete_id=athlete, session_id=session) for number, session in enumerate(sessions)]
    assert client.get(f"/api/v1/analyses/{ids[0]}").json()["config"] == {"mass_kg": 61.5}
    [trend] = client.get(f"{path}/trends", params={"metric": "jump_height_m"}).json()
    assert [(day["date"], day["verdict"]) for day in trend["days"]] == [
        *(("2026-11-01", "first"), ("2026-11-02", "within error"))
    ]
    query = {"sport_type": "cmj", "session_ids": sessions}
    contrasts = client.get(f"{path}/comparison", params=query).json()
    assert {contrast["is_real"] for contrast in contrasts} == {False}
    erased = client.delete(path).json()
    assert (erased["analyses"], erased["deleted"][0]) == (2, "videos")
    assert [client.get(f"/api/v1/analyses/{found}").status_code for found in ids] == [404, 404]
    assert client.get(path).status_code == 404


def test_consent_is_given_withdrawn_and_given_again(client: TestClient):
    athlete = create(client, "athletes", name="Ben")["athlete_id"]
    path = f"/api/v1/athletes/{athlete}/consent"
    assert client.put(path, json={"by": "his father"}).json()["consented_by"] == "his father"
    withdrawn = client.delete(path).json()
    assert (withdrawn["consented_by"], withdrawn["consent_withdrawn_at"] is None) == (None, False)
    files = {"video": ("clip.mp4", video_bytes(), "video/mp4")}
    refused = client.post("/api/v1/analyses", files=files, data={"sport_type": "cmj", "athlete_id": athlete})
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_withdrawn")
    client.put(path, json={"by": "Ben"})
    analyse(client, 1, athlete_id=athlete)


def test_an_external_id_is_given_once(client: TestClient):
    create(client, "athletes", name="Ana", external_id="17")
    other = create(client, "athletes", name="Ben")["athlete_id"]
    taken = client.post("/api/v1/athletes", json={"name": "Cem", "external_id": "17"})
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict")
    changed = client.put(f"/api/v1/athletes/{other}", json={"name": "Ben", "external_id": "17"})
    assert changed.status_code == 409


def test_teams_have_members(client: TestClient):
    team = create(client, "teams", name="U18")["team_id"]
    athlete = create(client, "athletes", name="Ana")["athlete_id"]
    create(client, "athletes", name="Ben")
    member = f"/api/v1/teams/{team}/athletes/{athlete}"
    assert client.put(member).status_code == 204
    found = client.get("/api/v1/athletes", params={"team_id": team}).json()["items"]
    assert [item["name"] for item in found] == ["Ana"]
    assert client.delete(member).status_code == 204
    assert client.get("/api/v1/athletes", params={"team_id": team}).json()["items"] == []
    assert client.delete(f"/api/v1/teams/{team}").status_code == 204
    assert client.put(member).status_code == 404


def test_a_testing_day_has_a_table_of_its_team(client: TestClient):
    team = create(client, "teams", name="U18")["team_id"]
    ana, ben = (create(client, "athletes", name=name)["athlete_id"] for name in ("Ana", "Ben"))
    for athlete in (ana, ben):
        assert client.put(f"/api/v1/teams/{team}/athletes/{athlete}").status_code == 204
    day = create(client, "sessions", title="Test", held_on="2026-11-20", team_id=team)["session_id"]
    for order in range(2):
        analyse(client, order, athlete_id=ana, session_id=day)
    found = client.get(f"/api/v1/sessions/{day}/results").json()
    assert found["session"]["team_id"] == team
    assert [(each["name"], each["sport_type"], each["results"]) for each in found["entries"]] == [
        *(("Ana", "cmj", 2), ("Ben", None, 0))
    ]
    assert found["entries"][0]["best"]["result"]["data"]["jump_height_m"] > 0
    table = client.get(f"/api/v1/sessions/{day}/results.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[-1].startswith(f"{ben},,Ben,,0")
    assert client.get("/api/v1/sessions/none/results").status_code == 404
