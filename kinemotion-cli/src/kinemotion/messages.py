"""Messages for people: an English sentence with a stable code and the values it names.

A value is in SI units and its name carries the unit. A placeholder says how the value is written::

    Message("squat_held_too_short", "The squat was held for {time_s:.1s}.", time_s=0.42)

`.1s` writes "0.4 s", `.0ms` "420 ms", `.0cm` and `.2m` lengths, `.0%` a share, `.0f` a plain number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from string import Formatter
from typing import Any, Protocol, Self

_SPEC = re.compile(r"\.(\d)(f|%|cm|ms|m|s)")
_FACTORS: Mapping[str, float] = {"%": 100.0, "cm": 100.0, "ms": 1000.0}


@dataclass(frozen=True, slots=True)
class Names:
    """Things that a message names and that every language has a name for: metrics, a movement."""

    context: str
    """Kind of the names in the catalogues: "metric" or "movement"."""
    titles: Mapping[str, str]
    """English title of each thing, by its key in the contract."""

    def __str__(self) -> str:
        return ", ".join(write_within_sentence(title) for title in self.titles.values())


Value = float | int | str | Names
"""What a placeholder holds: SI numbers, counts, words of the user, names of things."""


class Style(Protocol):
    """How a language writes values."""

    def number(self, value: float, *, decimals: int, unit: str) -> str:
        """Write a number with its unit; the unit is empty, %, cm, m, ms or s."""
        ...

    def names(self, names: Names) -> str:
        """Write the names of things inside a sentence."""
        ...

    def sentence(self, text: "Message") -> str:
        """Write a message that is part of another."""
        ...


class _English:
    """Plain English."""

    def number(self, value: float, *, decimals: int, unit: str) -> str:
        space = "" if unit in {"", "%"} else " "
        return f"{value:.{decimals}f}{space}{unit}"

    def names(self, names: Names) -> str:
        return str(names)

    def sentence(self, text: "Message") -> str:
        return str(text)


ENGLISH: Style = _English()


class Message(str):
    """An English sentence that keeps its code, its template and the values of its placeholders.

    It is its text for everybody who does not translate it.
    """

    __slots__ = ("code", "template", "values")
    code: str
    """Stable name of what is said, for programs."""
    template: str
    values: Mapping[str, Value]

    def __new__(cls, code: str, template: str, /, **values: Value) -> Self:
        """Fill the placeholders of the template."""
        return cls.filled(fill(template, values, style=ENGLISH), code=code, template=template, values=values)

    @classmethod
    def plain(cls, code: str, text: str) -> Self:
        """Return the text as it is, placeholders or not, under that code."""
        return text if isinstance(text, cls) else cls.filled(text, code=code, template=text, values={})

    @classmethod
    def filled(cls, text: str, *, code: str, template: str, values: Mapping[str, Value]) -> Self:
        """Return a message whose text is known."""
        message = super().__new__(cls, text)
        message.code, message.template, message.values = code, template, values
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        """Support copies and processes."""
        state = {"code": self.code, "template": self.template, "values": dict(self.values)}
        return partial(type(self).filled, str(self), **state), ()


def fill(template: str, values: Mapping[str, Value], *, style: Style) -> str:
    """Fill the placeholders of a template as that language writes values."""
    return _Filler(style).vformat(template, (), values)


def write_within_sentence(title: str) -> str:
    """Write a title as it stands inside a sentence: small first letter, unless it is an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


class _Filler(Formatter):
    """Python's own formatting, with the units of messages."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401  (the standard library's signature)
        """Write one value."""
        if isinstance(value, Names):
            return self._style.names(value)
        if isinstance(value, Message):
            return self._style.sentence(value)
        written = _SPEC.fullmatch(format_spec)
        if written is None or not isinstance(value, int | float):
            return str(value)
        unit = written[2].removesuffix("f")
        return self._style.number(value * _FACTORS.get(unit, 1.0), decimals=int(written[1]), unit=unit)


NO_HINT = Message("no_hint", "")
"""Stands where there is nothing to advise."""
