"""Failures are told in the language of the reader, and to programs in English; patterns are expanded on Windows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli.main import expand_patterns

Wrong = Callable[[str], Path]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--lang", "es"], "Error: Falta VIDEO...."),
        (["a.mp4", "--lang", "es", "--qualty", "fast"], "Consejo: ¿Quería decir --quality?"),
        (["a.mp4", "--lang=fr", "--mass", "heavy"], "Erreur: Valeur non valable pour --mass"),
        (["a.mp4", "--lang", "fr", "--json"], "Erreur: L'option --json a besoin"),
    ],
)
def test_mistakes_are_told_in_the_language_of_the_reader(kinemotion: Any, arguments: list[str], told: str):
    ended = kinemotion("cmj-analyze", *arguments)
    assert ended.status == 2
    assert told in ended.err


def test_the_document_of_a_failure_is_in_english_for_programs(kinemotion: Any, wrong: Wrong):
    ended = kinemotion("cmj-analyze", wrong("missing"), "--lang", "es", "--json", "-")
    assert ended.document["error"]["message"] == "There is no file at that path."
    assert ended.document["error"]["code"] == "video_not_found"


def test_patterns_are_expanded_where_the_shell_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.mp4", "a.mp4", "c.mov"):
        (tmp_path / name).touch()
    typed = ["cmj-analyze", "*.mp4", "--csv", "all.csv", "[x]*.mov"]
    assert expand_patterns(typed) == ["cmj-analyze", "a.mp4", "b.mp4", "--csv", "all.csv", "[x]*.mov"]
