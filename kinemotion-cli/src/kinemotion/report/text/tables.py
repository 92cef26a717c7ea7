"""Tables as plain text: laid out by rich where they may have to be folded, which takes some time to load."""

from collections.abc import Sequence
from io import StringIO
from itertools import chain, count
from textwrap import wrap
from unicodedata import category, east_asian_width

UNLIMITED = 10_000
"""Engineering limit: characters of a line where no terminal limits it."""

_GAP = 3
_LEAST_TEXT = 10
"""Engineering limit: letters of a line in a folded text, such as the name of a file."""


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
    """Return the rows within the width: titles and the first columns are folded, numbers never.

    A terminal that is too small even for the numbers gets longer lines: a number that is cut is a wrong number.
    """
    from rich.cells import cell_len  # noqa: PLC0415  (see above)
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    indent = min(len(row[0]) - len(row[0].lstrip(" ")) for row in rows)  # also of the lines that a cell goes on in
    columns = [list(column) for column in zip(*((row[0][indent:], *row[1:]) for row in rows), strict=True)]
    gap, width = _GAP, width - indent
    if sum(max(map(cell_len, column)) for column in columns) + gap * (len(columns) - 1) > width:
        columns[numbers_from:] = map(_fold_titles, columns[numbers_from:])
    least = [_find_least(column, folds=place < numbers_from) for place, column in enumerate(columns)]
    if sum(least) + gap * (len(columns) - 1) > width:
        gap = 1
    table = Table.grid(padding=(0, gap, 0, 0))
    for place, room in enumerate(least):
        is_number = place >= numbers_from
        justify = "right" if is_number else "left"
        table.add_column(justify=justify, no_wrap=is_number, overflow="fold", min_width=room, vertical="bottom")
    for row in zip(*columns, strict=True):
        table.add_row(*map(Text, row))
    written = StringIO()
    room = max(width, sum(least) + gap * (len(columns) - 1))
    console = Console(file=written, width=room, color_system=None, legacy_windows=False, _environ={})
    console.print(table)
    return "\n".join((" " * indent + line).rstrip(" ") for line in written.getvalue().splitlines())


def _fold_titles(column: Sequence[str]) -> list[str]:
    """Break the cells without a digit between their words, as narrow as the widest number or word of the column."""
    titles = [cell for cell in column if not any(map(str.isdigit, cell))]
    numbers = [cell for cell in column if cell not in titles]
    room = max(map(len, [*numbers, *chain.from_iterable(map(str.split, titles))]), default=1)
    return ["\n".join(wrap(cell, room)) if cell in titles else cell for cell in column]


def _find_least(column: Sequence[str], *, folds: bool) -> int:
    """Return the letters that a column needs at least."""
    from rich.cells import cell_len  # noqa: PLC0415  (see above)

    longest = max(
        map(cell_len, chain.from_iterable(cell.split() if folds else cell.split("\n") for cell in column)), default=0
    )
    return min(longest, _LEAST_TEXT) if folds else longest
