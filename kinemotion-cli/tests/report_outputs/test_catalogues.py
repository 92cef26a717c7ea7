"""Every text exists in every language, with the same placeholders, and no catalogue holds a text that nobody says."""

import re
from collections.abc import Mapping
from string import Formatter
from typing import cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from catalogues import Entry, list_entries, locate, update_catalogues

from kinemotion.errors import UsageProblem
from kinemotion.i18n.english import ENGLISH
from kinemotion.i18n.languages import LANGUAGES, Language
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.metrics import Estimate, MetricSpec
from kinemotion.motion.report import Report
from kinemotion.report.text.summary import write_summary

OTHERS = [language for language in LANGUAGES if language != "en"]
BOUNCE = MetricSpec("bounce", "m", "How it bounces.", plausible=None, source="", title="Bounce")


def read_catalogue(language: Language) -> Catalog:
    with locate(language).open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def translations(language: Language) -> Mapping[Entry, tuple[str, ...]]:
    """The translations of each text: one, or one a plural form."""
    catalogue = read_catalogue(language)
    assert not [message.id for message in catalogue if message.fuzzy and message.id]
    return {
        Entry(message.context, cast("str | tuple[str, str]", message.id)): forms(message.string)
        for message in catalogue
        if message.id
    }


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(cast("tuple[str, ...]", text))


def placeholders(text: str) -> list[tuple[str, str | None]]:
    """Names and formats of the placeholders of a text."""
    return sorted((name, shape) for _, name, shape, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_no_other(language: Language):
    found = translations(language)
    assert set(found) == set(list_entries())
    assert [entry for entry, translated in found.items() if not all(translated)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_placeholders(language: Language):
    wrong = {
        (entry.english, text)
        for entry, translated in translations(language).items()
        for text in translated
        if placeholders(text) != placeholders(forms(entry.english)[-1])
    }
    assert wrong == set()


def test_french_has_a_hard_space_before_its_double_signs_and_its_own_apostrophe():
    texts = [text for translated in translations("fr").values() for text in translated]
    texts = [re.sub(r"`[^`]*`|{[^}]*}", "x", text) for text in texts]
    assert [text for text in texts if re.search(r"(?<!\u00a0)[:;!?](\s|$)|\w'\w| %", text)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_percent_sign_stays_with_its_number(language: Language):
    texts = [text for translated in translations(language).values() for text in translated]
    assert [text for text in texts if " %" in text] == []


SECOND_WORDS: Mapping[Language, str] = {
    "es": r"recepci[oó]n|ensayo|deportista|imágenes por segundo|descodific|observaci[oó]n",
    "fr": r"atterriss|caisses?\b|envol\b|depuis squat|remarque",
}
"""Second words for what the catalogue already names: landing, trial, athlete, box, take-off, warning."""


@pytest.mark.parametrize("language", OTHERS)
def test_one_thing_has_one_word(language: Language):
    texts = [text for translated in translations(language).values() for text in translated]
    assert [text for text in texts if re.search(SECOND_WORDS[language], text, re.IGNORECASE)] == []


def test_french_addresses_the_reader_in_one_form():
    infinitives = re.compile(r"(?:^|[.!?] )(?:Lire|Prendre|Passer|Utiliser|Filmer)\b")
    texts = [text for translated in translations("fr").values() for text in translated]
    assert [text for text in texts if infinitives.search(text)] == []


def test_the_catalogues_are_as_they_are_written():
    before = {language: locate(language).read_text("utf-8") for language in OTHERS}
    update_catalogues()
    assert {language: locate(language).read_text("utf-8") for language in OTHERS} == before


def test_every_fixed_text_has_one_english():
    assert [key for found in ENGLISH.values() for key, text in found.items() if not text] == []


def test_what_no_catalogue_knows_keeps_its_english():
    assert load_texts("fr").metric_title(BOUNCE) == "Bounce"
    assert load_texts("fr").metric_meaning(BOUNCE) == "How it bounces."
    assert load_texts("fr").named("phases", "mid_air") == "Mid air"
    assert load_texts("fr").movement_title("Toy jump") == "Toy jump"


def test_numbers_are_written_as_the_language_writes_them():
    written = load_texts("es").quantity(Estimate(-0.1234, 0.01), BOUNCE)
    assert (written.value, written.low, written.high, written.unit) == ("−12,3", "−14,3", "−10,4", "cm")


@pytest.mark.parametrize(
    ("language", "none", "one", "two"),
    [
        ("en", "0 trials", "1 trial", "2 trials"),
        ("es", "0 intentos", "1 intento", "2 intentos"),
        ("fr", "0 essai", "1 essai", "2 essais"),
    ],
)
def test_plurals_are_those_of_the_language(language: Language, none: str, one: str, two: str):
    assert [load_texts(language).count("trials", number) for number in (0, 1, 2)] == [none, one, two]


def test_a_language_without_texts_is_refused():
    with pytest.raises(UsageProblem, match="'tlh'"):
        load_texts("tlh")


def test_the_summary_is_in_the_language_of_the_reader(jump_report: Report):
    text = write_summary(jump_report, lang="fr")
    assert text.startswith("Saut avec contre-mouvement · ")
    assert " s à 50 images/s · 1 essai\n\nEssai 1, 0,00–" in text
    assert "\n  Hauteur de saut " in text
    assert "\nQualité " in text
    assert not [word for word in ("Trial", " to ", "Quality", "confidence", "Jump", "Not ") if word in text]


def test_a_unit_that_is_a_word_is_translated():
    slope = MetricSpec("slope", "1/jump", "Slope.", plausible=None, source="", title="Slope")
    assert load_texts("fr").quantity(Estimate(-0.01, 0.002), slope).with_unit == "−0,010\u00a0/saut"
