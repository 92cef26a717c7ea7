"""Tables as plain text: laid out by rich where they may have to be folded, which takes some time to load."""

from collections.abc import Sequence
from io import StringIO
from itertools import chain, count
from unicodedata import category, east_asian_width

UNLIMITED = 10_000
"""Engineering limit: characters of a line where no terminal limits it."""

_GAP = 3


def align_columns(rows: Sequence[Sequence[str]], *, numbers_from: int, width: int | None = None) -> str:
    """Return the rows as aligned columns: right aligned from that position on, folded where the width is too small."""
    if width is None and all(map(_is_narrow, chain.from_iterable(chain.from_iterable(rows)))):
        return _align(rows, numbers_from=numbers_from)
    return _fit_width(rows, numbers_from=numbers_from, width=width or UNLIMITED)


def _is_narrow(letter: str) -> bool:
    """Return whether a letter is as wide as a Latin one, and neither a mark on another one nor a sign of control."""
    return east_asian_width(letter) not in "FW" and category(letter)[0] not in "CM"


def _align(rows: Sequence[Sequence[str]], *, numbers_from: int) -> str:
    rooms = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def pad(text: str, place: int) -> str:
        return text.rjust(rooms[place]) if place >= numbers_from else text.ljust(rooms[place])

    lines = ((" " * _GAP).join(map(pad, row, count())) for row in rows)
    return "\n".join(line.rstrip(" ") for line in lines)


def _fit_width(rows: Sequence[Sequence[str]], *, numbers_from: int, width: int) -> str:
    from rich.console import Console  # noqa: PLC0415  (see above)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table.grid(padding=(0, _GAP, 0, 0))
    for place in range(len(rows[0])):
        is_number = place >= numbers_from
        table.add_column(justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    written = StringIO()
    console = Console(file=written, width=width, color_system=None, legacy_windows=False, _environ={})
    console.print(table)
    return "\n".join(line.rstrip(" ") for line in written.getvalue().splitlines())
