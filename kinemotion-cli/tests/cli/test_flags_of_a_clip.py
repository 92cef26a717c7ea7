"""Flags that choose what is decoded, whose trials count, and what is kept of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import finds

from kinemotion.motion.report import Trial


@pytest.mark.parametrize(
    ("flag", "variable", "value"),
    [
        ("--max-duration", "KINEMOTION_MAX_DURATION_S", "0.5"),
        ("--max-frames", "KINEMOTION_MAX_FRAMES", "10"),
        ("--max-pixels", "KINEMOTION_MAX_PIXELS", "1000"),
    ],
)
def test_a_video_beyond_the_limits_is_refused(
    kinemotion: Any, clip: Path, monkeypatch: pytest.MonkeyPatch, measured: None, flag: str, variable: str, value: str
):
    for command in ("toy-analyze", "probe"):
        assert kinemotion(command, clip).status == 0
        ended = kinemotion(command, clip, flag, value, "--json", "-")
        assert (ended.status, ended.document["error"]["code"]) == (3, "video_too_large")
    monkeypatch.setenv(variable, value)
    assert kinemotion("probe", clip).status == 3


def test_the_limits_are_no_part_of_a_result(kinemotion: Any, clip: Path, measured: None):
    ended = kinemotion("toy-analyze", clip, "--max-frames", "30", "--json", "-")
    assert "limits" not in ended.document["metadata"]["algorithm"]["settings"]


def test_one_athlete_of_several_can_be_chosen(
    kinemotion: Any, clip: Path, measured: None, toy_trial: Trial, monkeypatch: pytest.MonkeyPatch
):
    finds(monkeypatch, toy_trial, replace(toy_trial, index=1, person=3))
    assert len(kinemotion("toy-analyze", clip, "--json", "-").document["trials"]) == 2
    [trial] = kinemotion("toy-analyze", clip, "--person", "3", "--json", "-").document["trials"]
    assert trial["person"] == 3
    ended = kinemotion("toy-analyze", clip, "--person", "2")
    assert ended.status == 2
    assert "Person 2 has no trial in this video." in ended.err
    assert "Choose one with --person: 0, 3." in ended.err


def test_saved_poses_are_analysed_again_to_the_same_numbers(kinemotion: Any, sample: Path, tmp_path: Path):
    recorded = sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz"
    saved, documents = tmp_path / "jump.npz", (tmp_path / "first.json", tmp_path / "again.json")
    first = ("cmj-analyze", sample, "--estimator", f"recorded:{recorded}", "--json", documents[0])
    assert kinemotion(*first, "--save-poses", saved).status == 0
    again = ("cmj-analyze", sample, "--estimator", f"recorded:{saved}", "--json", documents[1])
    assert kinemotion(*again).status == 0
    one, other = (json.loads(path.read_text())["data"] for path in documents)
    assert one == other
