"""Tables for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_SIGNS = frozenset("=+-@")


def write_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the table as CSV. No text of it is run as a formula by a spreadsheet."""
    return write_rows([head, *rows])


def write_rows(rows: Iterable[Sequence[object]]) -> str:
    """Return rows of a table, its head or a part of it."""
    text = io.StringIO()
    csv.writer(text).writerows([_escape_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _escape_formula(cell: object) -> object:
    """Put a quote before a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA_SIGNS else cell
