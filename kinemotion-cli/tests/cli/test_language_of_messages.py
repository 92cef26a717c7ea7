"""Failures are shown in the language of the reader, and to programs in English; patterns are expanded on Windows."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from kinemotion.cli.main import expand_patterns
from kinemotion.cli.main import kinemotion as program

Wrong = Callable[[str], Path]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--lang", "es"], "Error: Falta VIDEO.\n"),
        (["a.mp4", "--lang", "es", "--qualty", "fast"], "Consejo: ¿Quería decir --quality?"),
        (["a.mp4", "--lang=fr", "--mass", "heavy"], "Erreur\u00a0: Valeur non valable pour --mass"),
        (["a.mp4", "--lang", "fr", "--json"], "Erreur\u00a0: L’option --json a besoin"),
        (["a.mp4", "--lang", "es", "--mass", "heavy"], "--mass: 'heavy' no es un número."),
        (["a.mp4", "--lang", "es", "--mass", "3"], "--mass: 3 no está entre 20 y 300."),
        (["a.mp4", "--lang", "fr", "--sex", "x"], "--sex\u00a0: 'x' n’est pas l’un de"),
        (["a.mp4", "--lang", "fr", "--date", "soon"], "n’est pas une date"),
        (["a.mp4", "--lang", "es", "--json", "x.txt"], "no tiene una extensión que se pueda escribir"),
    ],
)
def test_mistakes_are_shown_in_the_language_of_the_reader(kinemotion: Any, arguments: list[str], expected: str):
    ended = kinemotion("cmj-analyze", *arguments)
    assert ended.status == 2
    assert expected in ended.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["doctor", "--lang", "es"], "decodificador h264: presente"),
        (["movements", "--lang", "fr"], "Saut avec contre-mouvement\u00a0: "),
        (["version", "--lang", "es"], ", contrato "),
    ],
)
def test_what_commands_print_is_in_the_language_of_the_reader(kinemotion: Any, arguments: list[str], expected: str):
    ended = kinemotion(*arguments)
    assert ended.status == 0
    assert expected in ended.out


def test_a_clip_is_described_in_the_language_of_the_reader(kinemotion: Any, clip: Path):
    assert kinemotion("probe", clip, "--lang", "fr").out == "h264 64x64, 1,0 s à 25,0 images/s\n"


def test_every_command_that_prints_words_knows_the_language():
    context = click.Context(program)
    silent = {"schema", "stream"}  # names of schemas; lines for programs
    for name in set(program.list_commands(context)) - silent:
        command = program.get_command(context, name)
        assert command
        assert "lang" in [parameter.name for parameter in command.params], name


def test_the_document_of_a_failure_is_in_english_for_programs(kinemotion: Any, wrong: Wrong):
    ended = kinemotion("cmj-analyze", wrong("missing"), "--lang", "es", "--json", "-")
    assert ended.document["error"]["message"] == "There is no file 'nothing.mp4'."
    assert ended.document["error"]["code"] == "video_not_found"


def test_patterns_are_expanded_where_the_shell_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.mp4", "a.mp4", "c.mov"):
        (tmp_path / name).touch()
    typed = ["cmj-analyze", "*.mp4", "--csv", "all.csv", "[x]*.mov"]
    assert expand_patterns(typed) == ["cmj-analyze", "a.mp4", "b.mp4", "--csv", "all.csv", "[x]*.mov"]


def test_patterns_are_expanded_on_windows(kinemotion: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.mp4").touch()
    assert "There is no file '*.mp4'" in kinemotion("probe", "*.mp4").err
    monkeypatch.setattr("kinemotion.cli.main.sys", SimpleNamespace(platform="win32"))
    assert "The file is empty." in kinemotion("probe", "*.mp4").err
