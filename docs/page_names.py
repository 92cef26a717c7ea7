"""Writes names and messages for the web page, from the engine's catalogues."""

import json
from collections.abc import Iterator
from pathlib import Path

from message_table import ENGINE, read_messages

from kinemotion.errors import InternalProblem, KinemotionError, MovementNotFound, NobodyVisible, VideoUnreadable
from kinemotion.i18n.english import ENGLISH
from kinemotion.i18n.languages import LANGUAGES
from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.motion.metrics import MetricSpec, list_metrics
from kinemotion.movements import registry

ANALYSIS = (
    "clip_watcher.py",
    "analysis_report.py",
    "session.py",
    "filming",
    "motion",
    "movements",
    "reconstruct",
    "video",
)
"""Parts of the engine whose messages a result or a refused video can carry."""
REFUSALS: tuple[type[KinemotionError], ...] = (VideoUnreadable, NobodyVisible, MovementNotFound, InternalProblem)
"""Failures that an analysis can end with, and whose hints a page shows."""
PHASE_SECTIONS = {"phases": "phase", "events": "event"}


def write_page_names(folder: Path) -> None:
    """Write ``engine.<language>.json`` for each language: texts by ``metric.<key>``, ``message.<code>``."""
    for language in LANGUAGES:
        names = dict(sorted(list_names(load_texts(language))))
        path = folder / f"engine.{language}.json"
        path.write_text(json.dumps(names, ensure_ascii=False, indent=2) + "\n", "utf-8")


def list_names(language: Texts) -> Iterator[tuple[str, str]]:
    """Every name and message that a page can show, in one language."""
    for name in registry.list_names():
        movement = registry.get(name)
        yield f"sport.{name}", language.movement_title(movement.title)
        declared: tuple[MetricSpec, ...] = tuple(list_metrics(movement.metrics))
        if movement.repetition_metrics is not None:
            declared = (*declared, *list_metrics(movement.repetition_metrics))
        for spec in declared:
            yield f"metric.{spec.key}", language.metric_title(spec)
            yield f"meaning.{spec.key}", language.metric_meaning(spec)
    for section, kind in PHASE_SECTIONS.items():
        for name in ENGLISH[section]:
            yield f"{kind}.{name}", language.named(section, name)
    for kind in (*REFUSALS, *(child for parent in REFUSALS for child in parent.__subclasses__())):
        hint = kind.default_hint
        yield f"message.{hint.code}", language.catalogue.gettext(hint.template)
    for part in ANALYSIS:
        yield from list_messages(ENGINE / part, language)


def list_messages(part: Path, language: Texts) -> Iterator[tuple[str, str]]:
    """Yield the messages of a module or a package with their placeholders, in one language."""
    for path in part.rglob("*.py") if part.is_dir() else [part]:
        for said in read_messages(path):
            yield f"message.{said.code}", language.catalogue.gettext(said.template)
