"""Whatever the engine can say of a clip, a page says in its reader's language."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from measured_trials import measure_trials
from message_table import find_messages
from synthetic_athlete import Camera, Jumper, film

from kinemotion.i18n.languages import LANGUAGES
from kinemotion.i18n.texts import load_texts
from kinemotion.messages import Message, Names, Value
from kinemotion.motion.frames import Frame
from kinemotion.motion.report import Problem, Report
from kinemotion.movements import registry
from kinemotion.report.contract.document import find_refusal
from kinemotion.report.overlay import refused as refused_overlay
from kinemotion.report.overlay.refused import RefusedPainter
from kinemotion.report.page.html import write_report

OTHERS = [lang for lang in LANGUAGES if lang != "en"]
NAMED: dict[str, Value] = {
    "metrics": Names("metric", {"jump_height_m": "Jump height", "flight_time_ms": "Flight time"}),
    "movement": Names("movement", {"sj": "Squat jump"}),
    "file": "jump.trc",
}


def templates() -> set[str]:
    """Every sentence that the engine can say: labels, and gaps with nothing but signs between, are none."""
    return {said.template for said in find_messages() if len(words(said.template)) >= 2}


def words(template: str) -> list[str]:
    """Words of a template outside its gaps."""
    return [word for literal, *_ in Formatter().parse(template) for word in re.findall(r"[^\W\d_]+", literal)]


def gaps(template: str) -> list[tuple[str, str | None]]:
    """Names and formats of a template's gaps."""
    return sorted((name, shape) for _, name, shape, _ in Formatter().parse(template) if name)


def filled(template: str) -> Message:
    """Return the message with 0.5 for measurements and 3 for counts."""
    return Message("any", template, **{name: NAMED.get(name, 0.5 if shape else 3) for name, shape in gaps(template)})


def page_of(report: Report, folder: Path, *, lang: str) -> str:
    path = folder / "report.html"
    write_report(report, path, lang=lang)
    return unescape(path.read_text("utf-8"))


@pytest.mark.parametrize("lang", OTHERS)
def test_no_english_sentence_is_left_on_a_page(jump_report: Report, tmp_path: Path, lang: str):
    said = tuple(map(filled, templates()))
    problems = [Problem("any", sentence) for sentence in said]
    trials = [replace(jump_report.trials[0], problem=problem) for problem in problems]
    quality = replace(jump_report.quality, warnings=said)
    warned = replace(jump_report, quality=quality)
    refused = replace(jump_report, trials=(*jump_report.trials, *trials))
    for report in (warned, refused):
        page = page_of(report, tmp_path, lang=lang)
        assert [sentence for sentence in said if sentence in page] == []
        assert [sentence for sentence in said if load_texts(lang).sentence(sentence) not in page] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_warnings_of_a_poor_clip_are_translated(jump: Jumper, jump_report: Report, tmp_path: Path, lang: str):
    movement = registry.get("cmj")
    poor = film(jump, Camera(fps=24.0, m_per_px=0.012))
    trials = tuple(measure_trials(movement, poor))
    [trial] = trials
    assert len(trial.quality.warnings) >= 2
    report = replace(jump_report, trials=trials, headline=trial, quality=trial.quality)
    assert all(warning in page_of(report, tmp_path, lang="en") for warning in trial.quality.warnings)
    page = page_of(report, tmp_path, lang=lang)
    assert [warning for warning in trial.quality.warnings if warning in page] == []
    assert all(load_texts(lang).sentence(warning) in page for warning in trial.quality.warnings)


def test_a_refusal_names_the_movement_in_the_readers_language(
    jump_report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    refused = replace(jump_report, trials=(), headline=None)
    problem = find_refusal(refused)
    assert problem
    assert problem.message == "No countermovement jump in this video could be measured."
    said = "No se pudo medir ningún movimiento de este tipo en el vídeo: salto con contramovimiento."
    assert said in page_of(refused, tmp_path, lang="es")
    written: list[str] = []

    def write(*_: object, text: str, **__: object) -> None:
        written.append(text)

    monkeypatch.setattr(refused_overlay, "write", write)
    height, width = refused.video.height, refused.video.width
    RefusedPainter(refused, [], lang="es").paint(Frame(0, 0.0, np.zeros((height, width, 3), dtype=np.uint8)))
    assert said in " ".join(written)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            Message(
                "any",
                "The body moved down by {dip_m:.0cm} before the push-off. Push straight up from the squat.",
                dip_m=0.0314,
            ),
            "El cuerpo bajó 3\u00a0cm antes",
        ),
        (
            Message(
                "any",
                "The squat was held for {time_s:.1s} only. Hold the squat for one second, then jump.",
                time_s=0.44,
            ),
            "se mantuvo solo 0,4\u00a0s.",
        ),
        (
            Message(
                "any", "The legs are hidden in {share:.0%} of the frames. Keep the whole body in view.", share=0.12
            ),
            "en el 12\u00a0% de los",
        ),
    ],
)
def test_values_are_written_as_the_language_writes_numbers(message: Message, expected: str):
    assert expected in load_texts("es").sentence(message)


def test_names_are_the_metrics_titles_and_foreign_ones_stay_english():
    named = Names("metric", {"jump_height_m": "Jump height", "bounce_m": "Bounce"})
    message = Message(
        "any",
        "These values are outside the human range: {metrics}. Check that the video is in real time and whole.",
        metrics=named,
    )
    assert "range: jump height, bounce. Check" in message
    assert "rango humano: altura de salto, bounce. Compruebe" in load_texts("es").sentence(message)
    assert "limites humaines\u00a0: hauteur de saut, bounce. Vérifiez" in load_texts("fr").sentence(message)


def test_what_nobody_translated_stays_english():
    for lang in LANGUAGES:
        assert load_texts(lang).sentence(Message("any", "It limps {count} times.", count=2)) == "It limps 2 times."
        assert load_texts(lang).sentence("A {brace} of its own.") == "A {brace} of its own."
