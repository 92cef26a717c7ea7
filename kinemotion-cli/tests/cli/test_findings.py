"""The commands that read results: what they write where, and what they refuse."""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli.results import findings
from kinemotion.errors import OutputProblem

DAYS = ("2026-01-05", "2026-02-05", "2026-03-05")


def test_a_comparison_is_text_document_and_table(kinemotion: Any, result: Any, tmp_path: Path):
    paths = [result(name, jump_height_m=(value, 0.01)).path for name, value in (("a", 0.3), ("b", 0.4))]
    ended = kinemotion("compare", *paths, "--json", "-", "--csv", tmp_path / "c.csv")
    assert ended.document["comparisons"][0]["kind"] == "sessions"
    assert "* Jump height" in ended.err
    with (tmp_path / "c.csv").open() as file:
        assert [row["metric"] for row in csv.DictReader(file)] == ["jump_height_m"]
    assert kinemotion("compare", "--left", paths[0], "--right", paths[1]).out.startswith("Left against right")
    assert kinemotion("compare", paths[0], "--right", paths[1]).status == 2
    assert kinemotion("compare", *paths, "--json", paths[0]).status == 7
    assert kinemotion("compare", *paths, "--csv", tmp_path / "c.txt").status == 2


def test_a_history_is_text_table_and_plot(kinemotion: Any, result: Any, tmp_path: Path):
    for day, height in zip(DAYS, (0.30, 0.32, 0.34), strict=True):
        result(f"ana-{day}", athlete="Ana", date=day, jump_height_m=(height, 0.002))
    result("ben", athlete="Ben", jump_height_m=(0.40, 0.002))
    (tmp_path / "broken.json").write_text("{")
    out = tmp_path / "out"
    out.mkdir()
    files = ("--csv", out / "h.csv", "--plot", out / "h.svg", "--json", out / "h.json")
    ended = kinemotion("history", tmp_path, "--athlete", "Ana", *files)
    assert ended.status == 0
    assert "Ben" not in ended.out
    assert "Smallest worthwhile change 0.4\u00a0cm" in ended.out
    assert "Left out: 'broken.json' is not a JSON document." in ended.err
    with (out / "h.csv").open() as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["first", "worthwhile", "worthwhile"]
    plot = (out / "h.svg").read_text()
    assert "Ana · Countermovement jump · Jump height" in plot
    assert all(day in plot for day in DAYS)


@pytest.mark.posix
def test_a_history_does_not_wait_for_a_pipe(kinemotion: Any, result: Any, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.json")
    result("a", jump_height_m=(0.35, 0.01))
    assert kinemotion("history", tmp_path).status == 0


def test_a_table_that_cannot_be_written_costs_no_text(
    kinemotion: Any, result: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fill_disk(*_: object, **__: object) -> None:
        raise OutputProblem("No space left on device.")

    monkeypatch.setattr(findings, "write_table", fill_disk)
    paths = [result(name, jump_height_m=(0.35, 0.01)).path for name in "ab"]
    ended = kinemotion("compare", *paths, "--csv", tmp_path / "change.csv")
    assert ended.status == 7
    assert "Jump height" in ended.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["{}/missing"], 2),
        (["{}"], 2),
        (["{}", "--metric", "nothing"], 2),
        (["{}", "--plot", "{}/h.txt"], 2),
        (["{}", "--plot", "{}/missing/h.png"], 7),
        (["{}", "--csv", "{}/missing/h.csv"], 7),
    ],
)
def test_what_cannot_be_answered_or_written_is_refused(
    kinemotion: Any, tmp_path: Path, arguments: list[str], status: int
):
    assert kinemotion("history", *(part.format(tmp_path) for part in arguments)).status == status


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("es", ["Cambio: Salto con contramovimiento b.mp4", "* Altura de salto", "+10,0", "una diferencia real"]),
        (
            "fr",
            ["Évolution\u00a0: Saut avec contre-mouvement b.mp4", "* Hauteur de saut", "+10,0", "une vraie différence"],
        ),
    ],
)
def test_a_comparison_is_printed_in_other_languages(kinemotion: Any, result: Any, lang: str, expected: list[str]):
    paths = [result(name, jump_height_m=(value, 0.01)).path for name, value in (("a", 0.3), ("b", 0.4))]
    ended = kinemotion("compare", *paths, "--lang", lang)
    assert [part for part in expected if part not in ended.out] == []


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "es",
            [
                "Ana · Salto con contramovimiento · Altura de salto",
                "sesión",
                "relevante",
                "Menor cambio relevante: 0,4",
            ],
        ),
        (
            "fr",
            [
                "Ana · Saut avec contre-mouvement · Hauteur de saut",
                "séance",
                "notable",
                "changement notable\u00a0: 0,4",
            ],
        ),
    ],
)
def test_a_history_is_printed_in_other_languages(
    kinemotion: Any, result: Any, tmp_path: Path, lang: str, expected: list[str]
):
    for day, height in zip(DAYS, (0.30, 0.32, 0.34), strict=True):
        result(f"ana-{day}", athlete="Ana", date=day, jump_height_m=(height, 0.002))
    ended = kinemotion("history", tmp_path, "--plot", tmp_path / "h.svg", "--lang", lang)
    assert [part for part in expected if part not in ended.out] == []
    assert expected[0] in (tmp_path / "h.svg").read_text()
