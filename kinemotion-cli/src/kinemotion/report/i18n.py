"""Every text of pictures and pages, in the languages that are spoken, from one catalogue.

English metric titles and meanings, and the sentences of warnings and problems, are not here: where they are declared is
their source. What a foreign movement brings without a translation stays English.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message, Names, fill, within_sentence
from kinemotion.motion.metrics import Estimate, MetricSpec
from kinemotion.report.quantities import Quantity, quantity

Language = Literal["en", "es", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "es", "fr")


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    lang: str
    entries: dict[str, Any]
    """Sections "texts", "units", "metrics", "phases", "events", "movements", "classes" of ``catalogue/<lang>.json``,
    and "sentences": the templates of warnings and problems, by the English one."""

    def __call__(self, key: str, **values: object) -> str:
        """The fixed text of that key, with its ``{gaps}`` filled."""
        return self.entries["texts"][key].format(**values)

    def written(self, number: str) -> str:
        """A formatted number as this language writes it: with its decimal sign and a true minus."""
        return number.replace("-", "\u2212").replace(".", self("decimal_point"))

    def sentence(self, told: str) -> str:
        """A warning, message or hint of the engine."""
        message = Message.plain("", told)
        template = self.entries["sentences"].get(message.template)
        return str(told) if template is None else fill(template, message.values, style=self)

    def number(self, value: float, *, decimals: int, unit: str) -> str:
        """Write a number with its unit as this language does."""
        return self.written(f"{value:.{decimals}f}") + (f"\u00a0{unit}" if unit else "")

    def names(self, names: Names) -> str:
        """Write metrics or a movement inside a sentence."""
        section = f"{names.context}s"
        titles: list[str] = []
        for key, english in names.titles.items():
            known = max((name for name in self.entries[section] if key.startswith(name)), key=len, default=key)
            titles.append(within_sentence(self._title(section, known, english=english)))
        return ", ".join(titles)

    def metric_title(self, spec: MetricSpec) -> str:
        """Short name of a metric."""
        return self._title("metrics", spec.name, english=spec.title)

    def metric_meaning(self, spec: MetricSpec) -> str:
        """What a metric tells, in a sentence."""
        return self.entries["metrics"].get(spec.name, {}).get("meaning", spec.meaning)

    def named(self, section: str, name: str) -> str:
        """Name for people of a phase, event, movement or class."""
        return self.entries[section].get(name, name.replace("_", " ").capitalize())

    def quantity(self, estimate: Estimate, spec: MetricSpec, *, beside: Iterable[Estimate] = ()) -> Quantity:
        """A measured value as this language writes numbers, in one unit with those ``beside`` it."""
        told = quantity(estimate, spec.unit, decimal_point=self("decimal_point"), beside=beside)
        return replace(told, unit=self.entries["units"].get(told.unit, told.unit))

    def value(self, value: object, spec: MetricSpec) -> str:
        """A metric's value with its unit; a class by its name, a dash where nothing was measured."""
        if isinstance(value, Estimate):
            return self.quantity(value, spec).with_unit
        return "–" if value is None else self.named("classes", str(value))

    def _title(self, section: str, name: str, *, english: str) -> str:
        found: Any = self.entries[section].get(name, english)
        return found if isinstance(found, str) else found["title"]


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
