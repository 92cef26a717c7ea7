"""Read the tables of fitted numbers and hand them on as one `Calibration` per pose model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Any

from kinemotion.motion.calibration import Calibration

_DEFAULT = ("litert", "pose_landmarks_full")
"""The table that has every row; the other tables hold what differs from it."""
_SAME_WEIGHTS = {"onnx": "litert"}
"""Estimators that run the models of another one, number for number: they share its tables."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Fit:
    """A value with its standard error, as a script of the repository fits it to the training clips of some data."""

    value: float
    standard_error: float
    n: int
    """Number of clips that show it."""
    data: str
    script: str
    """Path of the script in the repository."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fitted number, and how it was found."""

    value: float
    data: str
    """Name of the data it was fitted to."""
    n: int
    """Number of clips, jumps or athletes that it was fitted to."""
    fit: Fit | None
    """The same quantity fitted again to training clips that are kept. None where these do not show it.

    A value of earlier data, whose clips were not kept, stays where the new fit scores no better on held-out clips.
    """


@dataclass(frozen=True, slots=True)
class Data:
    """What values were fitted to."""

    description: str
    training: tuple[str, ...]
    """Names of the clips that the fit reads."""
    held_out: tuple[str, ...]
    """Names of the clips that only score: no fit reads them."""


@dataclass(frozen=True, slots=True)
class Table:
    """The fitted numbers of one estimator and pose model."""

    estimator: str
    model: str
    data: Mapping[str, Data]
    rows: Mapping[str, Row]
    """By name, for example "jump.posture_error_m"."""


@cache
def find_calibration(estimator: str, model: str) -> Calibration:
    """Return the fitted numbers of a pose model.

    A number that its table does not hold is that of the default model; so are all of an unknown estimator.
    """
    files, own = _list_files(), _name_file(_SAME_WEIGHTS.get(estimator, estimator), model)
    rows = dict(_read_file(files[_name_file(*_DEFAULT)]).rows)
    if own in files:
        rows |= _read_file(files[own]).rows
    values = {name: row.value for name, row in rows.items()}
    return Calibration(
        **{field.name: _fill(field.type, values=values, group=field.name) for field in fields(Calibration)}
    )


def get_default_calibration() -> Calibration:
    """Return the fitted numbers of the default pose model."""
    return find_calibration(*_DEFAULT)


def read_tables() -> tuple[Table, ...]:
    """Return every table, the default first."""
    files = _list_files()
    return tuple(
        _read_file(files[name]) for name in sorted(files, key=lambda name: (name != _name_file(*_DEFAULT), name))
    )


def _list_files() -> Mapping[str, Path]:
    """Return the file of each table by its name without extension."""
    return {path.stem: path for path in _FOLDER.glob("*.toml")}


def _name_file(estimator: str, model: str) -> str:
    return f"{estimator}_{model}"


def _fill(kind: Any, *, values: Mapping[str, float], group: str) -> Any:  # noqa: ANN401  (a group of Calibration)
    return kind(**{field.name: values[f"{group}.{field.name}"] for field in fields(kind)})


@cache
def _read_file(path: Path) -> Table:
    document = loads(path.read_text(encoding="utf-8"))
    data = {
        name: Data(entry["description"], tuple(entry["training"]), tuple(entry["held_out"]))
        for name, entry in document["data"].items()
    }
    return Table(document["estimator"], document["model"], data, dict(_read_rows(document["rows"])))


def _read_rows(groups: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Row]]:
    for group, rows in groups.items():
        for name, row in rows.items():
            fit = row.get("fit")
            yield f"{group}.{name}", Row(float(row["value"]), row["data"], n=row["n"], fit=fit and Fit(**fit))
