"""Tables as plain text, laid out by rich."""

from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

UNLIMITED = 10_000
"""Engineering limit: characters of a line where no terminal limits it."""

_GAP = 3


def align_columns(rows: Sequence[Sequence[str]], *, numbers_from: int, width: int | None = None) -> str:
    """Return the rows as aligned columns: right aligned from that position on, folded where the width is too small."""
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for place in range(len(rows[0])):
        is_number = place >= numbers_from
        table.add_column(justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    written = StringIO()
    console = Console(file=written, width=width or UNLIMITED, color_system=None, legacy_windows=False, _environ={})
    console.print(table)
    return "\n".join(line.rstrip(" ") for line in written.getvalue().splitlines())
