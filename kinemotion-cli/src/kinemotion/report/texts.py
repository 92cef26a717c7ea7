"""Every fixed text of pictures and pages, in the languages that are spoken, from one catalogue.

English metric titles and meanings are not here: the metric declarations are their source. A metric, phase or event
that a foreign movement brings without a translation keeps its English name.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kinemotion.errors import UsageProblem
from kinemotion.motion.metrics import Estimate, MetricSpec
from kinemotion.report.quantities import Quantity, quantity

Language = Literal["en", "es", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "es", "fr")


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    lang: str
    entries: dict[str, Any]
    """Sections "texts", "metrics", "phases", "events", "movements", "classes" of ``catalogue/<lang>.json``."""

    def __call__(self, key: str, **values: object) -> str:
        """The fixed text of that key, with its ``{gaps}`` filled."""
        return self.entries["texts"][key].format(**values)

    def metric_title(self, spec: MetricSpec) -> str:
        """Short name of a metric."""
        return self.entries["metrics"].get(spec.name, {}).get("title", spec.title)

    def metric_meaning(self, spec: MetricSpec) -> str:
        """What a metric tells, in a sentence."""
        return self.entries["metrics"].get(spec.name, {}).get("meaning", spec.meaning)

    def named(self, section: str, name: str) -> str:
        """Name for people of a phase, event, movement or class."""
        return self.entries[section].get(name, name.replace("_", " ").capitalize())

    def quantity(self, estimate: Estimate, spec: MetricSpec) -> Quantity:
        """A measured value as this language writes numbers."""
        return quantity(estimate, spec.unit, decimal_point=self("decimal_point"))


@cache
def texts(lang: str) -> Texts:
    """The texts of that language.

    Raises
    ------
    UsageProblem
        Where the language is not spoken here.
    """
    if lang not in LANGUAGES:
        raise UsageProblem(f"No texts in the language {lang!r}.", hint=f"Use one of {', '.join(LANGUAGES)}.")
    found = files("kinemotion.report").joinpath("catalogue", f"{lang}.json").read_text("utf-8")
    return Texts(lang, json.loads(found))
