"""How words look at a terminal. The user's settings decide about colours and width (NO_COLOR, TERM, COLUMNS)."""

from collections.abc import Mapping
from typing import ClassVar, TextIO

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.text import Text
from rich.theme import Theme

_THEME = Theme(
    {
        "kinemotion.title": "bold",
        "kinemotion.warning": "yellow",
        "kinemotion.error": "bold red",
        "kinemotion.hint": "cyan",
        "kinemotion.good": "green",
        "kinemotion.real": "bold green",
    }
)


class _Words(RegexHighlighter):
    """Marks what a reader looks for first."""

    base_style = "kinemotion."
    highlights: ClassVar[list[str]] = [  # pyright: ignore[reportIncompatibleVariableOverride]  (rich types it as open)
        r"(?m)\A(?P<title>[^\n]+ · [^\n]+)$",
        r"(?m)^(?P<warning>  ! .*(?:\n    .+)*)$",
        r"(?m)^(?P<error>Error|Erreur|BAD)\b",
        r"(?m)^(?P<hint>Hint|Consejo|Conseil)\b",
        r"(?m)^(?P<good>ok)  ",
        r"(?m)^(?P<real>\* .*)$",
    ]


def open_console(stream: TextIO | None, config: Mapping[str, str]) -> Console:
    """Return a console that writes to the stream as the user's settings say."""
    return Console(file=stream, theme=_THEME, highlighter=_Words(), markup=False, emoji=False, _environ=config)


def print_words(text: str, console: Console) -> None:
    """Write a text with its marks, line by line as it is."""
    console.print(_Words()(Text(text)), end="", soft_wrap=True)
    console.file.flush()
