"""What the engine says to people: English sentences that a page can say in its reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class Sentence(str):
    """An English sentence that remembers the template it was made of and what filled its gaps.

    To everybody it is its text. A catalogue knows the template, and says it in another language with the same values.
    A sentence without gaps may as well be a plain string: it is its own template.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """The template with its gaps filled."""
        sentence = super().__new__(cls, template.format(**values) if values else template)
        sentence.template = template
        sentence.values = values
        return sentence


@dataclass(frozen=True, slots=True)
class Names:
    """What a sentence names that a catalogue has names for: metrics, a movement."""

    section: str
    """Of the catalogue."""
    english: Mapping[str, str]
    """Words of the English sentence, by the name in that section."""

    def __str__(self) -> str:
        return ", ".join(self.english.values())
