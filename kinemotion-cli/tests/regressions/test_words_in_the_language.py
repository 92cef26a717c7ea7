"""Words and numbers of the talk stayed English: what --verbose adds, names of movements, labels before a colon."""

import re
from pathlib import Path
from typing import Any

import pytest

from kinemotion.i18n.texts import load_texts


@pytest.fixture
def recorded(sample: Path) -> list[Any]:
    """The sample clip with its recorded poses."""
    return [sample, "--estimator", f"recorded:{sample.parents[2] / 'kinemotion-cli' / 'tests' / 'data' / 'cmj.npz'}"]


@pytest.mark.parametrize("lang", ["es", "fr"])
def test_details_are_in_the_language(kinemotion: Any, recorded: list[Any], lang: str):
    english = kinemotion("cmj-analyze", *recorded, "--verbose").out
    text = kinemotion("cmj-analyze", *recorded, "--verbose", "--lang", lang).out
    details = text[text.index("100/100") :]
    assert not re.search(r"\d\.\d", details.replace("0.1.0", ""))
    assert "_" not in details.replace("pose_landmarks_full", "")
    lines = set(re.findall(r"^ +([A-Z][a-z ]+?)  ", english[english.index("100/100") :], re.MULTILINE))
    assert "Frame rate" in lines
    assert not any(line in details for line in lines)


def test_a_colon_of_french_has_a_space_before_it(kinemotion: Any):
    ended = kinemotion("cmj-analyze", "nothing.mp4", "--lang", "fr")
    assert ended.err.startswith("Erreur\u00a0: ")
    assert "\nConseil\u00a0: " in ended.err


def test_the_movements_that_cannot_be_compared_have_their_names(kinemotion: Any, recorded: list[Any], tmp_path: Path):
    poses = recorded[2].replace("cmj.npz", "running.npz")
    run = recorded[0].with_name("running.mp4")
    kinemotion("cmj-analyze", *recorded, "--json", tmp_path / "a.json")
    kinemotion("running-analyze", run, "--estimator", poses, "--json", tmp_path / "b.json")
    ended = kinemotion("compare", tmp_path / "a.json", tmp_path / "b.json", "--lang", "es")
    titles = map(load_texts("es").movement_title, ("Countermovement jump", "Running"))
    assert all(title.lower() in ended.err for title in titles)
