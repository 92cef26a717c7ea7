"""Write a table of fitted numbers: one line a row, in the order of the fields of `Calibration`."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from json import dumps
from math import floor, log10
from pathlib import Path

from kinemotion.calibration import Data, Fit, Row, Table
from kinemotion.motion.calibration import Calibration

TABLES = Path(__file__).parents[3] / "kinemotion-cli" / "src" / "kinemotion" / "calibration"
_DIGITS = 2
"""Digits of a standard error; its value is rounded to the same place."""


def round_to_error(value: float, error: float) -> tuple[float, float]:
    """Return a value and its standard error, rounded to two digits of the error."""
    if error <= 0:
        return float(f"{value:.3g}"), 0.0
    places = _DIGITS - 1 - floor(log10(error))
    return round(value, places), round(error, places)


def write_table(table: Table) -> None:
    """Write a table to its file in the package."""
    path = TABLES / f"{table.estimator}_{table.model}.toml"
    path.write_text("\n".join(_lines(table)) + "\n", encoding="utf-8")


def _lines(table: Table) -> Iterator[str]:
    yield f"estimator = {dumps(table.estimator)}"
    yield f"model = {dumps(table.model)}"
    for name, data in sorted(table.data.items()):
        yield from ("", f"[data.{name}]", *_data_lines(data))
    for group in fields(Calibration):
        names = [field.name for field in fields(group.type)]  # pyright: ignore[reportArgumentType] - a class, not a name
        rows = {name: table.rows[f"{group.name}.{name}"] for name in names if f"{group.name}.{name}" in table.rows}
        if rows:
            yield from ("", *_row_lines(group.name, rows))


def _data_lines(data: Data) -> Iterator[str]:
    yield f"description = {dumps(data.description)}"
    for name, clips in (("training", data.training), ("held_out", data.held_out)):
        yield f"{name} = ["
        yield from (f"  {dumps(clip)}," for clip in clips)
        yield "]"


def _row_lines(group: str, rows: Mapping[str, Row]) -> Iterator[str]:
    for name, row in rows.items():
        yield f"[rows.{group}.{name}]"
        yield f"value = {row.value!r}"
        yield f"n = {row.n}"
        yield f"data = {dumps(row.data)}"
        if row.fit is not None:
            yield f"fit = {{ {', '.join(_fit_cells(row.fit))} }}"


def _fit_cells(fit: Fit) -> Iterator[str]:
    yield f"value = {fit.value!r}"
    yield f"standard_error = {fit.standard_error!r}"
    yield f"n = {fit.n}"
    yield f"data = {dumps(fit.data)}"
    yield f"script = {dumps(fit.script)}"
