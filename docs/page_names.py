"""Writes the names of metrics, phases, events and movements for the web page, from the engine's catalogues."""

import json
from collections.abc import Iterator
from pathlib import Path

from kinemotion.i18n.english import ENGLISH
from kinemotion.i18n.languages import LANGUAGES
from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.motion.metrics import MetricSpec, list_metrics
from kinemotion.movements import registry

PHASE_SECTIONS = {"phases": "phase", "events": "event"}


def write_page_names(folder: Path) -> None:
    """Write ``engine.<language>.json`` for each language: texts by ``metric.<key>``, ``phase.<name>``."""
    for language in LANGUAGES:
        names = dict(sorted(list_names(load_texts(language))))
        path = folder / f"engine.{language}.json"
        path.write_text(json.dumps(names, ensure_ascii=False, indent=2) + "\n", "utf-8")


def list_names(language: Texts) -> Iterator[tuple[str, str]]:
    """Every name that the engine declares, in one language."""
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
