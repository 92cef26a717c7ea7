"""The option ``--events``: a file or JSON text; the document contains what was found and what was corrected."""

import json
from pathlib import Path
from typing import Any

import pytest

RECORDED = Path(__file__).parents[1] / "data" / "cmj.npz"


def test_the_document_contains_both_instants(kinemotion: Any, sample: Path, tmp_path: Path):
    command = ("cmj-analyze", sample, "--estimator", f"recorded:{RECORDED}", "--json", "-")
    automatic = kinemotion(*command).document
    [takeoff] = [event for event in automatic["trials"][0]["events"] if event["name"] == "takeoff"]
    given = {"events": [{"name": "takeoff", "time_s": takeoff["time_s"] + 0.01}]}
    path = tmp_path / "events.json"
    path.write_text(json.dumps(given))
    documents = [kinemotion(*command, "--events", events).document for events in (path, json.dumps(given))]
    for document in documents:
        [corrected] = [event for event in document["trials"][0]["events"] if event["name"] == "takeoff"]
        assert corrected["automatic_s"] == takeoff["time_s"]
        assert corrected["time_s"] == pytest.approx(takeoff["time_s"] + 0.01, abs=1e-4)
        assert document["data"]["flight_time_ms"] < automatic["data"]["flight_time_ms"]
        settings = document["metadata"]["algorithm"]["settings"]
        assert [event["name"] for event in settings["events"]] == ["takeoff"]
    assert documents[0]["data"] == documents[1]["data"]
    assert "events" not in automatic["metadata"]["algorithm"]["settings"]


@pytest.mark.parametrize(
    "given",
    [
        "no such file",
        "{",
        '{"marks": []}',
        "[1]",
        '[{"name": "takeoff"}]',
        '[{"name": "takeoff", "time_s": "soon"}]',
        '[{"name": "takeoff", "time_s": 1, "side": "up"}]',
        '[{"name": "takeoff", "time_s": 1, "trial": -1}]',
        '[{"name": "takeoff", "time_s": 1, "side": []}]',
        '[{"name": "takeoff", "time_s": NaN}]',
        f'[{{"name": "takeoff", "time_s": {"9" * 400}}}]',
        "[" * 50_000,
        '[{"name": "takeoff", "time_s": 1, "colour": "red"}]',
    ],
)
def test_what_is_no_list_of_events_is_refused(kinemotion: Any, sample: Path, given: str):
    ended = kinemotion("cmj-analyze", sample, "--events", given)
    assert ended.status == 2
    assert "--events" in ended.err


def test_a_correction_of_a_trial_that_is_not_there_is_refused(kinemotion: Any, sample: Path):
    given = '[{"name": "takeoff", "time_s": 1, "trial": 1}]'
    ended = kinemotion("cmj-analyze", sample, "--estimator", f"recorded:{RECORDED}", "--events", given)
    assert ended.status == 2
    assert "A correction is for trial 1. In this video the last trial is 0." in ended.err
