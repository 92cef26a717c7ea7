"""Whatever the engine can say of a clip, a page says in its reader's language."""

import ast
import json
import pickle
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from html import unescape
from pathlib import Path
from string import Formatter

import pytest
from synthetic_athlete import Camera, Jumper, film

import kinemotion
from kinemotion import errors
from kinemotion.errors import KinemotionError, UsageProblem
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.messages import Names, Sentence
from kinemotion.motion.report import Problem, Report
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import Analysis, analyze
from kinemotion.reconstruct.quality import CHECKS
from kinemotion.report.contract.document import refusal
from kinemotion.report.i18n import LANGUAGES, texts
from kinemotion.report.page.html import write_report

OTHERS = [lang for lang in LANGUAGES if lang != "en"]
ENGINE = Path(kinemotion.__file__).parent
MEASURING = {"motion", "signals", "reconstruct", "movements"}
"""Floors whose errors become the problem of a trial; those of the others end the analysis, and no page is made."""
CATALOGUE = ENGINE / "report" / "i18n.py"
NAMED = {
    "metrics": Names("metrics", {"jump_height": "jump height", "flight_time": "flight time"}),
    "movement": Names("movements", {"sj": "squat jump"}),
}


def literals(said: ast.expr, constants: dict[str, ast.expr]) -> set[str]:
    """Templates that an argument can be; an attribute passes on what was said elsewhere."""
    match said:
        case ast.Constant(value=str(template)):
            return {template}
        case ast.IfExp(body=one, orelse=other):
            return literals(one, constants) | literals(other, constants)
        case ast.Name(id=name) if name in constants:
            return literals(constants[name], constants)
        case ast.Call(func=ast.Name(id="Sentence"), args=[template]):
            return literals(template, constants)
        case ast.Attribute():
            return set()
        case _:
            pytest.fail(f"no template that a catalogue could know: {ast.unparse(said)}")


def said_in(path: Path) -> Iterator[str]:
    """Templates of all sentences, problems and errors of a trial that a module makes."""
    tree = ast.parse(path.read_text("utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    measuring = path.relative_to(ENGINE).parts[0] in MEASURING
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        error = getattr(errors, call.func.id, None)
        told: list[ast.expr] = []
        if call.func.id == "Sentence":
            told = call.args
        elif call.func.id == "Problem":
            told = call.args[1:]
        elif measuring and error and issubclass(error, KinemotionError) and not issubclass(error, UsageProblem):
            told = [*call.args, *(given.value for given in call.keywords)]
            yield error.default_hint
        for expression in told:
            yield from literals(expression, constants)


def templates() -> set[str]:
    """Every template that can come onto a page."""
    modules = (path for path in ENGINE.rglob("*.py") if path != CATALOGUE)
    said = {template for path in modules for template in said_in(path)}
    return {check.warning for check in CHECKS} | said - {""}


def gaps(template: str) -> list[tuple[str, str | None]]:
    """Names and formats of a template's gaps."""
    return sorted((name, shape) for _, name, shape, _ in Formatter().parse(template) if name)


def filled(template: str) -> Sentence:
    """The sentence with 0.5 in the gaps for measurements, 3 in those for counts."""
    return Sentence(template, **{name: NAMED.get(name, 0.5 if shape else 3) for name, shape in gaps(template)})


def page_of(report: Report, folder: Path, *, lang: str) -> str:
    path = folder / "report.html"
    write_report(report, path, lang=lang)
    return unescape(path.read_text("utf-8"))


@pytest.mark.parametrize("lang", OTHERS)
def test_every_sentence_is_translated_and_no_other(lang: str):
    assert set(texts(lang).entries["sentences"]) == templates()


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_same_gaps(lang: str):
    found = texts(lang).entries["sentences"]
    assert {english: gaps(other) for english, other in found.items()} == {english: gaps(english) for english in found}


@pytest.mark.parametrize("lang", OTHERS)
def test_no_english_sentence_is_left_on_a_page(jump_report: Report, tmp_path: Path, lang: str):
    said = tuple(map(filled, templates()))
    problems = [Problem("any", sentence) for sentence in said]
    trials = [replace(jump_report.trials[0], problem=problem) for problem in problems]
    quality = replace(jump_report.quality, warnings=said)
    page = page_of(replace(jump_report, quality=quality, trials=(*jump_report.trials, *trials)), tmp_path, lang=lang)
    assert [sentence for sentence in said if sentence in page] == []
    for sentence in said:
        assert page.count(texts(lang).sentence(sentence)) >= 2


@pytest.mark.parametrize("lang", OTHERS)
def test_warnings_of_a_poor_clip_are_translated(jump: Jumper, jump_report: Report, tmp_path: Path, lang: str):
    movement = registry.get("cmj")
    poor = film(jump, Camera(fps=24.0, m_per_px=0.012))
    trials = tuple(analyze(poor, Analysis(movement, BLAZEPOSE, Athlete(), movement.options())))
    [trial] = trials
    assert len(trial.quality.warnings) >= 2
    report = replace(jump_report, trials=trials, headline=trial, quality=trial.quality)
    assert all(warning in page_of(report, tmp_path, lang="en") for warning in trial.quality.warnings)
    page = page_of(report, tmp_path, lang=lang)
    assert [warning for warning in trial.quality.warnings if warning in page] == []
    assert all(texts(lang).sentence(warning) in page for warning in trial.quality.warnings)


def test_a_refusal_names_the_movement_in_the_readers_language(jump_report: Report, tmp_path: Path):
    refused = replace(jump_report, trials=(), headline=None)
    problem = refusal(refused)
    assert problem
    assert problem.message == "No trial of this countermovement jump could be measured."
    assert "No se pudo medir ningún intento de este movimiento: salto con contramovimiento." in page_of(
        refused, tmp_path, lang="es"
    )


@pytest.mark.parametrize(
    ("template", "value", "told"),
    [
        (
            "In the air the body is {value:.3f} m off free fall: a cut, a slowed part, or somebody else was followed.",
            0.0314,
            "En el aire el cuerpo se aparta 0,031 m de la caída libre",
        ),
        ("Metres are known to {value:.0%} only. Give --athlete-height.", 0.12, "una precisión del 12\u00a0%."),
    ],
)
def test_gaps_are_filled_as_the_language_writes_numbers(template: str, value: float, told: str):
    assert told in texts("es").sentence(Sentence(template, value=value))


def test_names_are_the_metrics_titles_and_foreign_ones_stay_english():
    named = Names("metrics", {"jump_height": "jump height", "bounce": "bounce"})
    sentence = Sentence("Not believable: {metrics}.", metrics=named)
    assert sentence == "Not believable: jump height, bounce."
    assert texts("es").sentence(sentence) == "No es creíble: altura de salto, bounce."
    assert texts("fr").sentence(sentence) == "Pas crédible : hauteur de saut, bounce."


def test_what_nobody_translated_stays_english():
    for lang in LANGUAGES:
        assert texts(lang).sentence(Sentence("It limps {count} times.", count=2)) == "It limps 2 times."
        assert texts(lang).sentence("A {brace} of its own.") == "A {brace} of its own."


def test_a_sentence_is_its_text_to_everybody_else():
    sentence = Sentence("Damaged pictures were left out: {count}.", count=7)
    assert sentence == "Damaged pictures were left out: 7."
    assert json.dumps([sentence]) == '["Damaged pictures were left out: 7."]'
    for copy in (deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):  # noqa: S301  (our own bytes)
        assert (copy, copy.template, copy.values) == (sentence, sentence.template, {"count": 7})
