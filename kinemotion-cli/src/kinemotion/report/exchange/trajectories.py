"""Every measured point over time, as a table: a row for each frame of each trial."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import LEFT, RIGHT
from kinemotion.motion.report import Report, Trial
from kinemotion.report.files import atomic, import_library, read_extension
from kinemotion.report.series import (
    compute_com_velocity,
    compute_joint_angles,
    list_moving_trials,
    list_phase_names,
    place_all_on_picture,
)

_SOFTWARE = {"software": "kinemotion"}
FORMATS: Mapping[str, bytes] = {".csv": b"trial,person,phase,time_s,", ".parquet": b"kinemotion"}
"""By extension: what marks a table of trajectories as written here."""

Column = Floats | list[str] | list[int]


def write_trajectories(report: Report, path: Path) -> None:
    """Write the table to the path, as ``.csv`` or ``.parquet``.

    Columns: trial, person, phase, ``time_s``; centre of mass, joints and soles in metres (y up, floor at 0; empty
    where the scale is not known); centre of mass and joints in pixels (y down); joint angles in degrees. An unknown
    value is empty in CSV and null in Parquet.

    Raises
    ------
    UsageProblem
        Where the extension is neither, or Parquet is asked for and pyarrow is not installed.
    OutputProblem
        Where the file cannot be written.
    """
    extension = read_extension(path, FORMATS)
    if extension == ".parquet":
        import_library("pyarrow.parquet", extra="exchange")
    parts = [_list_columns(trial, motion) for trial, motion in list_moving_trials(report)]
    write = _write_parquet if extension == ".parquet" else _write_csv
    with atomic(path) as beside:
        write(parts, beside)


def _list_columns(trial: Trial, motion: Motion) -> dict[str, Column]:
    count = len(motion.time_s)
    found: dict[str, Column] = {
        "trial": [trial.index + 1] * count,
        "person": [trial.person] * count,
        "phase": list_phase_names(trial.phases, motion.time_s),
        "time_s": motion.time_s,
    }
    in_metres = 1.0 if motion.scale.measured else np.nan
    found |= {name: metres * in_metres for name, metres in _list_lengths(motion)}
    found |= dict(_list_pixels(motion))
    return found | {f"{name}_deg": degrees for name, degrees in compute_joint_angles(motion).items()}


def _list_lengths(motion: Motion) -> Iterator[tuple[str, Floats]]:
    yield from _list_both("com", motion.com)
    yield "com_error_m", motion.com_error
    yield "com_velocity_y_m_s", compute_com_velocity(motion)
    for name in motion.skeleton.names:
        yield from _list_both(name, motion.joint(name))
    for side, place in (("left", LEFT), ("right", RIGHT)):
        yield from _list_both(f"{side}_sole", motion.sole[:, place])


def _list_pixels(motion: Motion) -> Iterator[tuple[str, Floats]]:
    """Yield the points in the picture, px: x right, y down from the upper left corner."""
    body = np.concatenate((motion.com[:, None], motion.joints), axis=1)
    placed = place_all_on_picture(motion, body)
    for place, name in enumerate(("com", *motion.skeleton.names)):
        yield f"{name}_x_px", placed[:, place, 0]
        yield f"{name}_y_px", placed[:, place, 1]


def _list_both(name: str, path: Floats) -> Iterator[tuple[str, Floats]]:
    yield f"{name}_x_m", path[:, 0]
    yield f"{name}_y_m", path[:, 1]


def _write_csv(parts: list[dict[str, Column]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        for place, columns in enumerate(parts):
            if place == 0:
                table.writerow(columns)
            table.writerows(zip(*map(_write_cells, columns.values()), strict=True))


def _write_cells(column: Column) -> list[str]:
    if isinstance(column, list):
        return [str(value) for value in column]
    return ["" if np.isnan(value) else f"{value:.6f}" for value in column]


def _write_parquet(parts: list[dict[str, Column]], path: Path) -> None:
    arrow = import_library("pyarrow", extra="exchange")
    tables = [
        arrow.table({name: arrow.array(column, from_pandas=True) for name, column in part.items()}) for part in parts
    ]
    import_library("pyarrow.parquet", extra="exchange").write_table(
        arrow.concat_tables(tables).replace_schema_metadata(_SOFTWARE), path
    )
