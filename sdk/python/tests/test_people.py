"""Athletes, teams, sessions and links to results against a running service."""

from datetime import date

import pytest
from stand_in import PATIENCE_S, video_bytes

from kinemotion_client import KinemotionClient, errors, to_pandas
from kinemotion_client.models import AthleteBody, SessionBody


def test_an_athlete_is_kept_changed_and_erased(client: KinemotionClient):
    made = client.athletes.create(AthleteBody(name="Ana", mass_kg=61.5))
    changed = client.athletes.replace(made.athlete_id, AthleteBody(name="Ana", mass_kg=62.0, born_on=date(2008, 5, 1)))
    assert client.athletes.get(made.athlete_id) == changed
    assert client.athletes.give_consent(made.athlete_id, by="a parent").consented_by == "a parent"
    assert client.athletes.withdraw_consent(made.athlete_id).consent_withdrawn_at
    assert made.athlete_id in [athlete.athlete_id for athlete in client.athletes.list()]
    assert client.athletes.erase(made.athlete_id).athlete_id == made.athlete_id
    with pytest.raises(errors.NotFound):
        client.athletes.get(made.athlete_id)


def test_a_team_has_athletes(client: KinemotionClient):
    team, athlete = client.teams.create("U18"), client.athletes.create(AthleteBody(name="Eva"))
    client.teams.add(team.team_id, athlete.athlete_id)
    assert list(client.athletes.list(team_id=team.team_id)) == [athlete]
    client.teams.remove(team.team_id, athlete.athlete_id)
    assert list(client.athletes.list(team_id=team.team_id)) == []
    assert team in list(client.teams.list())
    client.teams.delete(team.team_id)
    assert team not in list(client.teams.list())


def test_results_of_sessions_become_trends_contrasts_and_a_table(client: KinemotionClient):
    athlete = client.athletes.create(AthleteBody(name="Mia"))
    team = client.teams.create("A")
    days = (date(2026, 11, 6), date(2026, 11, 13))
    sessions = [
        client.sessions.create(SessionBody(title="Test", held_on=day, team_id=team.team_id)).session_id for day in days
    ]
    for session_id, day in zip(sessions, days, strict=True):
        made = client.create_analysis(
            video_bytes(name=session_id), athlete_id=athlete.athlete_id, session_id=session_id, recorded_on=day
        )
        client.wait(made.analysis_id, timeout_s=PATIENCE_S)
    [trend] = client.athletes.list_trends(athlete.athlete_id, sport_type="cmj", metric="jump_height_m")
    assert [found.date for found in trend.days] == list(days)
    contrasts = client.athletes.compare_sessions(
        athlete.athlete_id, sport_type="cmj", session_ids=(sessions[1], sessions[0])
    )
    assert {contrast.metric: contrast.difference for contrast in contrasts}["jump_height_m"] == 0
    table = to_pandas(client.list(athlete_id=athlete.athlete_id))
    assert list(table["recorded_on"]) == list(days[::-1])
    assert (table["jump_height_m_low"] < table["jump_height_m"]).all()
    assert len(list(client.sessions.list(team_id=team.team_id))) == 2
    [entry] = client.sessions.get_results(sessions[1]).entries
    assert (entry.name, entry.sport_type, entry.results) == ("Mia", "cmj", 1)
    assert entry.best
    client.sessions.delete(sessions[0])
    assert [session.session_id for session in client.sessions.list(team_id=team.team_id)] == sessions[1:]


def test_a_result_is_shared_by_a_link_until_it_is_revoked(client: KinemotionClient):
    made = client.create_analysis(video_bytes(name="shared"))
    client.wait(made.analysis_id, timeout_s=PATIENCE_S)
    link = client.shares.create(made.analysis_id, expires_in_s=3600)
    assert [found.share_id for found in client.shares.list(made.analysis_id)] == [link.share_id]
    assert client.shares.open(link.token).result == client.get_analysis(made.analysis_id).result
    client.shares.revoke(made.analysis_id, link.share_id)
    assert client.shares.list(made.analysis_id) == []
    with pytest.raises(errors.NotFound, match="does not work"):
        client.shares.open(link.token)
