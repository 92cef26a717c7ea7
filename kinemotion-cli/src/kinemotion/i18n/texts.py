"""Every text in the language of its reader, from one look-up.

The English of a fixed text is in ``english``; that of a message, a metric or a movement is where it is declared. What
has no translation stays English, for example the metrics of a movement that another package brings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from gettext import NullTranslations

from kinemotion.errors import UsageProblem
from kinemotion.i18n.catalogues import load_catalogue
from kinemotion.i18n.english import ENGLISH, PLURALS
from kinemotion.i18n.languages import LANGUAGES, Language
from kinemotion.i18n.quantities import Quantity, make_quantity
from kinemotion.messages import Message, Names, fill, write_within_sentence
from kinemotion.motion.metrics import Estimate, MetricSpec


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language."""

    lang: Language
    catalogue: NullTranslations

    def __call__(self, key: str, **values: object) -> str:
        """Return the fixed text of that key, with its placeholders filled."""
        return self._translate("texts", key).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the text of that key in the plural form of the number, which fills ``{count}``."""
        one, several = PLURALS[key]
        return self.catalogue.npgettext(f"plurals.{key}", one, several, number).format(count=number, **values)

    def written(self, number: str) -> str:
        """Return a formatted number as this language writes it: with its decimal sign and a true minus."""
        return number.replace("-", "\u2212").replace(".", self("decimal_point"))

    def sentence(self, text: str) -> str:
        """Return a warning, message or hint of the engine in this language."""
        message = Message.plain("", text)
        if self.lang == "en" or not message.template:
            return str(message)
        template = self.catalogue.gettext(message.template)
        return fill(template, message.values, style=self) if message.values else template

    def number(self, value: float, *, decimals: int, unit: str) -> str:
        """Write a number with its unit as this language does."""
        return self.written(f"{value:.{decimals}f}") + (f"\u00a0{unit}" if unit else "")

    def names(self, names: Names) -> str:
        """Write metrics or a movement inside a sentence."""
        titles = (self.catalogue.pgettext(names.context, title) for title in names.titles.values())
        return ", ".join(write_within_sentence(title) for title in titles)

    def metric_title(self, spec: MetricSpec) -> str:
        """Return the short name of a metric."""
        return self.catalogue.pgettext("metric", spec.title)

    def metric_meaning(self, spec: MetricSpec) -> str:
        """Return the meaning of a metric, in a sentence."""
        return self.catalogue.pgettext("meaning", spec.meaning)

    def movement_title(self, title: str) -> str:
        """Return the name of a movement, given its English title."""
        return self.catalogue.pgettext("movement", title)

    def named(self, section: str, name: str) -> str:
        """Return the name for people of a phase, event, moment, scale or class."""
        if name not in ENGLISH[section]:
            return name.replace("_", " ").capitalize()
        return self._translate(section, name)

    def quantity(self, estimate: Estimate, spec: MetricSpec, *, beside: Iterable[Estimate] = ()) -> Quantity:
        """Return a measured value as this language writes numbers, in one unit with those ``beside`` it."""
        written = make_quantity(estimate, spec.unit, decimal_point=self("decimal_point"), beside=beside)
        is_word = written.unit in ENGLISH["units"]
        return replace(written, unit=self._translate("units", written.unit)) if is_word else written

    def value(self, value: object, spec: MetricSpec) -> str:
        """Return a metric's value with its unit; a class by its name, a dash where nothing was measured."""
        if isinstance(value, Estimate):
            return self.quantity(value, spec).with_unit
        return "–" if value is None else self.named("classes", str(value))

    def _translate(self, section: str, key: str) -> str:
        return self.catalogue.pgettext(f"{section}.{key}", ENGLISH[section][key])


@cache
def load_texts(lang: str) -> Texts:
    """Return the texts of a language.

    Raises
    ------
    UsageProblem
        If there are none in that language.
    """
    for language in LANGUAGES:
        if language == lang:
            return Texts(language, load_catalogue(language))
    raise UsageProblem(
        Message("unknown_language", "There are no texts in the language {lang!r}.", lang=lang),
        hint=Message("use_one_of", "Use one of these: {known}.", known=", ".join(LANGUAGES)),
    )
