"""Keeps the gettext catalogues complete: every text of the engine stands in each, translated or still empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from message_table import ENGINE, find_messages

from kinemotion.i18n.english import ENGLISH, PLURALS
from kinemotion.i18n.languages import LANGUAGES
from kinemotion.motion.metrics import list_metrics
from kinemotion.movements import registry

HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: kinemotion\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
WIDTH = 110


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to be translated."""

    context: str | None
    english: str | tuple[str, str]
    """The text; for a text that depends on a number: its forms for one and for several."""


def list_entries() -> Iterator[Entry]:
    """Yield every text of the engine, each once: fixed ones, plurals, movements, metrics, messages."""
    for section, found in ENGLISH.items():
        yield from (Entry(f"{section}.{key}", text) for key, text in found.items())
    yield from (Entry(f"plurals.{key}", forms) for key, forms in PLURALS.items())
    yield from dict.fromkeys(_list_declared())
    yield from (Entry(None, template) for template in dict.fromkeys(said.template for said in find_messages()))


def _list_declared() -> Iterator[Entry]:
    for movement in map(registry.get, registry.list_names()):
        yield Entry("movement", movement.title)
        for kind in filter(None, (movement.metrics, movement.repetition_metrics)):
            for spec in list_metrics(kind):
                yield Entry("metric", spec.title)
                yield Entry("meaning", spec.meaning)


def locate(language: str) -> Path:
    """Return the path of a language's catalogue."""
    return ENGINE / "i18n" / "locales" / language / "LC_MESSAGES" / "kinemotion.po"


def update_catalogues() -> None:
    """Add what is new to each catalogue, empty; remove what the engine no longer says; keep the order of the source."""
    for language in LANGUAGES:
        if language != "en":
            _update(language)


def _update(language: str) -> None:
    path = locate(language)
    with path.open("rb") as source:
        known = read_po(source, locale=language)
    updated = Catalog(locale=language)
    for entry in list_entries():
        message = known.get(entry.english, context=entry.context)
        updated.add(entry.english, message.string if message else None, context=entry.context)
    written = BytesIO()
    write_po(written, updated, width=WIDTH, omit_header=True)
    header = HEADER.format(language=language, plural_forms=updated.plural_forms)
    path.write_text(header + written.getvalue().decode("utf-8"), "utf-8")
