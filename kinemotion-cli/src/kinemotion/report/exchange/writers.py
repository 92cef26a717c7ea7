"""Tables, trajectories and motion files as outputs."""

from pathlib import Path

from kinemotion.report.base import FileWriter, Finished
from kinemotion.report.contract.document import make_document
from kinemotion.report.exchange import formats, table, trajectories


def write_trials(finished: Finished, path: Path, *, lang: str) -> None:
    """Write the table of trials; a table has no language."""
    del lang
    table.write_trial_table([make_document(finished.report)], path)


def write_trajectories(finished: Finished, path: Path, *, lang: str) -> None:
    """Write every measured point over time; its columns have no language."""
    del lang
    trajectories.write_trajectories(finished.report, path)


def write_motion(finished: Finished, path: Path, *, lang: str) -> None:
    """Write the motion in the format of another program."""
    del lang
    formats.write_exchange(finished.report, path)


TABLE = FileWriter("csv", table.FORMATS, write_trials)
TRAJECTORIES = FileWriter(
    "trajectories",
    trajectories.FORMATS,
    write_trajectories,
    extra="exchange",
    libraries={".parquet": ("pyarrow.parquet",)},
)
EXCHANGE = FileWriter(
    "exchange",
    formats.FORMATS,
    write_motion,
    extra="exchange",
    libraries={".c3d": ("ezc3d",), ".nc": ("h5netcdf", "xarray")},
    metres_only=formats.METRIC,
)
