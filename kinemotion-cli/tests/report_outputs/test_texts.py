"""All texts exist in all languages, with the same gaps to fill."""

from string import Formatter
from typing import Any

import pytest

from kinemotion.errors import UsageProblem
from kinemotion.motion.metrics import Estimate, MetricSpec, specs
from kinemotion.motion.report import Report
from kinemotion.movements import registry
from kinemotion.report.i18n import LANGUAGES, texts
from kinemotion.report.text.summary import summary

OTHERS = [lang for lang in LANGUAGES if lang != "en"]
DECLARED = {"metrics", "sentences"}
"""Sections whose English is where it is declared."""


def keys(entries: dict[str, Any]) -> set[tuple[str, str]]:
    return {(section, key) for section, found in entries.items() if section not in DECLARED for key in found}


def all_metrics() -> dict[str, MetricSpec]:
    movements = [registry.get(name) for name in registry.names()]
    declared = [part for item in movements for part in (item.metrics, item.repetition_metrics) if part]
    return {spec.name: spec for part in declared for spec in specs(part)}


@pytest.mark.parametrize("lang", OTHERS)
def test_the_same_texts_in_every_language(lang: str):
    assert keys(texts(lang).entries) == keys(texts("en").entries)


@pytest.mark.parametrize("lang", OTHERS)
def test_the_same_gaps_in_every_language(lang: str):
    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    english, other = texts("en").entries["texts"], texts(lang).entries["texts"]
    assert {key: gaps(text) for key, text in other.items()} == {key: gaps(text) for key, text in english.items()}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_metric_is_translated(lang: str):
    found = texts(lang).entries["metrics"]
    untranslated = [
        name for name in all_metrics() if not (found.get(name, {}).get("title") and found.get(name, {}).get("meaning"))
    ]
    assert untranslated == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_movement_has_a_name(lang: str):
    assert set(registry.names()) <= set(texts(lang).entries["movements"])


def test_an_unknown_metric_keeps_its_english_name():
    spec = MetricSpec("bounce", "m", "How it bounces.", plausible=None, source="", title="Bounce")
    assert texts("fr").metric_title(spec) == "Bounce"
    assert texts("fr").metric_meaning(spec) == "How it bounces."
    assert texts("fr").named("phases", "mid_air") == "Mid air"


def test_numbers_are_written_as_the_language_writes_them():
    spec = MetricSpec("bounce", "m", "How it bounces.", plausible=None, source="", title="Bounce")
    told = texts("es").quantity(Estimate(-0.1234, 0.01), spec)
    assert (told.value, told.low, told.high, told.unit) == ("−12,3", "−14,3", "−10,4", "cm")


def test_a_language_nobody_speaks_is_refused():
    with pytest.raises(UsageProblem, match="'tlh'"):
        texts("tlh")


def test_the_summary_speaks_the_readers_language(jump_report: Report):
    told = summary(jump_report, lang="fr")
    assert told.startswith("Saut avec contre-mouvement · ")
    assert " s à 50 images/s · 1 essai\n\nEssai 1, 0,00–" in told
    assert "\n  Hauteur de saut " in told
    assert "\nQualité " in told
    assert not [word for word in ("Trial", " to ", "Quality", "confidence", "Jump", "Not ") if word in told]


def test_a_unit_that_is_a_word_is_translated():
    told = texts("fr").quantity(Estimate(-0.01, 0.002), all_metrics()["fatigue_slope"])
    assert told.with_unit == "−0,010\u00a0/saut"
